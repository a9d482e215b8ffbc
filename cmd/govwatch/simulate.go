package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"govwatch/cmd/internal/app"

	"github.com/spf13/cobra"
)

// What the collector of a play may use: see debug.SetGCPercent, and bytes.
const (
	gcPercent = 400
	gcLimit   = 1536 << 20
)

func simulateCommand() *cobra.Command {
	s := app.Simulation{}
	var out string
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Play a simulated world of sites through every role and score it",
		Args:  cobra.NoArgs, // --limit takes its value behind =: a stray one would be lost
		Long: `simulate draws up a world of government sites with known truth: publications,
edits of every meaning, removals, returns, moves, noise on every fetch, outages,
blocks, emptied lists. It plays one round a day through the real roles and writes
precision and recall, false alerts, delays, and the time to notice each breakage.`,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			// The play makes much garbage and little that stays: a larger heap, within
			// a bound, saves a third of the collector's work.
			debug.SetGCPercent(gcPercent)
			debug.SetMemoryLimit(gcLimit)
			bar := progress("days")
			s.Day = func(played, all int) {
				bar.ChangeMax(all)
				if err := bar.Set(played); err != nil {
					logger(false).Debug("draw progress", "err", err)
				}
			}
			score, err := s.Play(c.Context())
			if err = errors.Join(err, bar.Finish()); err != nil {
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
	c.Flags().StringVar(&s.Dir, "dir", "", "empty folder for the data of the play (default: one in memory where there is room, else in TMPDIR; removed at the end)")
	c.Flags().StringVar(&out, "out", "", "file to write (default: standard output)")
	c.Flags().Lookup("limit").NoOptDefVal = (15 * time.Minute).String()
	return c
}
