package cluster

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/store/s3blob"
	"govwatch/test/backends"
)

// message is what an alert says, as far as it does not depend on how it ran. The
// ID does: some sites print the time on a page, which makes other bytes of it.
type message struct {
	ID      string `json:"id"`
	Rule    string `json:"rule"`
	Subject string `json:"subject"`
}

func (m message) String() string { return m.Rule + ": " + m.Subject }

// receiver is where alerts are sent; it counts each ID.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	ids  map[string]int
	said map[string]string
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	r := &receiver{ids: map[string]int{}, said: map[string]string{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		var m message
		if err := json.NewDecoder(req.Body).Decode(&m); err != nil || m.ID != req.Header.Get("X-Govwatch-Alert-Id") {
			t.Errorf("an alert arrived that cannot be read: %+v, %v", m, err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ids[m.ID]++
		r.said[m.ID] = m.String()
	}))
	t.Cleanup(r.Close)
	return r
}

// counts returns how many alerts arrived, and how many messages repeated one.
func (r *receiver) counts() (alerts, repeats int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.ids {
		repeats += n - 1
	}
	return len(r.ids), repeats
}

// sorted returns what was said, once for each ID.
func (r *receiver) sorted() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Values(r.said))
}

// pipeline is a cluster on its backends.
type pipeline struct {
	nats *backends.NATS
	s3   *backends.Gate
	// folder is where the store keeps the objects as files.
	folder   string
	tracker  string
	receiver *receiver
	config   string
	world    *process
	roles    map[string]*process
	// spoiled counts the messages that were made unreadable.
	spoiled int
}

// newPipeline starts the backends and writes the configuration; nothing runs yet.
func newPipeline(t testing.TB, more string) *pipeline {
	t.Helper()
	return newPipelineOn(t, servers.Postgres(t), more)
}

// newPipelineOn is newPipeline with a database of the caller's.
func newPipelineOn(t testing.TB, tracker, more string) *pipeline {
	t.Helper()
	p := &pipeline{nats: backends.StartNATS(t), tracker: tracker, receiver: newReceiver(t), roles: map[string]*process{}}
	c, folder := servers.S3(t)
	p.folder = folder
	return p.configure(t, c, more)
}

// configure writes the configuration of the cluster on a store.
func (p *pipeline) configure(t testing.TB, c s3blob.Config, more string) *pipeline {
	t.Helper()
	p.s3 = backends.NewGate(t, c.Endpoint)
	dir := t.TempDir()
	secret := filepath.Join(dir, "s3-secret")
	if err := os.WriteFile(secret, []byte(c.SecretKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.config = filepath.Join(dir, "cluster.yaml")
	text := fmt.Sprintf(`data: %s
bus: %s
archive: s3://%s?endpoint=%s&tls=off
tracker: %s
nats: {takeover: 3s}
s3: {access_key: %s, secret_key: "file:%s"}
alerts:
  - channel: {type: webhook, name: stdout, url: "%s"}
%s
`, dir, p.nats.URL(), c.Bucket, p.s3.Address(), p.tracker, c.AccessKey, secret, p.receiver.URL, more)
	if err := os.WriteFile(p.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// join starts a process with roles that lives in the world.
func (p *pipeline) join(t testing.TB, name, roles string, more ...string) *process {
	t.Helper()
	return p.joinAs(t, name, roles, p.config, more...)
}

// joinAs is join with a configuration of its own.
func (p *pipeline) joinAs(t testing.TB, name, roles, config string, more ...string) *process {
	t.Helper()
	args := append([]string{"run", "--config", config, "--roles", roles}, more...)
	if p.world != nil {
		args = append(args, "--world", p.world.said(t, "the world stands at ", time.Minute))
	}
	p.roles[name] = startProcess(t, name, args...)
	return p.roles[name]
}

// startWorld starts the process that plays the days for the roles.
func startWorld(t testing.TB, p *pipeline, days int) *process {
	t.Helper()
	return startProcess(t, "world", "world", "--config", p.config, "--listen", "127.0.0.1:0", "--days", fmt.Sprint(days), "--json")
}

// play starts the world and one process for each role.
func (p *pipeline) play(t testing.TB, days int) {
	t.Helper()
	p.world = startWorld(t, p, days)
	for _, role := range workers() {
		p.join(t, role, role)
	}
}

// table is what the demo prints, as far as it must not depend on how it ran.
type table struct {
	Days      int            `json:"days"`
	Sources   int            `json:"sources"`
	Captures  int            `json:"captures"`
	Documents map[string]int `json:"documents"`
	Works     int            `json:"works"`
	Alerts    struct {
		Raised, Delivered, Repeated int
		FalsePolicy                 int `json:"false_policy"`
	} `json:"alerts"`
	Incidents []struct {
		Source, Class, State string
	} `json:"incidents"`
	Seed struct {
		Expected, Found int
	} `json:"seed"`
	// said are the alerts, sorted, where the run printed them.
	said []string
}

func readTable(t testing.TB, out string) (tab table) {
	t.Helper()
	out = strings.TrimSpace(out)
	line := out[strings.LastIndexByte(out, '\n')+1:]
	if err := json.Unmarshal([]byte(line), &tab); err != nil {
		t.Fatalf("read table: %v: %s", err, last(out, 500))
	}
	return tab
}

// embedded plays the same days in one process, beside what the test does
// meanwhile; the function it returns waits for the table.
func embedded(t testing.TB, days int) func() table {
	t.Helper()
	p := startProcess(t, "embedded", "demo", "--once", "--json", "--data", filepath.Join(t.TempDir(), "demo"), "--days", fmt.Sprint(days))
	return sync.OnceValue(func() table {
		t.Helper()
		out := strings.TrimSpace(p.wait(t, 9*time.Minute))
		tab := readTable(t, out)
		for line := range strings.Lines(out[:strings.LastIndexByte(out, '\n')+1]) {
			var m message
			if err := json.Unmarshal([]byte(line), &m); err != nil || m.ID == "" {
				t.Fatalf("read alert: %v: %s", err, line)
			}
			tab.said = append(tab.said, m.String())
		}
		slices.Sort(tab.said)
		return tab
	})
}
