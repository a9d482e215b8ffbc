package tracker

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// errBroken marks a value that cannot be written or read however often it is tried.
var errBroken = errors.New("unreadable value")

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errBroken, err)
	}
	return string(b), nil
}

func decode[T any](s string) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return v, fmt.Errorf("%w: %w", errBroken, err)
	}
	return v, nil
}

// clean makes text storable everywhere: PostgreSQL refuses bytes that are not
// UTF-8 and the zero character, both of which real pages hold.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// places returns "$from, … $from+n-1".
func places(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	return b.String()
}

// batch bounds the parameters of one statement: both databases allow many more.
const batch = 500

// chunks calls f with at most batch values at a time.
func chunks[T any](all []T, f func([]T) error) error {
	for len(all) > 0 {
		n := min(batch, len(all))
		if err := f(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// groups calls f with 32, 8 or 1 values at a time: statements of few lengths stay
// parsed between calls.
func groups[T any](all []T, f func([]T) error) error {
	for _, size := range []int{32, 8, 1} {
		for len(all) >= size {
			if err := f(all[:size]); err != nil {
				return err
			}
			all = all[size:]
		}
	}
	return nil
}

// padded repeats the last value up to a power of two, for the same reason: in a
// list to search in, a repeated value changes nothing.
func padded[T any](vs []T) []T {
	n := 1
	for n < len(vs) {
		n *= 2
	}
	out := slices.Grow(slices.Clone(vs), n-len(vs))
	for len(out) > 0 && len(out) < n {
		out = append(out, vs[len(vs)-1])
	}
	return out
}

func asArgs[T any](vs []T) []any {
	args := make([]any, len(vs))
	for i, v := range vs {
		args[i] = v
	}
	return args
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// collect reads all rows with scan.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) (_ []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// bodies reads a single column of JSON.
func bodies[T any](ctx context.Context, q querier, query string, args ...any) ([]T, error) {
	return collect(ctx, q, func(r *sql.Rows) (v T, err error) {
		var s string
		if err := r.Scan(&s); err != nil {
			return v, err
		}
		return decode[T](s)
	}, query, args...)
}

// body reads one JSON value; found is false when there is no row.
func body[T any](ctx context.Context, q querier, query string, args ...any) (v T, found bool, err error) {
	var s string
	err = q.QueryRowContext(ctx, query, args...).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	v, err = decode[T](s)
	return v, err == nil, err
}
