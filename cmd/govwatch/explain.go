package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"govwatch/cmd/internal/app"
	"govwatch/extractor"
	"govwatch/internal/reader"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

// explanation is what explain prints with --json.
type explanation struct {
	File       string                        `json:"file,omitempty"`
	Document   notice.DocumentID             `json:"document,omitempty"`
	Version    notice.VersionID              `json:"version,omitempty"`
	URL        string                        `json:"url,omitempty"`
	Title      string                        `json:"title"`
	Ruleset    int                           `json:"ruleset"`
	Confidence float64                       `json:"confidence"`
	Review     bool                          `json:"review"`
	Fields     map[string][]notice.Candidate `json:"fields"`
	Problems   []notice.Problem              `json:"problems"`
	Replay     *app.Replay                   `json:"replay,omitempty"`
}

func explainCommand() *cobra.Command {
	var at dataFlags
	var url string
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain DOC|FILE [FIELD]",
		Short: "Say why each field of a document holds what it holds",
		Long: `explain shows for each field the winner (*) and the runners-up: weight, rule,
value, place in the source and the words around it, and every problem.

A FILE is read with the rules of today. A DOC is the ID of a document or of one of
its versions, an address, an issuing number or a whole title: its stored record is
shown, and its archived bytes are read again. When the ruleset is the same the two
must be equal bit for bit; if they are not, explain exits with 1.`,
		Example: `  govwatch explain --url http://www.example.gov.cn/art_1.html page.html
  govwatch explain notice.pdf number
  govwatch explain --data ./data/demo 国发〔2024〕7号 issuers
  govwatch explain --json https://www.example.gov.cn/art_1.html | jq .replay`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			field := ""
			if len(args) == 2 {
				field = args[1]
			}
			if st, err := os.Stat(args[0]); err == nil && st.Mode().IsRegular() {
				return explainFile(c, args[0], url, field, asJSON)
			}
			if url != "" {
				return usageError{fmt.Errorf("--url goes with a file; %s is none", args[0])}
			}
			return explainDocument(c, at, args[0], field, asJSON)
		},
	}
	at.add(c)
	c.Flags().StringVar(&url, "url", "", "address the file was saved from")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func explainFile(c *cobra.Command, path, url, field string, asJSON bool) (err error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	guard, err := reader.NewGuard(reader.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, guard.Close()) }()
	r, err := extractFile(c.Context(), guard, input{File: path, Path: path, URL: url}, body)
	if err != nil {
		return fmt.Errorf("explain %s: %w", path, err)
	}
	x := explained(r, field)
	x.File = path
	return printValue(c.OutOrStdout(), x, asJSON, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s\n%s", path, extractor.Explain(r, field))
		return err
	})
}

func explainDocument(c *cobra.Command, at dataFlags, name, field string, asJSON bool) error {
	return withShelf(c.Context(), at, func(s *app.Shelf) error {
		e, err := s.Explain(c.Context(), name)
		if err != nil {
			return fmt.Errorf("explain: %w", err)
		}
		x := explained(e.Record, field)
		x.Replay = &e.Replay
		if err := printValue(c.OutOrStdout(), x, asJSON, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "%s\n%s\ndocument %s, version %s, read %s\n%s%s\n", e.Record.Title, e.Record.URL, e.Document.ID, e.Version.ID,
				e.Record.At.In(notice.Beijing()).Format("2006-01-02 15:04"), extractor.Explain(e.Record, field), e.Replay)
			return err
		}); err != nil {
			return err
		}
		if e.Replay.Broken() {
			return fmt.Errorf("version %s does not replay: %v differ under one ruleset", e.Version.ID, e.Replay.Differs)
		}
		return nil
	})
}

// explained keeps of a record what explains it, of one field when one is named.
func explained(r notice.Record, field string) explanation {
	x := explanation{
		Document: r.Document, Version: r.Version, URL: r.URL, Title: r.Title, Ruleset: r.Ruleset, Confidence: r.Confidence, Review: r.Review,
		Fields: map[string][]notice.Candidate{}, Problems: []notice.Problem{},
	}
	for name, c := range r.Evidence {
		if field == "" || name == field {
			x.Fields[name] = c
		}
	}
	for _, p := range r.Problems {
		if field == "" || p.Field == field {
			x.Problems = append(x.Problems, p)
		}
	}
	return x
}

// withShelf opens tracker and archive for one look.
func withShelf(ctx context.Context, at dataFlags, f func(*app.Shelf) error) (err error) {
	cfg, err := at.load()
	if err != nil {
		return err
	}
	s, err := app.OpenShelf(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(s)
}
