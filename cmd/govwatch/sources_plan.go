package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
	"govwatch/schedules"

	"github.com/spf13/cobra"
)

// planRow is one element of `sources plan --json`.
type planRow struct {
	ID       notice.SourceID `json:"id"`
	Schedule string          `json:"schedule"`
	Last     *time.Time      `json:"last"`
	Next     *time.Time      `json:"next"`
	PerDay   float64         `json:"visits_per_day"`
	Why      string          `json:"why"`
}

func sourcesPlanCommand() *cobra.Command {
	var at dataFlags
	var path, now string
	var budget float64
	var days int
	var asJSON bool
	c := &cobra.Command{
		Use:   "plan [ID…]",
		Short: "Show when each source is visited next and why",
		Long: `plan shows the next visit of each source, soonest first, with the reason. A source
that declares schedule: adaptive is visited by its learnt rate and hours of
publication, within adaptive.budget requests a day (by default as many as the cron
lines of all such sources would make) and adaptive.host_budget to one host; any other
follows its cron line.

With --history it plans the visits of the coming days for any sources from known
times of publication instead, a line {"source": "a", "at": "2025-06-09T10:00:00+08:00"}
for each, within --budget requests a source and day; see also govwatch sources replay.`,
		Example: `  govwatch sources plan
  govwatch sources plan ndrc-tz nea-zxwj --json
  govwatch sources plan --history times.jsonl --budget 6 --days 7 --json`,
		RunE: func(c *cobra.Command, args []string) error {
			if path != "" {
				return planHistory(c.OutOrStdout(), path, now, budget, days, asJSON)
			}
			cfg, err := at.load()
			if err != nil {
				return err
			}
			visits, err := app.PlanSources(c.Context(), cfg, args)
			if err != nil {
				return err
			}
			rows := make([]planRow, 0, len(visits))
			for _, v := range visits {
				rows = append(rows, newPlanRow(v))
			}
			return printValue(c.OutOrStdout(), rows, asJSON, func(w io.Writer) error { return printPlan(w, rows) })
		},
	}
	at.add(c)
	c.Flags().StringVar(&path, "history", "", "plan from this file of publications, JSON lines; - is standard input")
	c.Flags().Float64Var(&budget, "budget", 6, "with --history: requests a source and day")
	c.Flags().IntVar(&days, "days", 7, "with --history: how many days to plan")
	c.Flags().StringVar(&now, "now", "", "with --history: where the plan begins, RFC 3339 (default after the last publication)")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	return c
}

func newPlanRow(v schedules.Planned) planRow {
	r := planRow{ID: v.Source, Schedule: "cron", PerDay: v.PerDay, Why: v.Why}
	if v.Adaptive {
		r.Schedule = "adaptive"
	}
	if !v.Last.IsZero() {
		r.Last = &v.Last
	}
	if !v.Next.IsZero() {
		r.Next = &v.Next
	}
	return r
}

func printPlan(w io.Writer, rows []planRow) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(tw, "NEXT (BEIJING)\tLAST\tA DAY\tID\tWHY"); err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := fmt.Fprintf(tw, "%s\t%s\t%.1f\t%s\t%s\n", clockTime(r.Next), clockTime(r.Last), r.PerDay, r.ID, r.Why); err != nil {
			return err
		}
	}
	return tw.Flush()
}

// clockTime is a moment in Beijing, a dash for none.
func clockTime(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.In(notice.Beijing()).Format("2006-01-02 15:04")
}
