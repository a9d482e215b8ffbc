package crawler

import (
	"testing"
	"time"
)

// A host that answers more and more slowly is asked less and less often, and
// gets its pace back when it recovers.
func TestPaceFollowsTheLatency(t *testing.T) {
	t.Parallel()
	h := &hostPace{slow: 1}
	for range 20 {
		h.adapt(result{firstByte: 200 * time.Millisecond})
	}
	if h.slow != 1 {
		t.Fatalf("a steady host is slowed down by %.2f", h.slow)
	}
	for range 30 {
		h.adapt(result{firstByte: 5 * time.Second})
	}
	if h.slow < 4 || h.slow > maxSlow {
		t.Errorf("a strained host is slowed down by %.2f, want 4 to %v", h.slow, float64(maxSlow))
	}
	for range 60 {
		h.adapt(result{firstByte: 200 * time.Millisecond})
	}
	if h.slow != 1 {
		t.Errorf("after its recovery a host is still slowed down by %.2f", h.slow)
	}
}
