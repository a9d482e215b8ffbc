package tracker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite"

	"govwatch/internal/fault"
)

// dialect is all that differs between the two databases. This file is the only
// one that may ask which it is.
type dialect string

const (
	sqliteDialect   dialect = "sqlite"
	postgresDialect dialect = "postgres"
)

func (d dialect) name() string { return string(d) }

// connect opens the handles. SQLite has one writer connection, because a second
// would only wait for the first, and a pool of readers that WAL lets run beside it.
func connect(ctx context.Context, address string) (*Tracker, error) {
	path, isSQLite := strings.CutPrefix(address, "sqlite:")
	switch {
	case isSQLite && path != "":
		return connectSQLite(path)
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		return connectPostgres(ctx, address)
	}
	return nil, errors.New("open tracker: want sqlite:PATH or postgres://USER@HOST/DATABASE")
}

// sqlitePragmas: with synchronous=FULL a committed fact survives a power cut,
// which NORMAL does not promise in WAL mode; one fsync a commit is affordable.
const sqlitePragmas = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"

// writerPragmas let pages that many commits touch reach the file once: 16 MB of
// log before it is carried over, 8 MB of cache.
const writerPragmas = "&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-8000)&_txlock=immediate"

func connectSQLite(path string) (*Tracker, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("open tracker %s: cannot make its folder: %w", path, err)
	}
	file := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()
	write, err := sql.Open("sqlite", file+"?"+sqlitePragmas+writerPragmas)
	if err != nil {
		return nil, fmt.Errorf("open tracker %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", file+"?"+sqlitePragmas+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open tracker %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return assemble(write, read, sqliteDialect, path), nil
}

func connectPostgres(ctx context.Context, address string) (*Tracker, error) {
	u, err := url.Parse(address)
	if err != nil {
		// The error of url.Parse quotes the address, password included.
		return nil, errors.New("open tracker: the postgres:// address cannot be read: write special characters of the password as %XX")
	}
	name := u.Redacted()
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, fmt.Errorf("open tracker %s: the address cannot be read", name)
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fault.Errorf(fault.Transient, "open tracker %s: %s", name, postgresMend(err)), db.Close())
	}
	return assemble(db, db, postgresDialect, name), nil
}

// assemble makes a tracker of open handles. The driver of PostgreSQL keeps parsed
// queries itself.
func assemble(write, read *sql.DB, d dialect, name string) *Tracker {
	keep := d == sqliteDialect
	return &Tracker{write: write, parsed: newStatements(write, keep), read: pool{read, newStatements(read, keep)}, dialect: d, name: name, runs: newRuns()}
}

// check refuses a database that would work wrongly without saying so.
func (d dialect) check(ctx context.Context, db *sql.DB) error {
	if d == sqliteDialect {
		var mode string
		if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
			return fmt.Errorf("%s (%w)", firstNonEmpty(d.mend(err), "is it a SQLite file, and may this user write it?"), err)
		}
		if mode != "wal" {
			return fmt.Errorf("its file system does not allow WAL mode (it is %s): keep the file on a local disk", mode)
		}
		return nil
	}
	var encoding, ctype string
	err := db.QueryRowContext(ctx, "SELECT pg_encoding_to_char(encoding), datcollate || ' ' || datctype FROM pg_database WHERE datname = current_database()").Scan(&encoding, &ctype)
	if err != nil {
		return err
	}
	_, ctype, _ = strings.Cut(ctype, " ")
	if encoding != "UTF8" {
		return fmt.Errorf("the database has encoding %s: make one with ENCODING 'UTF8'", encoding)
	}
	// With ctype C, PostgreSQL takes Han characters for no letters at all and
	// text search finds nothing.
	if ctype == "C" || ctype == "POSIX" {
		return fmt.Errorf("the database has LC_CTYPE %s, with which Chinese text cannot be searched: make it with LOCALE 'C.UTF-8' TEMPLATE template0", ctype)
	}
	return nil
}

func (d dialect) goose() goose.Dialect {
	if d == sqliteDialect {
		return goose.DialectSQLite3
	}
	return goose.DialectPostgres
}

