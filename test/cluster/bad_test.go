package cluster

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"govwatch/test/backends"
)

// with returns a copy of the configuration in which texts are replaced.
func (p *pipeline) with(t *testing.T, oldNew ...string) string {
	t.Helper()
	text, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(oldNew...).Replace(string(text))
	if changed == string(text) {
		t.Fatalf("nothing of %q stands in the configuration", oldNew)
	}
	file := filepath.Join(t.TempDir(), "changed.yaml")
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// What cannot work ends the start at once with one line that says what to do,
// and shows no secret.
func TestStartRefusesInOneLine(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, "")
	address := p.s3.Address()
	// A store whose buckets this user may not touch.
	denied := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
	}))
	t.Cleanup(denied.Close)
	newer := servers.Postgres(t)
	newerSchema(t, newer)
	for name, row := range map[string]struct {
		config string
		words  []string
	}{
		"bucket without rights": {p.with(t, address, strings.TrimPrefix(denied.URL, "http://")), []string{"rights"}},
		"wrong S3 key":          {p.with(t, "access_key: ", "access_key: not-"), []string{"wrong credentials"}},
		"missing secret file":   {p.with(t, "file:", "file:/nowhere"), []string{"read secret", "no such file"}},
		"newer schema":          {p.with(t, p.tracker, newer), []string{"schema", "start the newer program"}},
		"no such database":      {p.with(t, p.tracker, strings.Replace(p.tracker, "@/", "@/no", 1)), []string{"no such database", "C.UTF-8"}},
		"unknown key":           {p.with(t, "alerts:", "alarms:"), []string{"alarms", "config.example.yaml"}},
		"split roles on a file": {p.with(t, "tracker: postgres", "tracker: sqlite:/tmp/x.db #"), []string{"roles", "postgres://"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := exec.CommandContext(t.Context(), program, "run", "--config", row.config, "--roles", "crawl")
			out, err := c.CombinedOutput()
			text := strings.TrimSpace(string(out))
			if err == nil || strings.Contains(text, "\n") || strings.Contains(text, "panic") || strings.Contains(text, "test-secret-key") {
				t.Errorf("it says (%v)\n%s", err, text)
			}
			for _, w := range row.words {
				if !strings.Contains(text, w) {
					t.Errorf("it says %q, want %q in it", text, w)
				}
			}
		})
	}
}

// newerSchema makes a database look like that of a later program.
func newerSchema(t *testing.T, address string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "plain.yaml")
	if err := os.WriteFile(config, []byte("data: "+t.TempDir()+"\ntracker: "+address+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), program, "health", "--config", config).CombinedOutput(); err != nil {
		t.Fatalf("make the schema: %v: %s", err, out)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)"); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func (p *pipeline) stream(t *testing.T) (jetstream.JetStream, func()) {
	t.Helper()
	nc, err := nats.Connect(p.nats.URL())
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js, nc.Close
}

// dead lists the dead letters by the program's own command.
func (p *pipeline) dead(t *testing.T) (letters []struct{ ID, Subject, Reason string }) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, "dead", "list", "--json", "--config", p.config).Output()
	if err != nil {
		t.Fatalf("dead list: %v", err)
	}
	if err := json.Unmarshal(out, &letters); err != nil {
		t.Fatalf("dead list: %v: %s", err, out)
	}
	return letters
}

// A stream that somebody changed is set back with a log line; messages that
// nobody can decode become dead letters that can be replayed; no worker ends.
func TestStrangersOnTheBus(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, "")
	first := p.join(t, "crawl", "crawl")
	first.said(t, "govwatch runs", time.Minute)
	js, done := p.stream(t)
	defer done()
	tasks, err := js.Stream(t.Context(), "TASKS")
	if err != nil {
		t.Fatal(err)
	}
	changed := tasks.CachedInfo().Config
	changed.MaxMsgsPerSubject, changed.DiscardNewPerSubject = 100, false
	if _, err := js.UpdateStream(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	workers := p.join(t, "workers", "extract,alert,relay")
	workers.said(t, "set back", time.Minute)
	if tasks, err = js.Stream(t.Context(), "TASKS"); err != nil || tasks.CachedInfo().Config.MaxMsgsPerSubject != 1 {
		t.Errorf("the stream stays changed: %+v, %v", tasks, err)
	}
	for _, m := range []struct{ subject, text string }{
		{"crawl.task.00.h.s", "{not json"}, {"crawl.task.01.h.s", `{"ID":"x"}`},
		{"gov.central.100000.mee.version.recorded", "\x00\xff"}, {"gov.central.100000.mee.record.extracted", `{"data":7}`},
	} {
		if _, err := js.Publish(t.Context(), m.subject, []byte(m.text)); err != nil {
			t.Fatal(err)
		}
	}
	backends.Eventually(t, time.Minute, "each message is a dead letter", func() bool { return len(p.dead(t)) >= 4 })
	letters := p.dead(t)
	for _, l := range letters {
		if l.Reason == "" || strings.Contains(l.Reason, "panic") {
			t.Errorf("%+v", l)
		}
	}
	if out, err := exec.CommandContext(t.Context(), program, "dead", "replay", letters[0].ID, "--config", p.config).CombinedOutput(); err != nil {
		t.Errorf("replay: %v: %s", err, out)
	}
	// Replayed as it was, it cannot be read again and comes back.
	backends.Eventually(t, time.Minute, "the replayed message is a dead letter again", func() bool { return len(p.dead(t)) >= len(letters) })
	for _, w := range []*process{first, workers} {
		select {
		case err := <-w.ended:
			w.ended <- err
			t.Errorf("%s ended: %v", w.name, err)
		default:
		}
	}
}

// A back-up of a cluster, taken while it works, is restored into new backends.
func TestClusterBackup(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, "")
	p.play(t, 1)
	want := readTable(t, p.world.wait(t, 2*time.Minute))
	dir := filepath.Join(t.TempDir(), "backup")
	command := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("govwatch %v: %v: %s", args, err, out)
		}
		return string(out)
	}
	saved := command("backup", dir, "--config", p.config)
	c, _ := servers.S3(t)
	fresh := p.with(t, p.tracker, servers.Postgres(t), "archive: s3://", "archive: s3://"+c.Bucket+"-restored/x?endpoint="+p.s3.Address()+"&tls=off #")
	if restored := command("restore", dir, "--config", fresh); strings.TrimPrefix(restored, "restored") != strings.TrimPrefix(saved, "backed up") {
		t.Errorf("saved %q, restored %q", saved, restored)
	}
	var archive struct {
		Blobs int
		Bad   []any
	}
	if out := command("archive", "verify", "--json", "--config", fresh); json.Unmarshal([]byte(out), &archive) != nil || len(archive.Bad) > 0 || archive.Blobs < want.Documents["new"] {
		t.Errorf("the restored archive: %s", out)
	}
	var health struct{ Scheduled int }
	out, err := exec.CommandContext(t.Context(), program, "health", "--json", "--config", fresh).Output()
	// The world's days are years ago, so its pipeline counts as silent.
	if json.Unmarshal([]byte(strings.SplitN(string(out), "\n", 2)[0]), &health) != nil || health.Scheduled != want.Sources {
		t.Errorf("the restored tracker: %s, %v; want %d sources", out, err, want.Sources)
	}
}
