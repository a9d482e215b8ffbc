package tracker

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// maxStatements bounds the cache: lists of parameters make queries of many lengths.
const maxStatements = 256

// statements keeps queries parsed between calls; SQLite spends a fifth of a
// commit on parsing otherwise. A query is prepared outside of transactions: with
// one writer connection, preparing inside would wait for itself for ever.
type statements struct {
	db *sql.DB
	on bool

	mu     sync.Mutex
	ready  map[string]*sql.Stmt
	wanted []string
}

func newStatements(db *sql.DB, on bool) *statements {
	return &statements{db: db, on: on, ready: map[string]*sql.Stmt{}}
}

// get returns nil for a query that is not prepared, and remembers it for prepare.
func (s *statements) get(query string) *sql.Stmt {
	if !s.on {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.ready[query]; ok {
		return st
	}
	if len(s.ready)+len(s.wanted) < maxStatements {
		s.wanted = append(s.wanted, query)
	}
	return nil
}

// prepare parses what was asked for since the last call. The caller holds no
// connection.
func (s *statements) prepare(ctx context.Context) error {
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	for _, q := range wanted {
		st, err := s.db.PrepareContext(ctx, q)
		if err != nil {
			return err
		}
		s.mu.Lock()
		if s.ready[q] == nil {
			s.ready[q], st = st, nil
		}
		s.mu.Unlock()
		if st != nil {
			if err := st.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, st := range s.ready {
		errs = append(errs, st.Close())
	}
	return errors.Join(errs...)
}

// pool reads outside of transactions.
type pool struct {
	*sql.DB
	statements *statements
}

// QueryContext runs a query, parsed before when it was.
func (p pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st := p.statements.get(query)
	if st == nil {
		if err := p.statements.prepare(ctx); err != nil {
			return nil, err
		}
		return p.DB.QueryContext(ctx, query, args...)
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext is QueryContext for one row.
func (p pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if st := p.statements.get(query); st != nil {
		return st.QueryRowContext(ctx, args...)
	}
	return p.DB.QueryRowContext(ctx, query, args...)
}
