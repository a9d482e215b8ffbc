package bus

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"govwatch/notice"
)

// Names of the streams. DEAD keeps what no worker could handle.
const (
	Tasks  = "TASKS"
	Events = "EVENTS"
	Dead   = "DEAD"
)

// Shards is the number of parts that hosts are hashed to. It is part of the
// subjects of waiting tasks: changing it needs an empty TASKS stream.
const Shards = 32

const (
	taskSubjects  = "crawl.task.>"
	eventSubjects = "gov.>"
	deadSubjects  = "dead.>"

	// pinGroup is the priority group whose pinned client consumes a shard alone.
	pinGroup = "worker"

	// maxHeld is how many tasks of one shard may be in the hands of its worker,
	// waiting for their host included, so that one busy host does not hide the others.
	maxHeld = 256

	maxMessage = 256 << 10

	publishTimeout = time.Second
	publishTries   = 8
	ackTimeout     = 5 * time.Second
	openTimeout    = 30 * time.Second
)

// Timing holds what the bus measures by the machine's clock; a zero field
// means the default. Workers of one cluster must agree on it.
type Timing struct {
	// TaskAckWait and EventAckWait are how long a worker may be silent about a
	// message before another one gets it. A living worker reports three times within.
	TaskAckWait  time.Duration
	EventAckWait time.Duration
	// PinTTL is how long a silent worker keeps its shards; it must be longer than PullExpiry.
	PinTTL     time.Duration
	PullExpiry time.Duration
	// RetryFirst doubles with each delivery up to RetryMaxTask or RetryMaxEvent.
	RetryFirst    time.Duration
	RetryMaxTask  time.Duration
	RetryMaxEvent time.Duration
	// TaskDeliveries and EventDeliveries are the attempts before a message is
	// given up. With the waits above a task is tried for about a quarter of an
	// hour, an event for about two hours: longer than a restart of any server,
	// and a poisoned message still cannot crash workers for ever.
	TaskDeliveries  int
	EventDeliveries int
	// RelayEvery is how often the outbox is read without a poke.
	RelayEvery time.Duration
}

func (t Timing) withDefaults() Timing {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&t.TaskAckWait, 30*time.Second)
	def(&t.EventAckWait, 30*time.Second)
	def(&t.PullExpiry, 10*time.Second)
	def(&t.PinTTL, 25*time.Second)
	def(&t.RetryFirst, 2*time.Second)
	// A takeover waits for messages that stand back for a retry, so this is
	// also the longest pause of a shard that changes hands.
	def(&t.RetryMaxTask, time.Minute)
	def(&t.RetryMaxEvent, 5*time.Minute)
	def(&t.RelayEvery, time.Second)
	if t.TaskDeliveries <= 0 {
		t.TaskDeliveries = 20
	}
	if t.EventDeliveries <= 0 {
		t.EventDeliveries = 30
	}
	return t
}

// streamTable is what the streams must look like. Every stream refuses the
// newcomer when it is full (DiscardNew): the outbox or the scheduler still has
// it, while dropping the oldest would lose messages nobody has handled.
func streamTable(replicas int) []jetstream.StreamConfig {
	return []jetstream.StreamConfig{
		{
			Name: Tasks, Subjects: []string{taskSubjects}, Description: "crawl tasks, one per source or fetched address",
			Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage, Replicas: replicas,
			// One message per subject, newcomers refused: a source whose task waits or
			// runs gets no second one, however many schedulers publish.
			MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
			// The last delivery is always terminated; the age is the backstop for a
			// task that outlived every worker, which would block its source for good.
			MaxAge: 7 * 24 * time.Hour, MaxBytes: 512 << 20, MaxMsgs: -1, MaxConsumers: -1,
			MaxMsgSize: maxMessage, Duplicates: 10 * time.Minute, AllowDirect: true,
		},
		{
			Name: Events, Subjects: []string{eventSubjects}, Description: "what happened, as CloudEvents; see docs/EVENTS.md",
			Retention: jetstream.LimitsPolicy, Storage: jetstream.FileStorage, Replicas: replicas,
			// An event is about 700 bytes: 4 GiB hold six million, far over a month of a
			// nation. Full means refused, and the outbox keeps it; only an age over 30
			// days removes an event that a stopped consumer has not seen, and what it
			// announced still stands in the tracker.
			MaxAge: 30 * 24 * time.Hour, MaxBytes: 4 << 30, MaxMsgs: -1, MaxMsgsPerSubject: -1, MaxConsumers: -1,
			Discard: jetstream.DiscardNew, MaxMsgSize: maxMessage, Duplicates: time.Hour, AllowDirect: true,
		},
		{
			Name: Dead, Subjects: []string{deadSubjects}, Description: "messages given up, with the reason; replay or delete them by hand",
			Retention: jetstream.LimitsPolicy, Storage: jetstream.FileStorage, Replicas: replicas,
			MaxBytes: 1 << 30, MaxMsgs: -1, MaxMsgsPerSubject: -1, MaxConsumers: -1,
			Discard: jetstream.DiscardNew, MaxMsgSize: 2 * maxMessage, Duplicates: 10 * time.Minute, AllowDirect: true,
		},
	}
}

