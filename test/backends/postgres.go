package backends

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
)

// Postgres returns the address of an empty database on a server in a temporary
// folder that is reached through a socket and has no port.
func (s *Set) Postgres(t testing.TB) string {
	t.Helper()
	s.postgres.start(t, "PostgreSQL", s.startPostgres)
	s.postgres.mu.Lock()
	s.postgres.databases++
	name := fmt.Sprintf("t%d", s.postgres.databases)
	s.postgres.mu.Unlock()
	if err := s.sql("CREATE DATABASE " + name); err != nil {
		t.Fatalf("create database: %v", err)
	}
	return s.PostgresURL(name)
}

// PostgresURL returns the address of a database on the started server.
func (s *Set) PostgresURL(database string) string {
	port := ""
	if s.postgres.port != 0 {
		port = fmt.Sprint("&port=", s.postgres.port)
	}
	return "postgres://" + s.postgres.user + "@/" + database + "?host=" + url.QueryEscape(s.postgres.socket) + port
}

func (s *Set) sql(statement string) error {
	db, err := sql.Open("pgx", s.PostgresURL("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), statement)
	if closeErr := db.Close(); err == nil {
		err = closeErr
	}
	return err
}

// CreateDatabase makes a database with options of its own, such as a locale.
func (s *Set) CreateDatabase(t testing.TB, name, options string) string {
	t.Helper()
	s.postgres.start(t, "PostgreSQL", s.startPostgres)
	if err := s.sql("CREATE DATABASE " + name + " " + options); err != nil {
		t.Fatalf("create database: %v", err)
	}
	return s.PostgresURL(name)
}

// postgresTool finds a program of the newest installed server.
func postgresTool(name string) (string, error) {
	if p, err := exec.LookPath(name); err == nil {
		return p, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("%s: %w: apt-get install postgresql", name, ErrAbsent)
	}
	return found[len(found)-1], nil
}

// unprivileged returns who is to run the server, which refuses to be root.
func unprivileged() (*syscall.SysProcAttr, *user.User, error) {
	if os.Getuid() != 0 {
		me, err := user.Current()
		return &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}, me, err
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, nil, fmt.Errorf("no unprivileged user to run PostgreSQL as: %w", err)
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, Pdeathsig: syscall.SIGQUIT}, u, nil
}

func (s *Set) startPostgres() (func() error, error) {
	initdb, err := postgresTool("initdb")
	if err != nil {
		return nil, err
	}
	postgres, err := postgresTool("postgres")
	if err != nil {
		return nil, err
	}
	attr, who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	// The folder of the set is private to its user, and a socket's path is short.
	dir, err := os.MkdirTemp("", "gwpg-")
	if err != nil {
		return nil, err
	}
	if attr.Credential != nil {
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "data")
	s.postgres.socket, s.postgres.user = dir, "tester"
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.CommandContext(context.Background(), name, args...)
		c.SysProcAttr, c.Dir = attr, dir
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8", "USER=" + who.Username}
		return c
	}
	out, err := run(initdb, "-D", data, "-U", s.postgres.user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	more, err := s.securePostgres(data, attr)
	if err != nil {
		return nil, err
	}
	s.postgres.run = func() *exec.Cmd {
		// Nothing here outlives the machine, so nothing need reach the disk; but a
		// commit must outlive the server, or a restart could not be tested.
		return run(postgres, append([]string{"-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off",
			"-c", "full_page_writes=off", "-c", "max_connections=400", "-c", "log_min_messages=fatal"}, more...)...)
	}
	stop := func() error {
		if err := s.endPostgres(syscall.SIGINT); err != nil {
			return err
		}
		return os.RemoveAll(dir)
	}
	return stop, s.runPostgres()
}

func (s *Set) runPostgres() error {
	server := s.postgres.run()
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	s.postgres.process, s.postgres.ended = server.Process, make(chan error, 1)
	go func() { s.postgres.ended <- server.Wait() }()
	if err := waitFor(s.postgres.ended, func() error { return s.sql("SELECT 1") }); err != nil {
		return fmt.Errorf("%w: %s", err, log.String())
	}
	return nil
}

func (s *Set) endPostgres(how os.Signal) error {
	if err := s.postgres.process.Signal(how); err != nil {
		return err
	}
	<-s.postgres.ended
	return nil
}

// RestartPostgres ends the server at once, as a crash would, calls meanwhile
// while it is away, and starts it again. Tests that share the server must not run
// beside the caller.
func (s *Set) RestartPostgres(t testing.TB, meanwhile func()) {
	t.Helper()
	s.postgres.start(t, "PostgreSQL", s.startPostgres)
	if err := s.endPostgres(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	meanwhile()
	if err := s.runPostgres(); err != nil {
		t.Fatal(err)
	}
}

// SecurePostgres starts a server of the set's own, which must have none yet, that
// is also reached by TCP, there with TLS and a password alone. It returns HOST:PORT
// and the database. Certificates are checked against the host 127.0.0.1.
func (s *Set) SecurePostgres(t testing.TB, secure Secured) (address, database string) {
	t.Helper()
	s.postgres.secure, s.postgres.port = &secure, FreePorts(t, 1)[0]
	s.postgres.start(t, "PostgreSQL", s.startPostgres)
	for _, statement := range []string{
		fmt.Sprintf("CREATE USER %s PASSWORD '%s'", secure.User, secure.Password), fmt.Sprintf("CREATE DATABASE secure OWNER %s", secure.User),
	} {
		if err := s.sql(statement); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("127.0.0.1:%d", s.postgres.port), "secure"
}

// securePostgres gives the server's folder what SecurePostgres asks for, and
// returns the options for it.
func (s *Set) securePostgres(data string, attr *syscall.SysProcAttr) ([]string, error) {
	sec := s.postgres.secure
	if sec == nil {
		return nil, nil
	}
	for name, from := range map[string]string{"server.crt": sec.Cert, "server.key": sec.Key} {
		text, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		to := filepath.Join(data, name)
		if err := os.WriteFile(to, text, 0o600); err != nil {
			return nil, err
		}
		if attr.Credential != nil {
			if err := os.Chown(to, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
				return nil, err
			}
		}
	}
	rules := "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
	if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(rules), 0o600); err != nil {
		return nil, err
	}
	return []string{"-c", "listen_addresses=127.0.0.1", "-c", fmt.Sprint("port=", s.postgres.port), "-c", "ssl=on"}, nil
}
