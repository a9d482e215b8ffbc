package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func reextractCommand() *cobra.Command {
	var at dataFlags
	var below int
	var asJSON bool
	c := &cobra.Command{
		Use:   "reextract",
		Short: "Read archived documents again with the rules of today",
		Long: `reextract reads the current version of each document from the archive whose record
an older ruleset made. The new records are marked as our own doing (reextract):
nobody is alerted. It may be interrupted at any time; the next call goes on with
the rest. A folder of embedded backends must not be in use by another process.

It exits with 1 when a version could not be read, and names it.`,
		Example: `  govwatch reextract --data ./data
  govwatch reextract --below 3 --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("below") && below < 1 {
				return usageError{fmt.Errorf("--below %d: rulesets are counted from 1", below)}
			}
			return withShelf(c.Context(), at, func(s *app.Shelf) error {
				show := isTerminal(os.Stderr)
				r, err := s.Reextract(c.Context(), below, func(r app.Reextraction) {
					if show {
						fmt.Fprintf(os.Stderr, "\r%d of %d read again, %d failed", r.Done, r.All, r.Failed)
					}
				})
				if show && r.All > 0 {
					fmt.Fprintln(os.Stderr)
				}
				if err != nil {
					return err
				}
				return reportReextract(c.OutOrStdout(), r, asJSON)
			})
		},
	}
	at.add(c)
	c.Flags().IntVar(&below, "below", 0, "records of rulesets below this one (default: this program's ruleset)")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func reportReextract(w io.Writer, r app.Reextraction, asJSON bool) error {
	err := printValue(w, r, asJSON, func(w io.Writer) error {
		for _, f := range r.Failures {
			if _, err := fmt.Fprintf(w, "%s: %s\n", f.Version, f.Problem); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintf(w, "%d documents were stale, %d read again, %d failed\n", r.All, r.Done, r.Failed)
		return err
	})
	if err == nil && r.Failed > 0 {
		err = errors.New("some documents could not be read again; govwatch archive verify lists what is damaged")
	}
	return err
}
