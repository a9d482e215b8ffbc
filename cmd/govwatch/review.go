package main

import (
	"errors"
	"fmt"
	"io"

	"govwatch/cmd/internal/app"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

func reviewCommand() *cobra.Command {
	var at dataFlags
	var source string
	var limit int
	var asJSON bool
	c := &cobra.Command{
		Use:   "review",
		Short: "List the records that wait for a person, and why",
		Long: `review lists the current records with a doubt that the rules could not settle:
two readings that contradict each other, a count that does not fit, a file that
could not be read, a confidence below the floor. Latest publication first.
govwatch explain shows the evidence of one.`,
		Example: `  govwatch review --data ./data/demo
  govwatch review --source sd-fgw --limit 20
  govwatch review --json | jq -r '.[] | [.document, .why[0]] | @tsv'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if limit < 0 {
				return usageError{errors.New("--limit is negative; 0 lists all")}
			}
			return withShelf(c.Context(), at, func(s *app.Shelf) error {
				items, err := s.Review(c.Context(), notice.SourceID(source), limit)
				if err != nil {
					return err
				}
				return printValue(c.OutOrStdout(), items, asJSON, func(w io.Writer) error { return printReview(w, items) })
			})
		},
	}
	at.add(c)
	c.Flags().StringVar(&source, "source", "", "records of this source only")
	c.Flags().IntVar(&limit, "limit", 0, "list at most so many (0: all)")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return c
}

func printReview(w io.Writer, items []app.ReviewItem) error {
	for _, i := range items {
		if _, err := fmt.Fprintf(w, "%s  %s  %.2f  %s\n  %s\n", i.Document, i.Source, i.Confidence, orDash(i.Title), i.URL); err != nil {
			return err
		}
		for _, why := range i.Why {
			if _, err := fmt.Fprintf(w, "  ! %s\n", why); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "%d records wait for a person\n", len(items))
	return err
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