// taskConsumer is the durable of one shard. The pinned-client policy gives it
// to one worker at a time.
func taskConsumer(shard int, t Timing) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable: fmt.Sprintf("crawl-%02d", shard), FilterSubject: fmt.Sprintf("crawl.task.%02d.>", shard),
		AckPolicy: jetstream.AckExplicitPolicy, DeliverPolicy: jetstream.DeliverAllPolicy,
		AckWait: t.TaskAckWait, MaxDeliver: t.TaskDeliveries, MaxAckPending: maxHeld,
		PriorityPolicy: jetstream.PriorityPolicyPinned, PriorityGroups: []string{pinGroup}, PinnedTTL: t.PinTTL,
	}
}

// eventConsumer is a durable on EVENTS. It starts at the oldest event kept.
func eventConsumer(durable string, kinds []notice.EventKind, t Timing) jetstream.ConsumerConfig {
	cfg := jetstream.ConsumerConfig{
		Durable: durable, AckPolicy: jetstream.AckExplicitPolicy, DeliverPolicy: jetstream.DeliverAllPolicy,
		AckWait: t.EventAckWait, MaxDeliver: t.EventDeliveries, MaxAckPending: 1024,
	}
	for _, k := range kinds {
		cfg.FilterSubjects = append(cfg.FilterSubjects, "gov.*.*.*."+string(k))
	}
	return cfg
}

// ShardOf returns the shard of a host: the same on every machine.
func ShardOf(host string) int {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(host)))
	return int(h.Sum32() % Shards)
}

// taskSubject is crawl.task.<shard>.<host>.<source>. One message may wait or
// run per subject, so a fetch task, of which a source has one per address,
// carries a hash of the address in the last part: <source>-<hash>.
func taskSubject(t notice.Task) string {
	last := token(string(t.Source))
	if t.Target != nil {
		last += "-" + shortHash(t.Target.URL)
	}
	return fmt.Sprintf("crawl.task.%02d.%s.%s", ShardOf(t.Host), token(strings.ToLower(t.Host)), last)
}

// taskMsgID is <source>@<due in ms>@<mode>@<host>, for a fetch the hash of the
// address in place of the host: the lists of a source may stand on several
// hosts, each of which gets a task. The server refuses an ID it has seen within the window even
// after the message was handled, so the due time must be part of it.
func taskMsgID(t notice.Task) string {
	id := string(t.Source) + "@" + strconv.FormatInt(t.Due.UnixMilli(), 10) + "@" + string(t.Mode) + "@"
	if t.Target != nil {
		return id + shortHash(t.Target.URL)
	}
	return id + strings.ToLower(t.Host)
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// token makes a value one part of a subject: separators and wildcards would
// change who receives the message.
func token(s string) string {
	if s == "" {
		return "none"
	}
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '*' || r == '>' || r <= ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, s)
}

// deadSubject is where a message given up by a consumer is kept; it is its ID
// behind the prefix.
func deadSubject(stream, consumer string, seq uint64) string {
	return fmt.Sprintf("dead.%s.%s.%d", stream, token(consumer), seq)
}

// backoff doubles from first, so that a short outage is over soon and a long
// one is not hammered.
func backoff(first, most time.Duration, delivery uint64) time.Duration {
	d := first
	for i := uint64(1); i < delivery && d < most; i++ {
		d *= 2
	}
	return min(d, most)
}