func (d dialect) gooseOptions() ([]goose.ProviderOption, error) {
	if d == sqliteDialect {
		return nil, nil
	}
	l, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return []goose.ProviderOption{goose.WithSessionLocker(l)}, nil
}

// forUpdate ends a SELECT whose row the transaction is going to write. SQLite
// has taken its one write lock at the start.
func (d dialect) forUpdate() string {
	if d == sqliteDialect {
		return ""
	}
	return " FOR UPDATE"
}

// skipLocked ends a SELECT of rows to claim: a row that somebody is claiming is passed over.
func (d dialect) skipLocked() string {
	if d == sqliteDialect {
		return ""
	}
	return " FOR UPDATE SKIP LOCKED"
}

// index enters words, spaced by the caller, under a row number. A tsvector knows
// positions up to 16383 and holds 1 MB: PostgreSQL gets a long text in pieces
// that overlap by more than any phrase people search for.
func (d dialect) index(ctx context.Context, x *tx, row int64, words string) error {
	if d == sqliteDialect {
		_, err := x.exec(ctx, "INSERT INTO record_search (rowid, words) VALUES ($1, $2)", row, words)
		return err
	}
	const piece, overlap = 15000, 64
	all := strings.Fields(words)
	for start := 0; start == 0 || start+overlap < len(all); start += piece - overlap {
		part := strings.Join(all[start:min(start+piece, len(all))], " ")
		if _, err := x.exec(ctx, "INSERT INTO record_search (rowid, words) VALUES ($1, to_tsvector('simple', $2))", row, part); err != nil {
			return err
		}
	}
	return nil
}

// matchWords is a condition on record_search with the phrase as parameter n.
func (d dialect) matchWords(n int) string {
	if d == sqliteDialect {
		return fmt.Sprintf("record_search.words MATCH $%d", n)
	}
	return fmt.Sprintf("record_search.words @@ phraseto_tsquery('simple', $%d)", n)
}

// phrase writes search words as this database's phrase query takes them.
func (d dialect) phrase(words string) string {
	if d == sqliteDialect {
		return `"` + strings.ReplaceAll(words, `"`, `""`) + `"`
	}
	return words
}

// now asks for the server's time in Unix milliseconds.
func (d dialect) now() string {
	if d == sqliteDialect {
		return "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
	}
	return "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
}

// backup returns the statement that copies the database to the file in $1.
func (d dialect) backup() (string, error) {
	if d == sqliteDialect {
		return "VACUUM INTO $1", nil
	}
	return "", errors.New("back up tracker: it is a PostgreSQL database: use pg_dump, and pg_restore to bring it back")
}

// mend says what a person can do about an error, or nothing.
func (d dialect) mend(err error) string {
	if d == postgresDialect {
		return postgresMend(err)
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ""
	}
	// Primary result codes of sqlite3.h; the upper bits refine them.
	switch e.Code() & 0xff {
	case 5, 6:
		return "another process holds the file: end it, or choose another data folder"
	case 8, 3, 23:
		return "the file cannot be written: give this user the right to write it and its folder"
	case 10:
		return "the disk fails or is full: check it, work goes on by itself"
	case 13:
		return "the disk is full: free some space, work goes on by itself"
	case 11, 26:
		return "the file is damaged or no SQLite file: restore a back-up"
	case 14:
		return "the file cannot be opened: check that its folder exists and is writable"
	}
	return ""
}

func postgresMend(err error) string {
	var p *pgconn.PgError
	if !errors.As(err, &p) {
		var c *pgconn.ConnectError
		if errors.As(err, &c) {
			return "cannot connect: is the server running, and are host, port and TLS right?"
		}
		return ""
	}
	switch p.Code {
	case "28P01", "28000":
		return "wrong user or password: check the address of the tracker"
	case "3D000":
		return "no such database: create it with LOCALE 'C.UTF-8'"
	case "42501":
		return "missing rights: let this user create and write tables in its schema"
	case "53100":
		return "the server's disk is full: free some space, work goes on by itself"
	case "53300":
		return "too many connections: raise max_connections"
	case "57P01", "57P02", "57P03":
		return "the server is restarting, work goes on by itself"
	}
	return ""
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
