package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"govwatch/notice"
)

// Headers of a dead letter, beside those of the message itself.
const (
	reasonHeader     = "Govwatch-Reason"
	stackHeader      = "Govwatch-Stack"
	subjectHeader    = "Govwatch-Subject"
	streamHeader     = "Govwatch-Stream"
	consumerHeader   = "Govwatch-Consumer"
	deliveriesHeader = "Govwatch-Deliveries"
	originalIDHeader = "Govwatch-Msg-Id"
)

const maxStack = 8 << 10

type letter struct {
	stream, consumer string
	seq              uint64
	subject          string
	header           nats.Header
	data             []byte
	reason, stack    string
	deliveries       uint64
}

// bury keeps a message in the dead-letter stream; it is durable on return. The
// same message of the same consumer is kept once.
func (b *Bus) bury(ctx context.Context, l letter) error {
	m := nats.NewMsg(deadSubject(l.stream, l.consumer, l.seq))
	m.Data = l.data
	m.Header.Set(nats.MsgIdHdr, m.Subject)
	m.Header.Set(originalIDHeader, l.header.Get(nats.MsgIdHdr))
	m.Header.Set(contentType, l.header.Get(contentType))
	m.Header.Set(reasonHeader, firstLine(l.reason))
	m.Header.Set(subjectHeader, l.subject)
	m.Header.Set(streamHeader, l.stream)
	m.Header.Set(consumerHeader, l.consumer)
	m.Header.Set(deliveriesHeader, strconv.FormatUint(l.deliveries, 10))
	if l.stack != "" {
		// A header is one line.
		stack := strings.ReplaceAll(l.stack, "\n", " | ")
		m.Header.Set(stackHeader, stack[:min(len(stack), maxStack)])
	}
	first, err := b.publish(ctx, m)
	if err != nil {
		return fmt.Errorf("keep dead letter %s: %w", m.Subject, err)
	}
	if first {
		b.buried.Add(1)
		b.log.Error("message is given up and kept as a dead letter", "id", strings.TrimPrefix(m.Subject, "dead."), "err", l.reason)
	}
	return nil
}

// firstLine makes a text safe for a header.
func firstLine(s string) string {
	s = strings.NewReplacer("\r", " ", "\n", " ").Replace(s)
	return strings.ToValidUTF8(s[:min(len(s), 2<<10)], "")
}

// Dead lists the dead letters, oldest first.
func (b *Bus) Dead(ctx context.Context) ([]notice.DeadLetter, error) {
	s, err := b.js.Stream(ctx, Dead)
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	var letters []notice.DeadLetter
	for seq := uint64(1); ; {
		m, err := s.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(deadSubjects))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return letters, nil
		}
		if err != nil {
			return nil, fmt.Errorf("list dead letters: %w", err)
		}
		letters = append(letters, deadLetter(m))
		seq = m.Sequence + 1
	}
}

func deadLetter(m *jetstream.RawStreamMsg) notice.DeadLetter {
	reason := m.Header.Get(reasonHeader)
	if stack := m.Header.Get(stackHeader); stack != "" {
		reason += "\n" + strings.ReplaceAll(stack, " | ", "\n")
	}
	return notice.DeadLetter{ID: strings.TrimPrefix(m.Subject, "dead."), Stream: m.Header.Get(streamHeader),
		Subject: m.Header.Get(subjectHeader), Data: m.Data, Reason: reason, At: m.Time}
}

