package alert_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"govwatch/alert"
	"govwatch/internal/fault"
	"govwatch/internal/service"
	"govwatch/notice"
)

// memory keeps the contract of Log: one alert per rule, channel and Once;
// claims run out after two minutes.
type memory struct {
	mu       sync.Mutex
	occasion notice.Occasion
	alerts   []*row
	fail     map[string]int
	// incidents by ID; an event about one of them is an occasion of its own.
	incidents map[notice.IncidentID]notice.Incident
}

type row struct {
	notice.Alert
	claimed time.Time
	repeats int
}

// step fails a call as often as asked: before it takes effect ("x") or after ("x done").
func (m *memory) step(name string) error {
	if m.fail[name] > 0 {
		m.fail[name]--
		return fmt.Errorf("%s: database is away", name)
	}
	return nil
}

func (m *memory) Occasion(_ context.Context, e notice.Event) (notice.Occasion, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.occasion
	if i, ok := m.incidents[e.Incident]; ok {
		o = notice.Occasion{Incident: &i, Source: notice.Source{ID: i.Source, NameZH: "来源" + string(i.Source), Region: "440000"}}
	}
	o.Event = e
	return o, m.step("occasion")
}

func (m *memory) IncidentsSince(_ context.Context, since time.Time) (out []notice.Incident, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, i := range m.incidents {
		if i.State != notice.Resolved || !i.Opened.Before(since) {
			out = append(out, i)
		}
	}
	return out, m.step("incidents")
}

func (m *memory) Raise(_ context.Context, alerts []notice.Alert) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("raise"); err != nil {
		return 0, err
	}
	for _, a := range alerts {
		if !slices.ContainsFunc(m.alerts, func(r *row) bool {
			return r.ID == a.ID || r.Rule == a.Rule && r.Channel == a.Channel && r.Once == a.Once
		}) {
			m.alerts = append(m.alerts, &row{Alert: a})
			n++
		}
	}
	return n, m.step("raise done")
}

func (m *memory) Claim(_ context.Context, now time.Time, n int) (got []notice.Alert, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("claim"); err != nil {
		return nil, err
	}
	for _, r := range m.alerts {
		open := r.State == notice.Due || r.State == notice.Retry
		if len(got) == n || !open || r.NextTry.After(now) || !r.claimed.IsZero() && now.Sub(r.claimed) <= 2*time.Minute {
			continue
		}
		if !r.claimed.IsZero() {
			r.repeats++
		}
		r.claimed = now
		r.Attempts++
		got = append(got, r.Alert)
	}
	return got, m.step("claim done")
}

func (m *memory) Settle(_ context.Context, id notice.AlertID, o notice.DeliveryOutcome) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("settle"); err != nil {
		return err
	}
	for _, r := range m.alerts {
		if r.ID == id {
			r.State, r.NextTry, r.LastError, r.claimed = o.State, o.NextTry, o.Error, time.Time{}
		}
	}
	return m.step("settle done")
}

func (m *memory) states() map[string]notice.AlertState {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := map[string]notice.AlertState{}
	for _, r := range m.alerts {
		s[r.Channel] = r.State
	}
	return s
}

type recorder struct {
	name string
	mu   sync.Mutex
	ids  []notice.AlertID
	send func(ctx context.Context, n int) error
	pace time.Duration
}

func (r *recorder) Name() string        { return r.name }
func (r *recorder) Pace() time.Duration { return r.pace }

func (r *recorder) Send(ctx context.Context, m notice.Message) error {
	r.mu.Lock()
	r.ids = append(r.ids, m.ID)
	n := len(r.ids)
	r.mu.Unlock()
	if r.send == nil {
		return nil
	}
	return r.send(ctx, n)
}

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ids)
}

