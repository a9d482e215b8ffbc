package main

import (
	"fmt"
	"io"
	"os"

	"govwatch/cmd/internal/app"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

func sourcesCheckCommand() *cobra.Command {
	var at dataFlags
	var asJSON, fixtures bool
	c := &cobra.Command{
		Use:   "check [ID…]",
		Short: "Ask of each source whether it can be fetched, listed and read; store nothing",
		Long: `check walks the way of a run: is the declaration sound, does robots.txt allow the
list, can it be fetched, is the list found, does page 2 differ, does a second visit
bring the same, are the fields of two documents read. It stops at the first answer
that is no and says what broke and where; when the list is not found any more it
proposes the selector that finds the titles known from earlier runs.

Without an ID every scheduled source is checked. It exits with 1 when one fails.`,
		Example: `  govwatch sources check
  govwatch sources check ndrc gd-fgw --json | jq '.[] | select(.ok | not)'
  govwatch sources check --config config.yaml
  govwatch sources check --fixtures`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			bar := progress("checking")
			tell := func(done, all int, k app.Check) {
				bar.ChangeMax(all)
				bar.Describe(string(k.ID))
				if err := bar.Set(done); err != nil {
					logger(false).Debug("draw progress", "err", err)
				}
			}
			var checks []app.Check
			if fixtures {
				checks, err = app.CheckFixtures(c.Context(), args, tell)
			} else {
				checks, err = app.CheckSources(c.Context(), cfg, app.Options{}, args, tell)
			}
			if err != nil {
				return err
			}
			if err := bar.Finish(); err != nil {
				return err
			}
			if err := printValue(c.OutOrStdout(), checks, asJSON, func(w io.Writer) error { return printChecks(w, checks) }); err != nil {
				return err
			}
			if n := failed(checks); n > 0 {
				return fmt.Errorf("%d of %d sources do not pass; see the lines marked FAIL", n, len(checks))
			}
			return nil
		},
	}
	at.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	c.Flags().BoolVar(&fixtures, "fixtures", false, "check the demo's world of fixture sites on this machine instead")
	return c
}

// progress is a bar for people; nothing is drawn when nobody looks.
func progress(what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(what),
		progressbar.OptionSetVisibility(isTerminal(os.Stderr)), progressbar.OptionClearOnFinish(), progressbar.OptionShowCount())
}

func failed(checks []app.Check) int {
	n := 0
	for _, c := range checks {
		if !c.OK {
			n++
		}
	}
	return n
}

func printChecks(w io.Writer, checks []app.Check) error {
	for _, c := range checks {
		if _, err := fmt.Fprintf(w, "%-4s  %s\n", mark(c.OK), c.ID); err != nil {
			return err
		}
		if c.Problem != "" {
			if _, err := fmt.Fprintf(w, "      %s\n", c.Problem); err != nil {
				return err
			}
		}
		for _, l := range c.Lists {
			if err := printListCheck(w, l); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "%d sources, %d pass\n", len(checks), len(checks)-failed(checks))
	return err
}

// printListCheck shows every step of a list that fails, and one line of a list that passes.
func printListCheck(w io.Writer, l app.ListCheck) error {
	if _, err := fmt.Fprintf(w, "  %-4s  %s  %d items, family %s\n", mark(l.OK), l.URL, l.Items, l.Family); err != nil || l.OK {
		return err
	}
	for _, s := range l.Steps {
		if _, err := fmt.Fprintf(w, "        %-4s  %-8s %s\n", mark(s.OK), s.Name, s.Detail); err != nil {
			return err
		}
	}
	return nil
}

func mark(ok bool) string {
	if ok {
		return "ok"
	}
	return "FAIL"
}
