package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func implementsCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "implements NUMBER|TITLE|DOC",
		Short: "Say which provinces have answered a central document, and when",
		Long: `implements prints the implementation table of a central document: for each of the
31 provinces the earliest policy of its own that implements or relays it, the date,
and the days since the central document; and the provinces that have not answered
as far as govwatch holds their documents.`,
		Example: `  govwatch implements 国发〔2024〕7号
  govwatch implements --data ./data/demo --json 推动大规模设备更新和消费品以旧换新行动方案`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withShelf(c.Context(), at, func(s *app.Shelf) error {
				t, err := s.Implements(c.Context(), args[0])
				if err != nil {
					return fmt.Errorf("implements: %w", err)
				}
				return printValue(c.OutOrStdout(), t, asJSON, func(w io.Writer) error { return printImplementation(w, t) })
			})
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func printImplementation(w io.Writer, t app.Implementation) error {
	if _, err := fmt.Fprintf(w, "%s\n%s  %s  %s\n\n", t.Title, orDash(t.Number), orDash(t.Date.String()), t.URL); err != nil {
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	lines := []string{"PROVINCE\tANSWERED\tDAYS\tHOW\tNUMBER\tTITLE"}
	for _, p := range t.Provinces {
		if !p.Answered {
			lines = append(lines, p.Name+"\tnot yet\t\t\t\t")
			continue
		}
		days := "–"
		if p.Days != nil {
			days = strconv.Itoa(*p.Days)
		}
		lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", p.Name, orDash(p.Date.String()), days, p.How, orDash(p.Number), p.Title))
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(tw, l); err != nil {
			return err
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d provinces have answered\n", t.Answered, len(t.Provinces))
	return err
}
