package main

import (
	"fmt"
	"os"
	"time"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

func simulateCommand() *cobra.Command {
	s := app.Simulation{}
	var out string
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Play a simulated world of sites through every role and score it",
		Long: `simulate draws up a world of government sites with known truth: publications,
edits of every meaning, removals, returns, moves, noise on every fetch, outages,
blocks, emptied lists. It plays one round a day through the real roles and writes
precision and recall, false alerts, delays, and the time to notice each breakage.`,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			dir, err := os.MkdirTemp("", "govwatch-simulate-")
			if err != nil {
				return fmt.Errorf("make a folder for the play: %w; set TMPDIR to one that can be written", err)
			}
			defer func() {
				if e := os.RemoveAll(dir); err == nil {
					err = e
				}
			}()
			s.Dir = dir
			s.Day = func(played, all int) {
				if isTerminal(os.Stderr) {
					// A line of progress that cannot be written is no reason to stop.
					if _, err := fmt.Fprintf(os.Stderr, "\rday %d of %d", played, all); err != nil {
						return
					}
				}
			}
			score, err := s.Play(c.Context())
			if err != nil {
				return err
			}
			if out == "" {
				return score.Write(c.OutOrStdout())
			}
			f, err := os.Create(out)
			if err != nil {
				return fmt.Errorf("write the score: %w", err)
			}
			if err := score.Write(f); err != nil {
				return fmt.Errorf("write %s: %w", out, err)
			}
			return f.Close()
		},
	}
	c.Flags().Uint64Var(&s.Seed, "seed", 1, "seed of the world")
	c.Flags().IntVar(&s.Sites, "sites", 40, "number of sites")
	c.Flags().IntVar(&s.Days, "days", 45, "number of days")
	c.Flags().DurationVar(&s.Limit, "limit", 0, "end after this time of ours and score what was played (default: no limit)")
	c.Flags().StringVar(&out, "out", "", "file to write (default: standard output)")
	c.Flags().Lookup("limit").NoOptDefVal = (15 * time.Minute).String()
	return c
}
