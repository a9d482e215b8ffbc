package test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"govwatch/store/tracker"
	"govwatch/store/trackertest"
)

func TestTrackerContractOnPostgres(t *testing.T) {
	t.Parallel()
	trackertest.Run(t, func(t *testing.T) string { return servers.Postgres(t) })
}

func TestPostgresThatCannotSearchIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ options, want string }{
		"ctype_c": {"TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'", "LC_CTYPE"},
		"ascii":   {"TEMPLATE template0 LOCALE 'C' ENCODING 'SQL_ASCII'", "ENCODING"},
	} {
		url := servers.CreateDatabase(t, name, c.options)
		tr, err := tracker.Open(t.Context(), url)
		if err == nil {
			t.Errorf("%s accepted", name)
			if err := tr.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPostgresErrorsAreOneLine(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	for name, bad := range map[string]string{
		"no such database": strings.Replace(url, "@/t", "@/none", 1),
		"no such server":   "postgres://u:secret@/x?host=/nowhere",
	} {
		_, err := tracker.Open(t.Context(), bad)
		if err == nil || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkPostgres(b *testing.B) { trackertest.Bench(b, servers.Postgres(b)) }

// Several roles start at once on a database that holds nothing.
func TestPostgresOpenedByManyAtOnce(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	errs := make([]error, 5)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			tr, err := tracker.Open(t.Context(), url)
			if err == nil {
				_, err = tr.Tally(t.Context())
				err = errors.Join(err, tr.Close())
			}
			errs[i] = err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}
