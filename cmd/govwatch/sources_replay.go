package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"govwatch/schedules"

	"github.com/spf13/cobra"
)

// replayed is what `sources replay --json` prints; delays are hours.
type replayed struct {
	Sources  int          `json:"sources"`
	Notices  int          `json:"notices"`
	PerDay   float64      `json:"visits_per_source_and_day"`
	Adaptive replayDelays `json:"adaptive"`
	Even     replayDelays `json:"even"`
	Ratio    replayDelays `json:"ratio"`
}

type replayDelays struct {
	Mean       float64 `json:"mean"`
	MeanSource float64 `json:"mean_of_sources"`
	Median     float64 `json:"median"`
	P95        float64 `json:"p95"`
}

func sourcesReplayCommand() *cobra.Command {
	var path string
	var budget float64
	var learn, measure int
	var asJSON bool
	c := &cobra.Command{
		Use:   "replay --history FILE",
		Short: "Compare the adaptive schedule with even pauses over known times of publication",
		Long: `replay plays known times of publication through the adaptive schedule, which learns
from what its own visits see, and through visits at even pauses that make as many
requests. FILE holds a line {"source": "a", "at": "2025-06-09T10:00:00+08:00"} for each
publication; - is standard input. The first days teach, the days after them are measured.`,
		Example: `  govwatch sources replay --history times.jsonl --budget 6 --learn 49 --measure 28`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkBudget(budget); err != nil {
				return err
			}
			if learn < 0 || measure < 1 || learn+measure > 3660 {
				return usageError{fmt.Errorf("--learn %d and --measure %d: name days, at least one to measure", learn, measure)}
			}
			h, err := readHistory(path)
			if err != nil {
				return err
			}
			t, _ := h.trial(budget)
			t.Learning, t.Measured = learn, measure
			r := replay(t)
			return printValue(c.OutOrStdout(), r, asJSON, func(w io.Writer) error { return printReplay(w, r) })
		},
	}
	c.Flags().StringVar(&path, "history", "-", "file of publications, JSON lines")
	c.Flags().Float64Var(&budget, "budget", 6, "requests a source and day")
	c.Flags().IntVar(&learn, "learn", 49, "days that teach")
	c.Flags().IntVar(&measure, "measure", 28, "days that are measured")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func replay(t schedules.Trial) replayed {
	adaptive, even := t.Play()
	r := replayed{Sources: len(t.Published), PerDay: float64(adaptive.Visits) / float64(t.Measured*len(t.Published))}
	for _, of := range adaptive.Of {
		r.Notices += len(of)
	}
	r.Adaptive, r.Even = delaysOf(adaptive), delaysOf(even)
	r.Ratio = replayDelays{
		ratio(r.Adaptive.Mean, r.Even.Mean), ratio(r.Adaptive.MeanSource, r.Even.MeanSource),
		ratio(r.Adaptive.Median, r.Even.Median), ratio(r.Adaptive.P95, r.Even.P95),
	}
	return r
}

func delaysOf(d schedules.Delays) replayDelays {
	return replayDelays{d.Mean(), d.MeanSource(), d.Quantile(0.5), d.Quantile(0.95)}
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func printReplay(w io.Writer, r replayed) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintf(tw, "%d sources, %d notices, %.2f visits a source and day\n\tMEAN\tOF SOURCES\tMEDIAN\tP95\n", r.Sources, r.Notices, r.PerDay); err != nil {
		return err
	}
	for _, row := range []struct {
		name string
		of   replayDelays
	}{{"adaptive, hours", r.Adaptive}, {"even, hours", r.Even}, {"ratio", r.Ratio}} {
		if _, err := fmt.Fprintf(tw, "%s\t%.3f\t%.3f\t%.3f\t%.3f\n", row.name, row.of.Mean, row.of.MeanSource, row.of.Median, row.of.P95); err != nil {
			return err
		}
	}
	return tw.Flush()
}
