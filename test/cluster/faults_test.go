package cluster

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"govwatch/test/backends"
)

// faultDays is how long each row of the table plays.
const faultDays = 8

// seed makes kills come at other moments; set GOVWATCH_TEST_SEED to choose it.
func seed(t testing.TB) uint64 {
	t.Helper()
	if v, err := strconv.ParseUint(os.Getenv("GOVWATCH_TEST_SEED"), 10, 64); err == nil {
		return v
	}
	return 1
}

// Whatever is killed, cut off or held up, the days end in the table of the run
// without faults: nothing lost, nothing doubled, and nobody had to help.
func TestFaults(t *testing.T) {
	t.Parallel()
	want := embedded(t, faultDays)
	for _, row := range []struct {
		name string
		do   func(*testing.T, *pipeline)
	}{
		{"kill -9 of any role at any moment", killRoles},
		{"a NATS server is killed, then all three", killNATS},
		{"the S3 store is away for ten minutes", s3Away},
		{"a consumer stands still and comes back", holdWorkers},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, "")
			p.play(t, faultDays)
			row.do(t, p)
			t.Logf("%d of %d days were played when the last fault was over", p.played(), faultDays)
			p.compare(t, readTable(t, p.world.wait(t, 4*time.Minute)), want())
		})
	}
	t.Run("PostgreSQL crashes and restarts", func(t *testing.T) {
		t.Parallel()
		// Others share the usual server.
		var own backends.Set
		t.Cleanup(func() { own.Stop(t) })
		p := newPipelineOn(t, own.Postgres(t), "")
		p.play(t, faultDays)
		for range 3 {
			p.during(t)
			own.RestartPostgres(t, func() { pause(t, time.Second) })
		}
		p.compare(t, readTable(t, p.world.wait(t, 4*time.Minute)), want())
	})
	t.Run("the archive's disk is full in the middle of the first day", func(t *testing.T) {
		t.Parallel()
		disk := backends.StartS3OnDisk(t, "1m")
		p := newPipeline(t, "").configure(t, disk.Config, "")
		p.play(t, faultDays)
		disk.AwaitFull(t)
		pause(t, 2*time.Second)
		disk.Grow(t)
		p.compare(t, readTable(t, p.world.wait(t, 4*time.Minute)), want())
		p.allKept(t)
	})
}

// allKept holds every row that names bytes against the archive.
func (p *pipeline) allKept(t *testing.T) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, "archive", "verify", "--config", p.config).CombinedOutput()
	if err != nil {
		t.Errorf("archive verify: %v: %s", err, last(string(out), 500))
	}
}

// compare leaves out how often something was tried: requests that a dead worker
// made and its heir makes again, and messages sent again under the same ID.
func (p *pipeline) compare(t *testing.T, got, want table) {
	t.Helper()
	alerts, repeats := p.receiver.counts()
	if said := p.receiver.sorted(); alerts != want.Alerts.Raised || !slices.Equal(said, want.said) {
		t.Errorf("%d alerts arrived, want %d; lost are %v, too many %v", alerts, want.Alerts.Raised, without(want.said, said), without(said, want.said))
	}
	want.said = nil
	t.Logf("%d captures (%d without faults), %d messages sent twice under their ID", got.Captures, want.Captures, repeats)
	got.Captures, want.Captures = 0, 0
	got.Alerts.Repeated, want.Alerts.Repeated = 0, 0
	if !reflect.DeepEqual(got, want) {
		t.Errorf("with faults the table is\n%+v\nwithout\n%+v", got, want)
	}
}

// without returns what of a is not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// during waits until the pipeline is in the middle of its work.
func (p *pipeline) during(t *testing.T) {
	t.Helper()
	before := p.played()
	for end := time.Now().Add(time.Minute); p.played() == before && !p.done() && time.Now().Before(end); {
		pause(t, 20*time.Millisecond)
	}
	pause(t, 300*time.Millisecond)
}

