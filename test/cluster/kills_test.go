package cluster

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/test/backends"
)

// point is one write in the life of a document: who makes it, and how the wires
// of a trap call it.
type point struct {
	role, what string
	// holds are texts that all stand in the write's name.
	holds []string
	// rare says that the write may be made once in a play, so none is let pass.
	rare bool
}

func (p point) match(write string) bool {
	for _, h := range p.holds {
		if !strings.Contains(write, h) {
			return false
		}
	}
	return true
}

// points are the writes of a document's life, in its order. Those that put tasks
// onto the bus stand in TestKillWhereTasksArePublished: in this world another
// process enqueues, and no site links to another.
func points() []point {
	return []point{
		{role: "crawl", what: "bytes into the archive", holds: []string{"PUT ", "/sha256/"}},
		{role: "crawl", what: "visit, version and events in one transaction", holds: []string{"commit", "insert versions", "insert outbox"}},
		{role: "crawl", what: "end of the task with the source's health", holds: []string{"commit", "insert tasks"}},
		{role: "crawl", what: "ack of the task", holds: []string{"+ACK TASKS"}},
		{role: "relay", what: "event onto the bus", holds: []string{"PUB gov."}},
		{role: "relay", what: "rows marked as sent", holds: []string{"commit update outbox.sent"}},
		{role: "extract", what: "record and its event in one transaction", holds: []string{"commit", "insert records", "insert outbox"}},
		{role: "extract", what: "ack of the event", holds: []string{"+ACK EVENTS extract"}},
		{role: "extract", what: "dead letter", holds: []string{"PUB dead.EVENTS.extract"}, rare: true},
		{role: "extract", what: "end of the message behind a dead letter", holds: []string{"+TERM EVENTS extract"}, rare: true},
		{role: "alert", what: "alerts of an event", holds: []string{"commit", "insert alerts"}},
		{role: "alert", what: "ack of the event", holds: []string{"+ACK EVENTS alert"}},
		{role: "alert", what: "claim", holds: []string{"commit update alerts.attempts"}},
		{role: "alert", what: "message to the channel", holds: []string{"POST "}},
		{role: "alert", what: "outcome", holds: []string{"commit", "update alerts.state"}},
	}
}

// killDays give every write of the table its chance.
const killDays = 9

// Each role is killed at each of its writes: just before the backend has it, and
// just after, when the role does not know that it was done. The role starts again,
// and the days end in the table, and with the very alerts, of the run in which
// nobody was killed. GOVWATCH_TEST_SEED chooses the order, and which of many equal
// writes it is.
func TestKillAtEachWrite(t *testing.T) {
	t.Parallel()
	want := embedded(t, killDays)
	p := newPipeline(t, "")
	p.world = startWorld(t, p, killDays)
	traps := map[string]*backends.Trap{}
	for _, role := range workers() {
		trap, config := p.trapped(t)
		p.joinAs(t, role, role, config)
		traps[role] = trap
	}
	// All roles at once, whatever the number of tests that may run side by side: the
	// days do not wait for them.
	var wg sync.WaitGroup
	for _, role := range workers() {
		wg.Go(func() {
			t.Run(role, func(t *testing.T) { p.killAtAll(t, role, traps[role]) })
		})
	}
	wg.Wait()
	p.compare(t, readTable(t, p.world.wait(t, 4*time.Minute)), want())
	if dead := p.dead(t); len(dead) != p.spoiled {
		t.Errorf("%d dead letters, want one for each of %d messages that nobody can read: %+v", len(dead), p.spoiled, dead)
	}
	p.allKept(t)
}

func workers() []string { return []string{"crawl", "relay", "extract", "alert"} }

