package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"govwatch/cmd/internal/app"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

func sourcesOwedCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "owed [ID…]",
		Short: "Show the documents that lists name and that nobody holds yet",
		Long: `owed shows what was refused, did not answer or was not asked for yet, with the
number of visits in vain, what the last one met, and the time of the next. The
pauses double from an hour to thirty days; no document is ever given up.`,
		Example: `  govwatch sources owed
  govwatch sources owed ndrc-tz --json | jq '.[] | select(.tries > 5)'`,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			owed, err := app.OwedDocuments(c.Context(), cfg, args)
			if err != nil {
				return err
			}
			return printValue(c.OutOrStdout(), owed, asJSON, func(w io.Writer) error { return printOwed(w, owed) })
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return c
}

func printOwed(w io.Writer, owed []app.Owed) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(tw, "SOURCE\tSINCE\tTRIES\tNEXT (BEIJING)\tLAST ANSWER\tDOCUMENT"); err != nil {
		return err
	}
	for _, d := range owed {
		trouble := d.Trouble
		if trouble == "" {
			trouble = "not asked yet"
		}
		if _, err := fmt.Fprintf(tw, "%s\t%s\t%d\t%s\t%s\t%s %s\n", d.Source, d.Since.In(notice.Beijing()).Format("2006-01-02"), d.Tries,
			d.Next.In(notice.Beijing()).Format("2006-01-02 15:04"), trouble, d.Title, d.URL); err != nil {
			return err
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d documents owed\n", len(owed))
	return err
}
