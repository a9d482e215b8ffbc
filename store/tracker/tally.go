package tracker

import (
	"context"
	"database/sql"

	"govwatch/notice"
)

// Tally counts rows; it says the same after a restart and in every process.
func (t *Tracker) Tally(ctx context.Context) (notice.Tally, error) {
	v, err := t.tally(ctx)
	return v, t.judge("count", err)
}

func (t *Tracker) tally(ctx context.Context) (v notice.Tally, err error) {
	var quiet int
	for _, c := range []struct {
		into  *int
		query string
	}{
		{&v.Sources, "SELECT COUNT(*) FROM sources"},
		{&v.Works, "SELECT COUNT(DISTINCT work) FROM work_documents"},
		{&v.Versions, "SELECT COUNT(*) FROM versions"},
		{&v.Records, "SELECT COUNT(*) FROM records WHERE current"},
		{&v.AlertsRaised, "SELECT COUNT(*) FROM alerts WHERE state <> 'folded'"},
		{&v.AlertsDelivered, "SELECT COUNT(*) FROM alerts WHERE state = 'delivered'"},
		{&v.AlertsDead, "SELECT COUNT(*) FROM alerts WHERE state = 'dead'"},
		{&v.AlertsRepeated, "SELECT COALESCE(SUM(repeats), 0) FROM alerts"},
		{&v.Outbox, "SELECT COUNT(*) FROM outbox WHERE NOT sent"},
		{&v.Owed, "SELECT COUNT(*) FROM documents WHERE state = 'owed'"},
		{&v.Dead, "SELECT COUNT(*) FROM dead_letters WHERE replayed = 0"},
		{&quiet, "SELECT COALESCE(SUM(n), 0) FROM quiet_visits"},
	} {
		if err := t.read.QueryRowContext(ctx, c.query).Scan(c.into); err != nil {
			return v, err
		}
	}
	if v.Captures, err = counts[notice.Outcome](ctx, t.read, "SELECT outcome, COUNT(*) FROM captures WHERE role <> 'robots' GROUP BY outcome"); err != nil {
		return v, err
	}
	v.Documents, err = counts[notice.ChangeKind](ctx, t.read, "SELECT kind, COUNT(*) FROM changes GROUP BY kind")
	if err == nil && quiet > 0 {
		v.Documents[notice.ChangeSame] += quiet
	}
	return v, err
}

func counts[K ~string](ctx context.Context, q querier, query string) (map[K]int, error) {
	type count struct {
		key K
		n   int
	}
	rows, err := collect(ctx, q, func(r *sql.Rows) (c count, err error) { return c, r.Scan(&c.key, &c.n) }, query)
	m := make(map[K]int, len(rows))
	for _, c := range rows {
		m[c.key] = c.n
	}
	return m, err
}
