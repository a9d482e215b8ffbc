package main

import (
	"fmt"
	"io"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func deadCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "dead",
		Short: "Show messages that no worker could handle, or hand one out again",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var at dataFlags
	var asJSON bool
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the dead letters with their reasons",
		Example: "  govwatch dead list --data ./data",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := at.load()
			if err != nil {
				return err
			}
			letters, err := app.DeadLetters(c.Context(), cfg)
			if err != nil {
				return err
			}
			return printValue(c.OutOrStdout(), letters, asJSON, func(w io.Writer) error {
				for _, l := range letters {
					if _, err := fmt.Fprintf(w, "%s  %s  %s\n  %s\n", l.ID, l.At.Format("2006-01-02 15:04"), l.Subject, l.Reason); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	at.add(list)
	list.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	var replayAt dataFlags
	replay := &cobra.Command{
		Use:     "replay ID",
		Short:   "Publish a dead letter again, after its cause is mended",
		Example: "  govwatch dead replay dead.EVENTS.extract.17 --data ./data",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := replayAt.load()
			if err != nil {
				return err
			}
			return app.ReplayDead(c.Context(), cfg, args[0])
		},
	}
	replayAt.add(replay)
	c.AddCommand(list, replay)
	return c
}