// killRoles kills one role after the other, in random order at random moments,
// and starts it again, until the days are played.
func killRoles(t *testing.T, p *pipeline) {
	random := rand.New(rand.NewPCG(seed(t), 2))
	names := []string{"crawl", "relay", "extract", "alert"}
	kills := 0
	for ; kills < 16 && !p.done(); kills++ {
		pause(t, time.Duration(100+random.IntN(900))*time.Millisecond)
		victim := p.roles[names[random.IntN(len(names))]]
		victim.kill(t)
		victim.start(t)
	}
	t.Logf("%d kills", kills)
	if kills < 4 {
		t.Error("the days were played before enough was killed")
	}
}

func killNATS(t *testing.T, p *pipeline) {
	for i := range 3 {
		pause(t, 500*time.Millisecond)
		p.nats.Kill(t, i)
		pause(t, 500*time.Millisecond)
		p.nats.Start(t, i)
		pause(t, 2*time.Second)
	}
	for i := range 3 {
		p.nats.Kill(t, i)
	}
	pause(t, time.Second)
	for i := range 3 {
		p.nats.Start(t, i)
	}
}

// holdWorkers stops a process of each kind as a swapping machine would, for
// longer than the others wait for it; a second process of its kind takes over.
func holdWorkers(t *testing.T, p *pipeline) {
	for _, role := range []string{"crawl", "extract", "alert"} {
		p.join(t, role+" 2", role)
	}
	for _, role := range []string{"crawl", "extract", "alert"} {
		held := p.roles[role].cmd.Process
		signal(t, held, syscall.SIGSTOP)
		pause(t, 4*time.Second)
		signal(t, held, syscall.SIGCONT)
	}
}

func signal(t *testing.T, p *os.Process, s os.Signal) {
	t.Helper()
	if err := p.Signal(s); err != nil {
		t.Errorf("signal %v: %v", s, err)
	}
}

// played is how many days the world has behind it.
func (p *pipeline) played() (n int) {
	for i := 1; i <= faultDays; i++ {
		if strings.Contains(p.world.err.String(), fmt.Sprintf("(%d of ", i)) {
			n = i
		}
	}
	return n
}

func (p *pipeline) done() bool { return p.played() == faultDays }

// pause lets real processes go on for a while; the test's end ends it.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

// s3Away shuts the store for ten minutes of the world's time. Every row that
// names bytes must find them in the store all the while, and some day work has
// to go on by itself.
func s3Away(t *testing.T, p *pipeline) {
	p.during(t)
	p.s3.Shut(true)
	backends.Eventually(t, time.Minute, "somebody needs the store", func() bool { return p.s3.Refused() > 0 })
	for minute := range 10 {
		p.pass(t, time.Minute)
		pause(t, 400*time.Millisecond)
		if missing := p.notDurable(t); len(missing) > 0 {
			t.Errorf("minute %d: %d rows name bytes that are not in the store, such as %s", minute, len(missing), missing[0])
		}
	}
	if p.done() {
		t.Error("the days were over while the store was away")
	}
	t.Logf("%d connections were refused", p.s3.Refused())
	p.s3.Shut(false)
}

// pass lets the world's time pass.
func (p *pipeline) pass(t *testing.T, d time.Duration) {
	t.Helper()
	address := p.world.said(t, "the world stands at ", time.Minute)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/sleep?for="+d.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the world's clock answers %s, %v", resp.Status, err)
	}
}

// notDurable lists the bodies that captures, versions or events name and that
// the store has no file for.
func (p *pipeline) notDurable(t *testing.T) (missing []string) {
	t.Helper()
	db, err := sql.Open("pgx", p.tracker)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := db.QueryContext(t.Context(), "SELECT blob FROM versions UNION SELECT blob FROM captures WHERE blob <> ''")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := rows.Err(); err != nil {
			t.Error(err)
		}
	}()
	n := 0
	for ; rows.Next(); n++ {
		var key string
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(p.folder, "sha256", key[:2], key[2:4], key)); err != nil {
			missing = append(missing, key)
		}
	}
	if n == 0 {
		t.Error("no row names bytes yet")
	}
	return missing
}
