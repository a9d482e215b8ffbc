package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
	"govwatch/web/pages"

	"github.com/spf13/cobra"
)

func diffCommand() *cobra.Command {
	var at dataFlags
	var asJSON, all bool
	var page string
	c := &cobra.Command{
		Use:   "diff DOC [V1 V2]",
		Short: "Set two versions of a document side by side",
		Long: `diff shows what changed between two kept versions of a document: the meaning of the
edit, fields, figures, attachments (by their text) and the text word by word. DOC is
the ID of a document, an address, an issuing number or a whole title. Versions are
counted from 1, the oldest, or named by the start of their ID; without them the last
two are compared. Of a document with one version the version is listed.

In the text [-words-] went and {+words+} came.`,
		Example: `  govwatch diff --data ./data/demo 国发〔2024〕7号
  govwatch diff http://www.example.gov.cn/art_1.html 1 3
  govwatch diff --html changes.html http://www.example.gov.cn/art_1.html`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 && len(args) != 3 {
				return errors.New("name a document, and two versions or none")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if asJSON && page != "" {
				return usageError{errors.New("--json and --html stand side by side; choose one")}
			}
			from, to := "", ""
			if len(args) == 3 {
				from, to = args[1], args[2]
			}
			return withShelf(c.Context(), at, func(s *app.Shelf) error {
				d, err := s.Diff(c.Context(), args[0], from, to)
				if err != nil {
					return fmt.Errorf("diff: %w", err)
				}
				if page != "" {
					return writePage(c.OutOrStdout(), page, d)
				}
				return printValue(c.OutOrStdout(), d, asJSON, func(w io.Writer) error { return printDiff(w, d, all) })
			})
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&all, "all", false, "print fields and paragraphs that stayed too")
	c.Flags().StringVar(&page, "html", "", "write one self-contained page to this file (-: standard output)")
	return c
}

func writePage(out io.Writer, path string, d pages.Diff) (err error) {
	if path == "-" {
		return pages.WriteDiff(out, d)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return pages.WriteDiff(f, d)
}

func printDiff(w io.Writer, d pages.Diff, all bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\ndocument %s, %s\n\n", d.Title, d.URL, d.Document, d.State)
	for _, v := range d.Versions {
		fmt.Fprintf(&b, "%3d  %s  %-9s %s  %s\n", v.N, v.Fetched.In(notice.Beijing()).Format("2006-01-02 15:04"), v.Change, v.ID, strings.Join(v.Meaning, ", "))
	}
	if d.To == nil {
		b.WriteString("\none version: nothing to compare\n")
		_, err := io.WriteString(w, b.String())
		return err
	}
	fmt.Fprintf(&b, "\nversion %d -> %d: %s, significance %.2f\n", d.From.N, d.To.N, orDash(strings.Join(d.Meaning, ", ")), d.Significance)
	printPairs(&b, "fields", d.Fields, all)
	printPairs(&b, "figures", d.Figures, all)
	files := make([]pages.Pair, len(d.Files))
	for i, f := range d.Files {
		files[i] = f.Pair
	}
	printPairs(&b, "attachments", files, all)
	for _, f := range d.Files {
		if f.Text != nil {
			printRows(&b, "text of "+f.Name, f.Text, all)
		}
	}
	printRows(&b, "text", d.Text, all)
	_, err := io.WriteString(w, b.String())
	return err
}

func printPairs(b *strings.Builder, head string, pairs []pages.Pair, all bool) {
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", head)
	same := 0
	for _, p := range pairs {
		if p.State == "same" && !all {
			same++
			continue
		}
		fmt.Fprintf(b, "  %-6s %s: %s -> %s\n", p.State, p.Name, orDash(p.Before), orDash(p.After))
	}
	if same > 0 {
		fmt.Fprintf(b, "  %d unchanged\n", same)
	}
}

func printRows(b *strings.Builder, head string, rows []pages.Row, all bool) {
	fmt.Fprintf(b, "\n%s\n", head)
	same := 0
	for _, r := range rows {
		if r.State == "same" && !all {
			same++
			continue
		}
		b.WriteString("  " + marked(r) + "\n")
	}
	if same > 0 {
		fmt.Fprintf(b, "  %d paragraphs unchanged\n", same)
	}
}

// marked is a paragraph with the words that went and came marked in place.
func marked(r pages.Row) string {
	var b strings.Builder
	for i, j := 0, 0; i < len(r.Before) || j < len(r.After); {
		switch {
		case i < len(r.Before) && r.Before[i].State == "gone":
			b.WriteString("[-" + r.Before[i].Text + "-]")
			i++
		case j < len(r.After) && r.After[j].State == "come":
			b.WriteString("{+" + r.After[j].Text + "+}")
			j++
		default:
			b.WriteString(r.After[j].Text)
			i, j = i+1, j+1
		}
	}
	return b.String()
}
