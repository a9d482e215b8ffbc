package main

import (
	"errors"
	"fmt"
	"io"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func sourcesLabCommand() *cobra.Command {
	var at dataFlags
	var file string
	var asJSON bool
	c := &cobra.Command{
		Use:   "lab ID --declaration FILE",
		Short: "Replay a source's archive against a changed declaration",
		Long: `lab reads every archived list and document of a source twice, as it is declared now
and as FILE declares it, and prints which list items and fields would be gained and
lost, before the change goes live. Nothing is fetched and nothing is written. It
exits with 1 when something would be lost.`,
		Example: `  govwatch sources lab ndrc --declaration ndrc.yaml
  govwatch sources lab gd-fgw --declaration new.yaml --json | jq '.lists[].lost'`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if file == "" {
				return usageError{errors.New("name the changed declaration: --declaration FILE")}
			}
			cfg, err := at.load()
			if err != nil {
				return err
			}
			bar := progress("replaying")
			r, err := app.Lab(c.Context(), cfg, app.Options{}, args[0], file, func(done int) {
				bar.ChangeMax(done + 1)
				if err := bar.Set(done); err != nil {
					logger(false).Debug("draw progress", "err", err)
				}
			})
			if err != nil {
				return err
			}
			if err := errors.Join(bar.Finish(), printValue(c.OutOrStdout(), r, asJSON, func(w io.Writer) error { return printLab(w, r) })); err != nil {
				return err
			}
			if r.Loses() {
				return errors.New("the changed declaration loses items or fields; see the lines that begin with -")
			}
			return nil
		},
	}
	at.add(c)
	c.Flags().StringVar(&file, "declaration", "", "file with the changed declaration")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func printLab(w io.Writer, r app.LabReport) error {
	var err error
	p := func(format string, a ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format, a...)
		}
	}
	p("%s: %d archived captures\n", r.Source, r.Captures)
	for _, l := range r.Lists {
		p("%s\n  %d captures; %d items before, %d after: %d gained, %d lost, %d read otherwise\n", l.URL, l.Captures, l.Before, l.After, len(l.Gained), len(l.Lost), len(l.Changed))
		for _, s := range []struct {
			sign  string
			items []app.TryItem
		}{{"+", l.Gained}, {"-", l.Lost}, {"~", l.Changed}} {
			for _, i := range s.items {
				p("  %s %-10s  %s  %s\n", s.sign, i.Date, i.Title, i.URL)
			}
		}
	}
	for _, s := range r.Strays {
		p("- no list reads %s\n", s)
	}
	p("%d documents read twice\n", r.Details)
	for _, f := range r.Fields {
		sign := " "
		if f.Lost > 0 {
			sign = "-"
		}
		p("%s %-10s %4d before, %4d after: %d gained, %d lost, %d changed\n", sign, f.Name, f.Before, f.After, f.Gained, f.Lost, f.Changed)
	}
	return err
}