// killAtAll walks the points of a role in the seed's order.
func (p *pipeline) killAtAll(t *testing.T, role string, trap *backends.Trap) {
	type kill struct {
		point
		after bool
	}
	var kills []kill
	for _, pt := range points() {
		if pt.role == role {
			kills = append(kills, kill{pt, false}, kill{pt, true})
		}
	}
	random := rand.New(rand.NewPCG(seed(t), hash(role)))
	// The days hold few alerts: their writes are taken in the order in which one
	// alert comes by them, and the seed decides which side of each comes first.
	block := len(kills)
	if role == "alert" {
		block = 2
	}
	for part := range slices.Chunk(kills, block) {
		random.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	for _, k := range kills {
		skip := 0
		if !k.rare && role != "alert" {
			skip = random.IntN(3)
		}
		t.Run(fmt.Sprintf("%s, after=%t", k.what, k.after), func(t *testing.T) {
			victim := p.roles[role]
			sprung := trap.Set(backends.Snare{Match: k.match, Skip: skip, After: k.after, Spring: func() { victim.strike(t) }})
			if strings.Contains(k.what, "dead letter") {
				p.spoil(t)
			}
			select {
			case write := <-sprung:
				t.Logf("killed at %s", write)
			case <-time.After(90 * time.Second):
				t.Fatalf("the write never came; %d like it were seen", trap.Seen(k.match))
			case err := <-p.world.ended:
				p.world.ended <- err
				t.Fatalf("the days were over (%v) before the write came; %d like it were seen", err, trap.Seen(k.match))
			}
			victim.awaitEnd(t)
			victim.start(t)
		})
	}
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// trapped returns a trap and a configuration all of whose ways to the backends
// lead through it.
func (p *pipeline) trapped(t *testing.T) (trap *backends.Trap, config string) {
	t.Helper()
	trap = backends.NewTrap(t)
	return trap, p.with(t,
		p.nats.URL(), "nats://"+trap.NATSWire(p.nats.Node(len(p.roles)%3)),
		p.tracker, trap.PostgresWire(p.tracker),
		p.s3.Address(), trap.HTTPWire(p.s3.Address()),
		p.receiver.URL, "http://"+trap.HTTPWire(strings.TrimPrefix(p.receiver.URL, "http://")))
}

// spoil puts a message onto the bus that the extractor cannot read.
func (p *pipeline) spoil(t *testing.T) {
	t.Helper()
	js, done := p.stream(t)
	defer done()
	if _, err := js.Publish(t.Context(), "gov.central.100000.mee.version.recorded", []byte("{not an event")); err != nil {
		t.Fatal(err)
	}
	p.spoiled++
}

// A scheduler and a relay are killed at the tasks that they publish, before and
// after, and start again: every address is visited, and none twice.
func TestKillWhereTasksArePublished(t *testing.T) {
	t.Parallel()
	v, port := serveWeb(t)
	p := newPipeline(t, writeSources(t, port))
	random := rand.New(rand.NewPCG(seed(t), 3))
	killEach := func(role string) {
		trap, config := p.trapped(t)
		victim := prepareProcess(t, role, "run", "--config", config, "--roles", role)
		for _, after := range []bool{false, true, false, true} {
			sprung := trap.Set(backends.Snare{
				Match: func(write string) bool { return strings.HasPrefix(write, "PUB crawl.task.") },
				Skip:  random.IntN(provinces), After: after, Spring: func() { victim.strike(t) },
			})
			victim.start(t)
			select {
			case write := <-sprung:
				t.Logf("%s killed at %s, after=%t", role, write, after)
			case <-time.After(time.Minute):
				t.Fatalf("%s published no task: %s", role, last(victim.err.String(), 2000))
			}
			victim.awaitEnd(t)
		}
		victim.start(t)
	}
	killEach("schedule")
	p.join(t, "rest", "crawl,extract,alert")
	killEach("relay")
	want := addresses()
	backends.Eventually(t, 90*time.Second, "every address is visited", func() bool { return len(v.left(want)) == 0 })
	js, done := p.stream(t)
	defer done()
	backends.Eventually(t, time.Minute, "no task is left", func() bool {
		s, err := js.Stream(t.Context(), "TASKS")
		return err == nil && s.CachedInfo().State.Msgs == 0
	})
	for _, address := range want {
		if n := v.count(address); n != 1 {
			t.Errorf("%s was visited %d times", address, n)
		}
	}
}
