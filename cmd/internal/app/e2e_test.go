package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"govwatch/cmd/internal/app"
	"govwatch/internal/reader"
	"govwatch/notice"
)

// demoDir makes the test program play the demo in that folder and exit, so that
// it can be killed like any process.
const demoDir = "GOVWATCH_TEST_DEMO_DIR"

func TestMain(m *testing.M) {
	if reader.ChildMain() {
		return
	}
	if dir := os.Getenv(demoDir); dir != "" {
		if err := playAlone(dir); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// shortPlay is the last day of the tests' demo: it holds the back catalogue,
// new notices, revisits and the first seeds.
func shortPlay() notice.Date { return notice.Date{Year: 2024, Month: 2, Day: 28} }

func playAlone(dir string) error {
	d := app.Demo{Dir: dir, Out: os.Stdout, JSON: true, Last: shortPlay()}
	a, table, err := d.Play(context.Background())
	if err != nil {
		return err
	}
	if err := a.Close(context.Background()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(table)
}

// play runs the demo in this process.
func play(t *testing.T, dir string, last notice.Date, out io.Writer) (*app.App, app.DemoTable) {
	t.Helper()
	d := app.Demo{Dir: dir, Out: out, JSON: true, Last: last}
	a, table, err := d.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return a, table
}

// syncBuffer may be written by several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// messages are the alerts that were printed, by ID.
func messages(t *testing.T, out string) map[string]int {
	t.Helper()
	ids := map[string]int{}
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m struct {
			ID string `json:"id"`
		}
		// A process that was killed may leave half a line.
		if json.Unmarshal(lines.Bytes(), &m) == nil && m.ID != "" {
			ids[m.ID]++
		}
	}
	return ids
}

// The first day finds 35 full lists. Nobody is told of hundreds of old papers.
func TestFirstWalkFloodsNobody(t *testing.T) {
	t.Parallel()
	var out syncBuffer
	_, table := play(t, t.TempDir(), notice.Date{Year: 2024, Month: 2, Day: 19}, &out)
	if table.Documents.New < 300 {
		t.Errorf("%d documents, want the back catalogue of at least 300", table.Documents.New)
	}
	if table.Alerts.Raised > 10 {
		t.Errorf("%d alerts on the first day; only papers of the last 3 days may be told", table.Alerts.Raised)
	}
	if table.Alerts.Raised != len(messages(t, out.b.String())) {
		t.Errorf("%d raised, %d printed", table.Alerts.Raised, len(messages(t, out.b.String())))
	}
}

// A demo that is killed at any moment, again and again, ends in the table of one
// that was left alone; no alert gets a second ID.
func TestKilledDemoEndsInTheSameTable(t *testing.T) {
	t.Parallel()
	_, want := play(t, t.TempDir(), shortPlay(), io.Discard)
	dir := t.TempDir()
	var out strings.Builder
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 6 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(500+r.IntN(4000))*time.Millisecond)
		out.WriteString(run(t, ctx, dir))
		cancel()
	}
	final := run(t, t.Context(), dir)
	out.WriteString(final)
	lines := strings.Split(strings.TrimSpace(final), "\n")
	var got app.DemoTable
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatalf("last line %q: %v", lines[len(lines)-1], err)
	}
	// Messages sent again are counted, and time differs; all else must be equal.
	got.ElapsedMS, want.ElapsedMS, got.Alerts.Repeated = 0, 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a killed demo differs (-clean +killed):\n%s", diff)
	}
	if ids := messages(t, out.String()); len(ids) > want.Alerts.Raised {
		t.Errorf("%d alert IDs were printed, the clean run raised %d", len(ids), want.Alerts.Raised)
	}
}

// run plays the demo in a process of its own, which is killed -9 when the context ends.
func run(t *testing.T, ctx context.Context, dir string) string {
	t.Helper()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), demoDir+"="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && ctx.Err() == nil {
		t.Fatalf("demo: %v: %s", err, stderr.String())
	}
	return string(out)
}

// One policy is followed on the bus with plain nats.go, from its first sight to its record.
func TestEventsTellOnePolicyFromSightToRecord(t *testing.T) {
	t.Parallel()
	a, _ := play(t, t.TempDir(), notice.Date{Year: 2024, Month: 2, Day: 28}, io.Discard)
	nc, err := a.BusClient()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	sub, err := js.SubscribeSync("gov.central.100000.ndrc.>")
	if err != nil {
		t.Fatal(err)
	}
	type envelope struct {
		SpecVersion string `json:"specversion"`
		ID, Type    string
		Data        struct{ Document, Version string }
	}
	stages := map[string][]string{} // by document
	for {
		m, err := sub.NextMsg(time.Second)
		if err != nil {
			break
		}
		var e envelope
		if err := json.Unmarshal(m.Data, &e); err != nil || e.SpecVersion != "1.0" || e.ID != m.Header.Get("Nats-Msg-Id") {
			t.Fatalf("event %s: %v", m.Data, err)
		}
		stages[e.Data.Document] = append(stages[e.Data.Document], strings.TrimPrefix(e.Type, "gov.watch."))
	}
	whole := 0
	for doc, s := range stages {
		if doc == "" || s[0] != "document.new" {
			continue
		}
		if strings.Contains(strings.Join(s, " "), "version.recorded") && strings.Contains(strings.Join(s, " "), "record.extracted") {
			whole++
		}
	}
	if whole == 0 {
		t.Errorf("no document was followed from document.new to record.extracted: %v", stages)
	}
}
