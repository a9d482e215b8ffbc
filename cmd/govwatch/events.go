package main

import (
	"fmt"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func eventsCommand() *cobra.Command {
	var config, filter, data string
	var follow bool
	c := &cobra.Command{
		Use:   "events",
		Short: "Print the events on the bus",
		Long: `events prints the stored events, oldest first, each as one line of CloudEvents
JSON. With --follow it prints those to come, until it is interrupted. While a
process owns the data folder, its events are read through its status address.`,
		Example: `  govwatch events --data ./data/demo
  govwatch events --follow --filter 'gov.provincial.>'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := loadConfig(config, data)
			if err != nil {
				return err
			}
			return app.Events(c.Context(), cfg, filter, follow, func(_ string, b []byte) error {
				_, err := fmt.Fprintf(c.OutOrStdout(), "%s\n", b)
				return err
			})
		},
	}
	c.Flags().StringVar(&config, "config", "", "configuration file")
	c.Flags().StringVar(&data, "data", "", "data folder, in place of the configuration's")
	c.Flags().StringVar(&filter, "filter", "gov.>", "subjects to print, with NATS wildcards")
	c.Flags().BoolVar(&follow, "follow", false, "print the events to come, until interrupted")
	return c
}
