package bus

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// held is a message in the hands of this process: running, or waiting for its
// lane to be free.
type held struct {
	ref     ref
	key     string
	limits  limits
	mu      sync.Mutex
	msg     jetstream.Msg
	running bool
}

// ref names a message of a consumer, whichever delivery it is.
type ref struct {
	consumer string
	seq      uint64
}

// limits are what a message's consumer allows.
type limits struct {
	ackWait    time.Duration
	retryFirst time.Duration
	retryMax   time.Duration
	deliveries uint64
}

// latest returns the newest delivery: only its reply subject settles the message.
func (h *held) latest() jetstream.Msg {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.msg
}

func (h *held) replace(m jetstream.Msg) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.msg = m
}

// lanes runs messages with the same key one after the other and different keys
// side by side, at most as many at once as it has slots. A key is a host or a document.
type lanes struct {
	work  func(context.Context, *held) (settled bool)
	slots chan struct{}

	mu      sync.Mutex
	waiting map[string][]*held
	inHand  map[ref]*held
	// undone are messages that the end of the context has interrupted. They go
	// back when this process has stopped pulling: sooner, the server would hand
	// them to us again and again until their deliveries are used up.
	undone []*held
	wg     sync.WaitGroup
}

// newLanes makes lanes that do a message by work, which reports false when the
// end of the context has interrupted it.
func newLanes(slots int, work func(context.Context, *held) (settled bool)) *lanes {
	return &lanes{work: work, slots: make(chan struct{}, slots), waiting: map[string][]*held{}, inHand: map[ref]*held{}}
}

// hold takes a message into the books. It returns false when the message is
// here already and the server has delivered it again; the newer delivery
// replaces the older.
func (l *lanes) hold(h *held) bool {
	l.mu.Lock()
	old := l.inHand[h.ref]
	if old == nil {
		l.inHand[h.ref] = h
	}
	l.mu.Unlock()
	if old == nil {
		return true
	}
	old.replace(h.msg)
	return false
}

func (l *lanes) release(h *held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.inHand, h.ref)
}

// start queues a held message behind those with its key.
func (l *lanes) start(ctx context.Context, h *held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue, busy := l.waiting[h.key]
	l.waiting[h.key] = append(queue, h)
	if !busy {
		l.wg.Go(func() { l.lane(ctx, h.key) })
	}
}

// lane runs what waits under one key and ends when nothing does.
func (l *lanes) lane(ctx context.Context, key string) {
	for {
		h := l.next(key)
		if h == nil {
			return
		}
		select {
		case <-ctx.Done():
			l.leave(h)
		case l.slots <- struct{}{}:
			if !l.work(ctx, h) {
				l.leave(h)
			}
			<-l.slots
		}
		l.release(h)
	}
}

// leave keeps an interrupted message for the end.
func (l *lanes) leave(h *held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.undone = append(l.undone, h)
}

// finish waits until no lane runs and returns what was interrupted. Nothing may
// be started meanwhile.
func (l *lanes) finish() []*held {
	l.wg.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.undone
}

func (l *lanes) next(key string) *held {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.waiting[key]
	if len(queue) == 0 {
		delete(l.waiting, key)
		return nil
	}
	l.waiting[key] = queue[1:]
	queue[0].running = true
	return queue[0]
}

// drop takes the messages of a consumer that are not running yet out of the books.
func (l *lanes) drop(consumer string) (dropped []*held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, queue := range l.waiting {
		var kept []*held
		for _, h := range queue {
			if h.ref.consumer == consumer {
				dropped = append(dropped, h)
				delete(l.inHand, h.ref)
				continue
			}
			kept = append(kept, h)
		}
		l.waiting[key] = kept
	}
	return dropped
}

// idle lists what is held and not running: its worker reports for it.
func (l *lanes) idle() []*held {
	l.mu.Lock()
	defer l.mu.Unlock()
	var hs []*held
	for _, h := range l.inHand {
		if !h.running {
			hs = append(hs, h)
		}
	}
	return hs
}

// count returns how many messages of a consumer are held.
func (l *lanes) count(consumer string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for r := range l.inHand {
		if r.consumer == consumer {
			n++
		}
	}
	return n
}
