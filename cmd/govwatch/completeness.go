package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"govwatch/cmd/internal/app"
	"govwatch/extractor/identity"

	"github.com/spf13/cobra"
)

func completenessCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	most := 20
	c := &cobra.Command{
		Use:   "completeness [SOURCE…]",
		Short: "Estimate how much of what was published is held, and what to look for",
		Long: `completeness compares what is held with what must exist: numbers between two held
ones of a series (国办发〔2026〕3号 and 5号 mean that 4号 exists), the totals that
lists print, and documents that held ones cite. A number may have been given to a
document that was never published, so that recall by numbers is a lower bound.`,
		Example: `  govwatch completeness --data ./data
  govwatch completeness nea-zxwj --json | jq .wanted`,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			report, err := app.CheckCompleteness(c.Context(), cfg, args)
			if err != nil {
				return err
			}
			return printValue(c.OutOrStdout(), report, asJSON, func(w io.Writer) error { return printCompleteness(w, report, most) })
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object with every gap")
	c.Flags().IntVar(&most, "most", most, "how many wanted documents the text shows")
	return c
}

func printCompleteness(w io.Writer, report app.Completeness, most int) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(tw, "SOURCE\tHELD\tLISTED\tNUMBERED\tMISSING\tRECALL\tBY"); err != nil {
		return err
	}
	for _, s := range report.Sources {
		recall, listed := "-", "-"
		if s.Recall != nil {
			recall = fmt.Sprintf("%.3f", *s.Recall)
		}
		if s.Listed > 0 {
			listed = fmt.Sprint(s.Listed)
		}
		if _, err := fmt.Fprintf(tw, "%s\t%d\t%s\t%d\t%d\t%s\t%s\n", s.Source, s.Held, listed, s.Numbered, s.Missing, recall, s.Basis); err != nil {
			return err
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if len(report.Wanted) == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\n%d documents exist and are not held; look for these first:\n", len(report.Wanted)); err != nil {
		return err
	}
	for _, x := range report.Wanted[:min(most, len(report.Wanted))] {
		if _, err := fmt.Fprintln(w, "  "+wantedLine(x)); err != nil {
			return err
		}
	}
	return nil
}

func wantedLine(x identity.Wanted) string {
	line := x.Number
	if x.Title != "" {
		line += "《" + x.Title + "》"
	}
	line += fmt.Sprintf(", cited by %d", x.Cited)
	if x.Gap {
		line += ", a gap in its series"
	}
	if x.Home != "" {
		line += ", on " + string(x.Home)
	}
	return line
}
