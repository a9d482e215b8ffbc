package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// prepare creates the streams of streamTable or brings them back to it.
func (b *Bus) prepare(ctx context.Context) error {
	// A cluster without a leader does not answer at all: ask again rather than wait.
	once, cancel := context.WithTimeout(ctx, 2*time.Second)
	_, err := b.js.AccountInfo(once)
	cancel()
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return fmt.Errorf("the server runs without JetStream for this account: start it with -js and give the account JetStream limits: %w", err)
	}
	for _, cfg := range streamTable(b.replicas()) {
		if err := b.prepareStream(ctx, cfg); err != nil {
			return err
		}
	}
	return nil
}

// replicas is three in a cluster of three or more servers. The list of servers
// is what the connected one announces, so it holds those that are down, too.
func (b *Bus) replicas() int {
	if b.nc.ConnectedClusterName() == "" {
		return 1
	}
	hosts := map[string]bool{}
	for _, s := range b.nc.Servers() {
		if i := strings.LastIndex(s, "@"); i >= 0 {
			s = s[i+1:]
		}
		if i := strings.Index(s, "://"); i >= 0 {
			s = s[i+3:]
		}
		hosts[s] = true
	}
	if len(hosts) >= 3 {
		return 3
	}
	return 1
}

// prepareStream tries until the context ends: a cluster that has just started
// has no leader yet and answers with time-outs.
func (b *Bus) prepareStream(ctx context.Context, cfg jetstream.StreamConfig) error {
	for {
		try, cancel := context.WithTimeout(ctx, 3*time.Second)
		err := b.ensureStream(try, cfg)
		cancel()
		if err == nil {
			return nil
		}
		if !starting(err) || pause(ctx, 200*time.Millisecond) != nil {
			return err
		}
	}
}

// starting reports an error that a cluster gives while it elects its leaders or
// while one of its servers is away.
func starting(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var api jetstream.JetStreamError
	if !errors.As(err, &api) || api.APIError() == nil {
		return strings.Contains(err.Error(), "no responders") || strings.Contains(err.Error(), "timeout")
	}
	switch api.APIError().ErrorCode {
	case 10005, 10008, 10009: // no suitable peers, system temporarily unavailable, no leader
		return true
	}
	return false
}

func (b *Bus) ensureStream(ctx context.Context, want jetstream.StreamConfig) error {
	s, err := b.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if _, err = b.js.CreateStream(ctx, want); err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return fmt.Errorf("create stream %s with %d replica(s): %w", want.Name, want.Replicas, err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", want.Name, err)
	}
	have := s.CachedInfo().Config
	if have.Retention != want.Retention || have.Storage != want.Storage {
		return fmt.Errorf("stream %s is %s on %s, want %s on %s, which cannot be changed in place; copy what it holds and delete it with: nats stream rm %s",
			want.Name, have.Retention, have.Storage, want.Retention, want.Storage, want.Name)
	}
	repaired, changed := repair(have, want)
	if len(changed) == 0 {
		return nil
	}
	if _, err := b.js.UpdateStream(ctx, repaired); err != nil {
		return fmt.Errorf("stream %s was changed by hand (%s) and cannot be set back: %w; set these limits with: nats stream edit %s",
			want.Name, strings.Join(changed, ", "), err, want.Name)
	}
	b.log.Warn("stream differed from its limits and was set back", "stream", want.Name, "limits", strings.Join(changed, ", "))
	return nil
}

// repair returns the stream's own configuration with our limits in it, and what
// differed. What we do not set, such as tags or placement, stays as it is; the
// number of replicas is raised, never lowered.
func repair(have, want jetstream.StreamConfig) (jetstream.StreamConfig, []string) {
	var changed []string
	note := func(name string, differs bool, was, is any) {
		if differs {
			changed = append(changed, fmt.Sprintf("%s %v -> %v", name, was, is))
		}
	}
	note("subjects", !slices.Equal(have.Subjects, want.Subjects), have.Subjects, want.Subjects)
	note("max_msgs_per_subject", have.MaxMsgsPerSubject != want.MaxMsgsPerSubject && max(have.MaxMsgsPerSubject, want.MaxMsgsPerSubject) > 0,
		have.MaxMsgsPerSubject, want.MaxMsgsPerSubject)
	note("max_msgs", have.MaxMsgs != want.MaxMsgs && max(have.MaxMsgs, want.MaxMsgs) > 0, have.MaxMsgs, want.MaxMsgs)
	note("max_bytes", have.MaxBytes != want.MaxBytes, have.MaxBytes, want.MaxBytes)
	note("max_msg_size", have.MaxMsgSize != want.MaxMsgSize, have.MaxMsgSize, want.MaxMsgSize)
	note("max_age", have.MaxAge != want.MaxAge, have.MaxAge, want.MaxAge)
	note("discard", have.Discard != want.Discard, have.Discard, want.Discard)
	note("discard_new_per_subject", have.DiscardNewPerSubject != want.DiscardNewPerSubject, have.DiscardNewPerSubject, want.DiscardNewPerSubject)
	note("duplicate_window", have.Duplicates != want.Duplicates, have.Duplicates, want.Duplicates)
	note("replicas", have.Replicas < want.Replicas, have.Replicas, want.Replicas)
	have.Subjects, have.MaxMsgsPerSubject, have.MaxMsgs, have.MaxBytes = want.Subjects, want.MaxMsgsPerSubject, want.MaxMsgs, want.MaxBytes
	have.MaxMsgSize, have.MaxAge, have.Discard, have.Duplicates = want.MaxMsgSize, want.MaxAge, want.Discard, want.Duplicates
	have.DiscardNewPerSubject, have.Replicas = want.DiscardNewPerSubject, max(have.Replicas, want.Replicas)
	return have, changed
}
