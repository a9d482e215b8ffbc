package cluster

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// The same days through one process and through a process for each role end in
// the same table.
func TestClusterPlaysTheSameDays(t *testing.T) {
	t.Parallel()
	const days = 82
	single := embedded(t, days)
	p := newPipeline(t, "")
	p.play(t, days)
	got := readTable(t, p.world.wait(t, 9*time.Minute))
	want := single()
	if said := p.receiver.sorted(); !slices.Equal(said, want.said) {
		t.Errorf("alerts differ: lost are %v, too many %v", without(want.said, said), without(said, want.said))
	}
	want.said = nil
	// A page with other bytes is asked for again, and once more where the two
	// answers are equal by chance; such chances differ by the second of a visit.
	if d := got.Captures - want.Captures; max(d, -d)*1000 > want.Captures {
		t.Errorf("the cluster made %d captures, the single process %d", got.Captures, want.Captures)
	}
	t.Logf("%d captures, %d in the single process", got.Captures, want.Captures)
	got.Captures, want.Captures = 0, 0
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the cluster's table is\n%+v\nthe single process's\n%+v", got, want)
	}
	if alerts, repeats := p.receiver.counts(); alerts != want.Alerts.Raised || repeats != 0 {
		t.Errorf("%d alerts arrived, %d messages twice; want %d and none", alerts, repeats, want.Alerts.Raised)
	}
}
