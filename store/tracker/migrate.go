package tracker

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"

	"govwatch/notice"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema forward; there is no way back. Several processes
// may start at once: the dialect's lock lets one of them work.
func (t *Tracker) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	options, err := t.dialect.gooseOptions()
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	skip, err := notOurs(files, t.dialect.name())
	if err != nil {
		return err
	}
	options = append(options, goose.WithExcludeNames(skip), goose.WithDisableGlobalRegistry(true),
		goose.WithGoMigrations(goose.NewGoMigration(wideBandsVersion, &goose.GoFunc{RunTx: t.widenBands}, nil)))
	p, err := goose.NewProvider(t.dialect.goose(), t.write, files, options...)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return t.judge("read the schema version", err)
	}
	if have > want {
		return fmt.Errorf("tracker %s has schema %d, this program knows %d: start the newer program, or restore the back-up made before it", t.name, have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return t.judge("bring the schema up to date", err)
	}
	return nil
}

// wideBandsVersion is the step of the schema that widenBands takes.
const wideBandsVersion = 5

// widenBands enters the SimHashes of all works in bands of the width that
// nearWorks asks for: SQL cannot read 64 bits without a sign out of JSON.
func (t *Tracker) widenBands(ctx context.Context, in *sql.Tx) error {
	x := &tx{Tx: in, parsed: t.parsed, dialect: t.dialect}
	for after := ""; ; {
		works, err := bodies[notice.Work](ctx, x, "SELECT body FROM works WHERE id > $1 ORDER BY id LIMIT $2", after, batch)
		if err != nil {
			return err
		}
		for _, w := range works {
			if err := x.putBands(ctx, w); err != nil {
				return err
			}
			after = string(w.ID)
		}
		if len(works) < batch {
			return nil
		}
	}
}

// notOurs lists the migration files of other databases, and the general files
// that this database replaces by one of its own.
func notOurs(files fs.FS, dialect string) ([]string, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var skip []string
	for _, n := range names {
		parts := strings.Split(n, ".")
		switch {
		case len(parts) == 3 && parts[1] != dialect:
			skip = append(skip, n)
		case len(parts) == 3:
			skip = append(skip, parts[0]+".sql")
		}
	}
	return skip, nil
}
