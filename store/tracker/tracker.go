package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// Tracker is an open database. All methods may be called concurrently, and
// several processes may share one PostgreSQL database.
type Tracker struct {
	write   *sql.DB
	parsed  *statements
	read    pool
	dialect dialect
	name    string
	poke    chan struct{}
	hook    func(CommitPoint) error
	runs    *runs
}

// CommitPoint is a place at which a write may fail.
type CommitPoint string

// Points of every write: before the database is asked to commit, and after it has.
const (
	BeforeCommit CommitPoint = "before"
	AfterCommit  CommitPoint = "after"
)

// Option changes how a tracker is opened.
type Option func(*Tracker)

// OnCommit has f called at both points of every write; an error of f becomes the
// error of the write. Crash tests use it to play a process that dies there.
func OnCommit(f func(CommitPoint) error) Option { return func(t *Tracker) { t.hook = f } }

// Open opens `sqlite:PATH` or `postgres://…`, and brings the schema up to date.
// It refuses a schema that a newer program made. Errors never hold the password.
func Open(ctx context.Context, url string, options ...Option) (*Tracker, error) {
	t, err := connect(ctx, url)
	if err != nil {
		return nil, err
	}
	t.poke = make(chan struct{}, 1)
	t.hook = func(CommitPoint) error { return nil }
	for _, o := range options {
		o(t)
	}
	if err := t.dialect.check(ctx, t.write); err != nil {
		return nil, errors.Join(fmt.Errorf("open tracker %s: %w", t.name, err), t.Close())
	}
	if err := t.migrate(ctx); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close waits for running statements and closes the database.
func (t *Tracker) Close() error {
	err := errors.Join(t.read.statements.close(), t.parsed.close(), t.write.Close())
	if t.read.DB != t.write {
		err = errors.Join(t.read.Close(), err)
	}
	return err
}

// Poked receives when the outbox may have got new rows from this process. It
// holds one signal at most and is a hint: rows of other processes come without.
func (t *Tracker) Poked() <-chan struct{} { return t.poke }

// Ping reports whether the database answers.
func (t *Tracker) Ping(ctx context.Context) error {
	return t.judge("reach", t.read.PingContext(ctx))
}

// Now asks the database for its time: processes that share one should agree with it.
func (t *Tracker) Now(ctx context.Context) (time.Time, error) {
	var ms int64
	err := t.read.QueryRowContext(ctx, t.dialect.now()).Scan(&ms)
	return time.UnixMilli(ms), t.judge("ask for the time", err)
}

// tx is one transaction; told says that it wrote to the outbox.
type tx struct {
	*sql.Tx
	parsed  *statements
	dialect dialect
	told    bool
}

// QueryContext runs a query, parsed before when it was.
func (x *tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := x.parsed.get(query); st != nil {
		return x.StmtContext(ctx, st).QueryContext(ctx, args...)
	}
	return x.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext is QueryContext for one row.
func (x *tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if st := x.parsed.get(query); st != nil {
		return x.StmtContext(ctx, st).QueryRowContext(ctx, args...)
	}
	return x.Tx.QueryRowContext(ctx, query, args...)
}

// atomically runs f in one transaction. A crash before the commit leaves
// nothing, one after it leaves everything: all callers may be repeated.
func (t *Tracker) atomically(ctx context.Context, what string, f func(*tx) error) error {
	if err := t.parsed.prepare(ctx); err != nil {
		return t.judge(what, err)
	}
	x, err := t.write.BeginTx(ctx, nil)
	if err != nil {
		return t.judge(what, err)
	}
	in := &tx{Tx: x, parsed: t.parsed, dialect: t.dialect}
	err = f(in)
	if err == nil {
		err = t.hook(BeforeCommit)
	}
	if err != nil {
		if back := x.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) && ctx.Err() == nil {
			err = fmt.Errorf("%w; roll back: %w", err, back)
		}
		return t.judge(what, err)
	}
	if err := x.Commit(); err != nil {
		return t.judge(what, err)
	}
	if in.told {
		select {
		case t.poke <- struct{}{}:
		default:
		}
	}
	return t.judge(what, t.hook(AfterCommit))
}

// exec runs a statement and returns how many rows it touched.
func (x *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	run := x.ExecContext
	if st := x.parsed.get(query); st != nil {
		st = x.StmtContext(ctx, st)
		run = func(ctx context.Context, _ string, args ...any) (sql.Result, error) {
			return st.ExecContext(ctx, args...)
		}
	}
	r, err := run(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// judge names the tracker and the fault kind. The errors that callers test for pass unchanged.
func (t *Tracker) judge(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, notice.ErrMoved), errors.Is(err, notice.ErrUnknown):
		return err
	case errors.Is(err, errBroken):
		return fault.Errorf(fault.Permanent, "%s in tracker %s: %w", what, t.name, err)
	}
	if mend := t.dialect.mend(err); mend != "" {
		return fault.Errorf(fault.Transient, "%s in tracker %s: %s (%w)", what, t.name, mend, err)
	}
	return fault.Errorf(fault.Transient, "%s in tracker %s: %w", what, t.name, err)
}