func worker(t *testing.T, log alert.Log, clock service.Clock, channels ...alert.Channel) *alert.Worker {
	t.Helper()
	w, err := alert.New(alert.Config{Set: alert.Set{Rules: alert.DefaultRules()}, Channels: channels, Log: log, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func drain(t *testing.T, w *alert.Worker) {
	t.Helper()
	for range 50 {
		if n, err := w.DeliverDue(t.Context()); n == 0 && err == nil {
			return
		}
	}
	t.Error("there is always something due")
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	a := &recorder{name: "a"}
	for part, c := range map[string]alert.Config{
		`two channels are called "a"`: {Channels: []alert.Channel{a, a}},
		`channel "mail"`:              {Channels: []alert.Channel{a}, Set: alert.Set{Rules: []alert.Rule{{Name: "r", Channels: []string{"mail"}}}}},
		`"r" is empty or given twice`: {Set: alert.Set{Rules: []alert.Rule{{Name: "r"}, {Name: "r"}}}},
		`"" is empty`:                 {Set: alert.Set{Rules: []alert.Rule{{}}}},
	} {
		if _, err := alert.New(c); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want %q in it", err, part)
		}
	}
}

// TestCrash fails each write before and after it takes effect, goes on as
// another process would, and wants one alert a channel and one message ID.
func TestCrash(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"", "occasion", "raise", "raise done", "claim", "claim done", "settle", "settle done"} {
		t.Run("crash at "+step, func(t *testing.T) {
			t.Parallel()
			m := &memory{occasion: policy(), fail: map[string]int{step: 1}}
			clock := service.NewJump(now)
			ch := &recorder{name: "a"}
			first := worker(t, m, clock, ch)
			herr := first.Handle(t.Context(), policy().Event)
			if herr == nil {
				if _, err := first.DeliverDue(t.Context()); err == nil && step != "" {
					t.Fatal("the step did not fail")
				}
			}
			// The next process: the bus delivers the event again, the claim runs out.
			second := worker(t, m, clock, ch)
			if err := second.Handle(t.Context(), policy().Event); err != nil {
				t.Fatal(err)
			}
			drain(t, second)
			clock.Set(clock.Now().Add(3 * time.Minute))
			drain(t, second)
			if len(m.alerts) != 1 || m.states()["a"] != notice.Delivered {
				t.Errorf("alerts %v", m.states())
			}
			want := 1
			if step == "settle" {
				want = 2
			}
			if len(ch.ids) != want || ch.ids[0] != ch.ids[len(ch.ids)-1] {
				t.Errorf("messages %v, want %d of one ID", ch.ids, want)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	m := &memory{occasion: policy(), fail: map[string]int{}}
	clock := service.NewJump(now)
	down := &recorder{name: "down", send: func(context.Context, int) error { return errors.New("connection\nrefused") }}
	gone := &recorder{name: "gone", send: func(context.Context, int) error { return fault.Errorf(fault.Permanent, "404") }}
	later := &recorder{name: "later", send: func(_ context.Context, n int) error {
		if n == 1 {
			return &alert.LaterError{After: time.Hour, Err: errors.New("429")}
		}
		return nil
	}}
	broken := &recorder{name: "broken", send: func(_ context.Context, n int) error {
		if n == 1 {
			panic("nil map")
		}
		return nil
	}}
	var told []string
	w, err := alert.New(alert.Config{Set: alert.Set{Rules: alert.DefaultRules()}, Channels: []alert.Channel{down, gone, later, broken}, Log: m, Clock: clock,
		Told: func(a notice.Alert) { told = append(told, a.Channel) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Handle(t.Context(), policy().Event); err != nil {
		t.Fatal(err)
	}
	drain(t, w)
	s := m.states()
	if s["down"] != notice.Retry || s["gone"] != notice.Dead || s["later"] != notice.Retry || s["broken"] != notice.Retry {
		t.Errorf("after one attempt: %v", s)
	}
	for _, r := range m.alerts {
		if strings.Contains(r.LastError, "\n") || r.LastError == "" {
			t.Errorf("error of %s: %q", r.Channel, r.LastError)
		}
		if r.Channel == "later" && r.NextTry.Sub(now) != time.Hour {
			t.Errorf("next try after %v, want the hour that the receiver asked for", r.NextTry.Sub(now))
		}
	}
	clock.Set(now.Add(2 * time.Hour))
	drain(t, w)
	if s := m.states(); s["later"] != notice.Delivered || s["broken"] != notice.Delivered || s["down"] != notice.Retry {
		t.Errorf("after two hours: %v", s)
	}
	for range 40 {
		clock.Set(clock.Now().Add(5 * time.Hour))
		drain(t, w)
	}
	if s := m.states(); s["down"] != notice.Dead || down.count() != 20 {
		t.Errorf("after a week: %v in %d attempts, want dead in 20", s["down"], down.count())
	}
	if slices.Sort(told); !slices.Equal(told, []string{"broken", "later"}) {
		t.Errorf("told of %v", told)
	}
}

// TestOneTimeoutABatch: a channel that hangs must not use up the claim of the
// others, and what is put off is not lost.
func TestOneTimeoutABatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{occasion: policy(), fail: map[string]int{}}
		hang := &recorder{name: "hang", send: func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() }}
		well := &recorder{name: "well"}
		w := worker(t, m, service.Real(), hang, well)
		for n := range 4 {
			e := policy().Event
			e.ID = notice.EventID(fmt.Sprint(n))
			m.occasion.Record.Work = notice.WorkID(fmt.Sprint(n))
			if err := w.Handle(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		if _, err := w.DeliverDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 15*time.Second || hang.count() != 1 || well.count() != 4 {
			t.Errorf("a batch took %v with %d and %d messages", took, hang.count(), well.count())
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		if err := w.Deliver(ctx); err != nil {
			t.Fatal(err)
		}
		if hang.count() < 3 {
			t.Errorf("%d attempts in five minutes", hang.count())
		}
	})
}

func TestPaceAndFlood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{occasion: policy(), fail: map[string]int{}}
		slow := &recorder{name: "slow", pace: 3 * time.Second}
		var words bytes.Buffer
		w, err := alert.New(alert.Config{Set: alert.Set{Rules: alert.DefaultRules()}, Channels: []alert.Channel{slow}, Log: m, Clock: service.Real(),
			Logger: slog.New(slog.NewTextHandler(&words, nil))})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 150 {
			m.occasion.Record.Work = notice.WorkID(fmt.Sprint(n))
			e := policy().Event
			e.ID = notice.EventID(fmt.Sprint(n))
			if err := w.Handle(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		for slow.count() < 150 {
			if _, err := w.DeliverDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 149*3*time.Second {
			t.Errorf("150 messages took %v, want one each 3 s", took)
		}
		if n := strings.Count(words.String(), "many alerts in one hour"); n != 1 {
			t.Errorf("the flood was mentioned %d times, want once", n)
		}
	})
}

// TestDeliverAtOnce: a raised alert is sent without waiting for the next look,
// and a stop in the middle of sending leaves it to the next process.
func TestDeliverAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{occasion: policy(), fail: map[string]int{"claim": 1}}
		ch := &recorder{name: "a", send: func(ctx context.Context, n int) error {
			if n == 2 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}}
		w := worker(t, m, service.Real(), ch)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := w.Deliver(ctx); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		for n := range 2 {
			m.mu.Lock()
			m.occasion.Record.Work = notice.WorkID(fmt.Sprint(n))
			m.mu.Unlock()
			e := policy().Event
			e.ID = notice.EventID(fmt.Sprint(n))
			if err := w.Handle(t.Context(), e); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}
		if ch.count() != 2 {
			t.Errorf("%d messages at once, want 2", ch.count())
		}
		cancel()
		wg.Wait()
		for _, r := range m.alerts {
			if r.Once == "work 1" && (r.State != notice.Retry || r.NextTry.After(time.Now())) {
				t.Errorf("interrupted alert is %s, next try %v", r.State, r.NextTry)
			}
		}
	})
}