// Replay publishes a dead letter again under its old subject and removes it. An
// event is handled by the consumer that gave it up and by no other. It returns
// an error that wraps notice.ErrUnknown when there is no such letter, and
// ErrBusy when a task of the source waits or runs: the letter then stays.
func (b *Bus) Replay(ctx context.Context, id string) error {
	s, err := b.js.Stream(ctx, Dead)
	if err != nil {
		return fmt.Errorf("replay %s: %w", id, err)
	}
	raw, err := s.GetLastMsgForSubject(ctx, "dead."+id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("replay %s: dead letter %w; list them first", id, notice.ErrUnknown)
	}
	if err != nil {
		return fmt.Errorf("replay %s: %w", id, err)
	}
	subject := raw.Header.Get(subjectHeader)
	if subject == "" {
		return fmt.Errorf("replay %s: it was never a message (%s); it can only be deleted", id, raw.Header.Get(reasonHeader))
	}
	m := newMsg(subject, "replay "+id+" "+strconv.FormatUint(raw.Sequence, 10), raw.Header.Get(contentType), raw.Data)
	if raw.Header.Get(streamHeader) == Events {
		m.Header.Set(replayHeader, raw.Header.Get(consumerHeader))
	}
	if _, err := b.publish(ctx, m); err != nil {
		return fmt.Errorf("replay %s: %w", id, err)
	}
	// A crash here leaves the letter: a second replay within the window is dropped by its ID.
	if err := s.DeleteMsg(ctx, raw.Sequence); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("replay %s: it is published, but the letter stays: %w", id, err)
	}
	return nil
}

// watchUsedUp records messages whose workers died on every delivery. The server
// leaves such a message where it is, and a task would block its source.
func (b *Bus) watchUsedUp(ctx context.Context, stream string) (stop func(), err error) {
	ctx = context.WithoutCancel(ctx)
	sub, err := b.nc.QueueSubscribe("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES."+stream+".*", "govwatch-dead", func(m *nats.Msg) {
		var adv struct {
			Consumer   string `json:"consumer"`
			StreamSeq  uint64 `json:"stream_seq"`
			Deliveries uint64 `json:"deliveries"`
		}
		if err := json.Unmarshal(m.Data, &adv); err != nil {
			b.log.Error("advisory of the server is not understood", "subject", m.Subject, "err", err)
			return
		}
		reason := fmt.Sprintf("no worker lived through %d deliveries", adv.Deliveries)
		if err := b.buryFrom(ctx, stream, adv.Consumer, adv.StreamSeq, reason); err != nil {
			b.log.Error("used-up message is not recorded", "stream", stream, "seq", adv.StreamSeq, "err", err)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("watch for used-up messages: %w", err)
	}
	return func() {
		if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
			b.log.Debug("watch for used-up messages does not end", "err", err)
		}
	}, nil
}

// buryFrom keeps the message at a sequence; a task also leaves the work queue.
func (b *Bus) buryFrom(ctx context.Context, stream, consumer string, seq uint64, reason string) error {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	s, err := b.js.Stream(ctx, stream)
	if err != nil {
		return err
	}
	m, err := s.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := b.bury(ctx, letter{stream: stream, consumer: consumer, seq: seq, subject: m.Subject, header: m.Header, data: m.Data, reason: reason}); err != nil {
		return err
	}
	if stream != Tasks {
		return nil
	}
	if err := s.DeleteMsg(ctx, seq); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return err
	}
	return nil
}

// sweep finds tasks that were used up while nobody listened to the advisories:
// delivered, not in flight, and still there.
func (b *Bus) sweep(ctx context.Context) error {
	s, err := b.js.Stream(ctx, Tasks)
	if err != nil {
		return fmt.Errorf("look for used-up tasks: %w", err)
	}
	if s.CachedInfo().State.Msgs == 0 {
		return nil
	}
	list := s.ListConsumers(ctx)
	for c := range list.Info() {
		if c.NumPending > 0 || c.NumAckPending > 0 {
			continue
		}
		for seq := uint64(1); seq <= c.Delivered.Stream; seq++ {
			m, err := s.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(c.Config.FilterSubject))
			if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && m.Sequence > c.Delivered.Stream {
				break
			}
			if err != nil {
				return fmt.Errorf("look for used-up tasks: %w", err)
			}
			if err := b.buryFrom(ctx, Tasks, c.Name, m.Sequence, "its deliveries were used up while no worker was there"); err != nil {
				return fmt.Errorf("record used-up task: %w", err)
			}
			seq = m.Sequence
		}
	}
	return list.Err()
}
