package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"govwatch/cmd/internal/app"
	"govwatch/internal/reader"

	"github.com/spf13/cobra"
)

func compareCommand() *cobra.Command {
	var asJSON bool
	var manifest, root, url string
	c := &cobra.Command{
		Use:   "compare [--json] OLD NEW",
		Short: "Say what changed between two saved states of a document",
		Long: `compare decides between two saved pages, PDF or Office files as a visit does:
the kind of change (same, cosmetic, edited, missing, returned), what an edit
means, how much it matters (0 to 1), and the difference in words. Visit counters,
dates of today, related lists, banners and footers are no change.`,
		Example: `  govwatch compare monday.html tuesday.html
  govwatch compare --json --manifest pairs.csv --root pages`,
		RunE: func(c *cobra.Command, args []string) (err error) {
			pairs, err := comparePairs(args, manifest, root, url)
			if err != nil {
				return err
			}
			guard, err := reader.NewGuard(reader.Options{})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, guard.Close()) }()
			for _, p := range pairs {
				if err := comparePair(c, guard, p, asJSON || manifest != ""); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a pair")
	c.Flags().StringVar(&manifest, "manifest", "", "lines old,new,url (or JSON objects with these keys)")
	c.Flags().StringVar(&root, "root", "", "folder the manifest's files are in (default: the manifest's)")
	c.Flags().StringVar(&url, "url", "", "address the files were saved from")
	return c
}

// pagePair names two states of one document.
type pagePair struct {
	Old string `json:"old"`
	New string `json:"new"`
	URL string `json:"url"`
	dir string
}

func comparePairs(args []string, manifest, root, url string) (pairs []pagePair, err error) {
	if manifest == "" {
		if len(args) != 2 {
			return nil, usageError{errors.New("name two files, OLD and NEW, or --manifest FILE")}
		}
		return []pagePair{{Old: args[0], New: args[1], URL: url}}, nil
	}
	if len(args) > 0 {
		return nil, usageError{fmt.Errorf("%q stands beside --manifest; give files or a manifest, not both", args[0])}
	}
	f, err := os.Open(manifest)
	if err != nil {
		return nil, usageError{err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if root == "" {
		root = filepath.Dir(manifest)
	}
	return readPairs(f, manifest, root)
}

func readPairs(r io.Reader, name, root string) ([]pagePair, error) {
	var pairs []pagePair
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		p := pagePair{dir: root}
		switch {
		case line == "" || n == 1 && strings.EqualFold(strings.ReplaceAll(line, " ", ""), "old,new,url"):
			continue
		case line[0] == '{':
			if err := json.Unmarshal([]byte(line), &p); err != nil {
				return nil, usageError{fmt.Errorf("%s:%d: %w; each line is old,new,url or one JSON object with these keys", name, n, err)}
			}
		default:
			// The address is the rest of the line: it may hold commas.
			parts := strings.SplitN(line, ",", 3)
			if len(parts) < 2 {
				return nil, usageError{fmt.Errorf("%s:%d: want old,new,url, found %q", name, n, line)}
			}
			p.Old, p.New = strings.Trim(parts[0], ` "`), strings.Trim(parts[1], ` "`)
			if len(parts) == 3 {
				p.URL = strings.Trim(parts[2], ` "`)
			}
		}
		if p.Old == "" || p.New == "" {
			return nil, usageError{fmt.Errorf("%s:%d: old or new is empty", name, n)}
		}
		pairs = append(pairs, p)
	}
	return pairs, lines.Err()
}

func comparePair(c *cobra.Command, guard *reader.Guard, p pagePair, asJSON bool) error {
	states := make([]app.Saved, 2)
	for i, name := range []string{p.Old, p.New} {
		path := name
		if p.dir != "" && !filepath.IsAbs(name) {
			path = filepath.Join(p.dir, name)
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("compare: %w", err)
		}
		states[i] = app.Saved{Name: name, URL: p.URL, Body: body}
	}
	got, err := app.ComparePages(c.Context(), guard, states[0], states[1])
	if err != nil {
		return fmt.Errorf("compare %s with %s: %w", p.Old, p.New, err)
	}
	return printValue(c.OutOrStdout(), got, asJSON, func(w io.Writer) error {
		words := make([]string, len(got.Meaning))
		for i, m := range got.Meaning {
			words[i] = string(m)
		}
		_, err := fmt.Fprintf(w, "change        %s\nmeaning       %s\nsignificance  %.2f\n", got.Change, strings.Join(words, ", "), got.Significance)
		if err == nil && got.Diff != "" {
			_, err = fmt.Fprintf(w, "\n%s\n", got.Diff)
		}
		return err
	})
}
