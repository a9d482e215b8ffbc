package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// ErrBusy says that a task was not added: one waits or runs for that source (or
// address, mode fetch), or this very task was published a moment ago. It is
// "still running", not a failure; Refused counts it.
var ErrBusy = errors.New("a task of this source is already waiting or running")

const (
	contentType    = "Content-Type"
	taskMediaType  = "application/json"
	eventMediaType = "application/cloudevents+json"
)

// PublishTask puts a task on the work queue; it is durable on return. Two
// schedulers that publish the same due time make one task: the second gets
// ErrBusy. A task without source, host or due time is a Permanent fault.
func (b *Bus) PublishTask(ctx context.Context, t notice.Task) error {
	msg, err := taskMsg(t)
	if err != nil {
		return err
	}
	first, err := b.publish(ctx, msg)
	if err == nil && !first {
		err = ErrBusy
	}
	if errors.Is(err, ErrBusy) {
		b.refused.Add(1)
		return fmt.Errorf("publish task of %s: %w", t.Source, ErrBusy)
	}
	if err != nil {
		return fmt.Errorf("publish task of %s: %w", t.Source, err)
	}
	return nil
}

// PublishEvent puts an event on the EVENTS stream as CloudEvents JSON; it is
// durable on return. The same event twice within the window of an hour is
// stored once; consumers drop later repeats by its ID.
func (b *Bus) PublishEvent(ctx context.Context, e notice.Event) error {
	msg, err := eventMsg(e)
	if err != nil {
		return err
	}
	if _, err := b.publish(ctx, msg); err != nil {
		return fmt.Errorf("publish event %s: %w", e.ID, err)
	}
	return nil
}

// Refused counts the tasks that ErrBusy turned away.
func (b *Bus) Refused() int64 { return b.refused.Load() }

func taskMsg(t notice.Task) (*nats.Msg, error) {
	if t.Source == "" || t.Host == "" || t.Due.IsZero() {
		return nil, fault.Errorf(fault.Permanent, "publish task %s: source %q, host %q and due time must be set", t.ID, t.Source, t.Host)
	}
	if t.Mode == notice.Fetch && (t.Target == nil || t.Target.URL == "") {
		return nil, fault.Errorf(fault.Permanent, "publish task %s of %s: mode fetch without an address", t.ID, t.Source)
	}
	data, err := json.Marshal(t)
	if err != nil {
		return nil, fault.Errorf(fault.Permanent, "encode task %s: %w", t.ID, err)
	}
	return newMsg(taskSubject(t), taskMsgID(t), taskMediaType, data), nil
}

func eventMsg(e notice.Event) (*nats.Msg, error) {
	if e.ID == "" || e.Kind == "" {
		return nil, fault.Errorf(fault.Permanent, "publish event %q of kind %q: both must be set", e.ID, e.Kind)
	}
	data, err := json.Marshal(e)
	if err != nil {
		return nil, fault.Errorf(fault.Permanent, "encode event %s: %w", e.ID, err)
	}
	return newMsg(e.Subject(), string(e.ID), eventMediaType, data), nil
}

func newMsg(subject, id, mediaType string, data []byte) *nats.Msg {
	m := nats.NewMsg(subject)
	m.Header.Set(nats.MsgIdHdr, id)
	m.Header.Set(contentType, mediaType)
	m.Data = data
	return m
}

// publish sends with a short time-out and the same message ID each time: a
// long one would be the whole stall of a fail-over. It reports whether this
// call stored the message. After an answer that got lost a duplicate counts as
// stored by us, though another publisher of the same ID may have been first.
func (b *Bus) publish(ctx context.Context, m *nats.Msg) (first bool, err error) {
	for try := range publishTries {
		once, cancel := context.WithTimeout(ctx, publishTimeout)
		ack, perr := b.js.PublishMsg(once, m, jetstream.WithRetryAttempts(0))
		cancel()
		switch {
		case perr == nil:
			return !ack.Duplicate || try > 0, nil
		case busy(perr):
			return false, ErrBusy
		case refusedForGood(perr):
			return false, fault.Wrap(fault.Permanent, perr)
		case ctx.Err() != nil:
			return false, b.because(ctx.Err())
		}
		err = perr
		if full(perr) {
			return false, fmt.Errorf("the bus is full: %w; free its disk or raise its limits", perr)
		}
		if pause(ctx, backoff(50*time.Millisecond, publishTimeout, uint64(try)+1)) != nil {
			return false, b.because(ctx.Err())
		}
	}
	return false, b.because(fmt.Errorf("no answer in %d attempts: %w", publishTries, err))
}

// because adds what the server of this process complained about, such as a full
// disk, which it tells nobody but its log.
func (b *Bus) because(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if b.srv != nil {
		if why := b.srv.words.last(); why != "" {
			return fmt.Errorf("%w; the bus says: %s; free its disk if it is full, then start again", err, why)
		}
	}
	return fmt.Errorf("%w; is the bus reachable and its disk writable?", err)
}

func apiError(err error) *jetstream.APIError {
	var js jetstream.JetStreamError
	if errors.As(err, &js) {
		return js.APIError()
	}
	return nil
}

// busy is the refusal of a second message on a subject of TASKS.
func busy(err error) bool {
	api := apiError(err)
	return api != nil && api.ErrorCode == 10077 && api.Description == "maximum messages per subject exceeded"
}

// full is a stream at its limits, or a store at its own.
func full(err error) bool {
	api := apiError(err)
	return api != nil && (api.ErrorCode == 10077 || api.ErrorCode == 10047 || api.ErrorCode == 10023)
}

// refusedForGood is a message that no retry makes acceptable, such as one over
// the size limit.
func refusedForGood(err error) bool {
	api := apiError(err)
	return errors.Is(err, nats.ErrMaxPayload) || errors.Is(err, nats.ErrBadSubject) || api != nil && api.ErrorCode == 10054
}
