package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"govwatch/cmd/internal/app"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

func sourcesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sources",
		Short: "Show, try and manage the declared sources",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sourcesListCommand(), sourcesTryCommand(), sourcesCheckCommand(), sourcesAddCommand(), sourcesLabCommand(), sourcesPlanCommand(), sourcesReplayCommand(), sourcesOwedCommand())
	for _, verb := range []struct {
		name  string
		state notice.SourceState
		short string
	}{
		{"pause", notice.Paused, "Stop polling a source until it is resumed"},
		{"resume", notice.Active, "Poll a paused source again"},
		{"retire", notice.Retired, "Stop polling a source for good; its archive stays"},
	} {
		c.AddCommand(sourcesStateCommand(verb.name, verb.short, verb.state))
	}
	return c
}

// sourceRow is one element of `sources list --json`.
type sourceRow struct {
	ID         notice.SourceID    `json:"id"`
	NameZH     string             `json:"name_zh"`
	NameEN     string             `json:"name_en"`
	Issuer     string             `json:"issuer"`
	Level      notice.Level       `json:"level"`
	Branch     bool               `json:"branch"`
	Region     string             `json:"region"`
	State      notice.SourceState `json:"state"`
	Confidence string             `json:"confidence"`
	Lists      []sourceList       `json:"lists"`
}

type sourceList struct {
	URL    string `json:"url"`
	Family string `json:"family"`
}

func sourcesListCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the declared sources",
		Example: `  govwatch sources list --json | jq '.[] | select(.region | startswith("44"))'`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			sources, err := app.ListSources(c.Context(), cfg)
			if err != nil {
				return err
			}
			rows := make([]sourceRow, 0, len(sources))
			for _, s := range sources {
				r := sourceRow{s.ID, s.NameZH, s.NameEN, s.Issuer, s.Level, s.Branch, s.Region, s.State, s.Confidence, []sourceList{}}
				for _, l := range s.Lists {
					r.Lists = append(r.Lists, sourceList{l.URL, l.Family})
				}
				rows = append(rows, r)
			}
			return printValue(c.OutOrStdout(), rows, asJSON, func(w io.Writer) error { return printSources(w, rows) })
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return c
}

func printSources(w io.Writer, rows []sourceRow) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(tw, "ID\tREGION\tLEVEL\tSTATE\tCONFIDENCE\tLISTS\tNAME"); err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", r.ID, r.Region, r.Level, r.State, r.Confidence, len(r.Lists), r.NameZH); err != nil {
			return err
		}
	}
	return tw.Flush()
}

func sourcesTryCommand() *cobra.Command {
	var at dataFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "try URL|ID",
		Short: "Fetch a list politely and print what would be followed; store nothing",
		Example: `  govwatch sources try ndrc
  govwatch sources try https://www.ndrc.gov.cn/xxgk/zcfb/tz/`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			tries, err := app.TrySource(c.Context(), cfg, args[0])
			if err != nil {
				return err
			}
			if err := printValue(c.OutOrStdout(), tries, asJSON, func(w io.Writer) error { return printTries(w, tries) }); err != nil {
				return err
			}
			for _, t := range tries {
				if t.Outcome != notice.OK || t.Reason != "" {
					return fmt.Errorf("%s: %s %s", t.URL, t.Outcome, t.Reason)
				}
			}
			return nil
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return c
}

func printTries(w io.Writer, tries []app.Try) error {
	for _, t := range tries {
		if _, err := fmt.Fprintf(w, "%s\n  %s, family %s, %d items, quality %.2f %s\n", t.URL, t.Outcome, t.Family, len(t.Items), t.Quality, t.Reason); err != nil {
			return err
		}
		for _, i := range t.Items {
			if _, err := fmt.Fprintf(w, "  %-10s  %s\n              %s\n", i.Date, i.Title, i.URL); err != nil {
				return err
			}
		}
		if t.Next != "" {
			if _, err := fmt.Fprintf(w, "  next: %s\n", t.Next); err != nil {
				return err
			}
		}
		if t.Render {
			if _, err := fmt.Fprintln(w, "  a script draws this list: declare it with render: true, or better the interface behind it"); err != nil {
				return err
			}
		}
		if t.Endpoint != "" {
			if _, err := fmt.Fprintf(w, "  a JSON endpoint stands behind this list: %s\n", t.Endpoint); err != nil {
				return err
			}
		}
	}
	return nil
}

func sourcesStateCommand(name, short string, state notice.SourceState) *cobra.Command {
	var at dataFlags
	var why string
	c := &cobra.Command{
		Use:     name + " ID",
		Short:   short,
		Example: fmt.Sprintf("  govwatch sources %s ndrc --why 'the site is being rebuilt'", name),
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			if err := app.SetSourceState(c.Context(), cfg, notice.SourceID(args[0]), state, why); err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "%s is %s\n", args[0], state)
			return nil
		},
	}
	at.add(c)
	c.Flags().StringVar(&why, "why", "", "reason, kept with the decision")
	return c
}
