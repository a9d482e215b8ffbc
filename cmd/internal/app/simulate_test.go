package app_test

import (
	"testing"
	"time"

	"govwatch/cmd/internal/app"
	"govwatch/notice"
)

// Forty sites live for forty-five days, every scenario at least once, to the
// bars of the simulated year.
func TestSimulation(t *testing.T) {
	t.Parallel()
	if underRace {
		t.Skip("the race detector is on: make test plays the simulated world in a run without it")
	}
	score, err := app.Simulation{Seed: 1, Sites: 40, Days: 45}.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d days in %s, %d captures, %d unchanged", score.Days, score.Elapsed.Round(time.Second), score.Captures, score.Unchanged)
	for _, k := range score.Kinds {
		t.Logf("kind %+v", k)
	}
	for _, k := range score.Meanings {
		t.Logf("meaning %+v", k)
	}
	for _, b := range score.Breakages {
		t.Logf("breakage %+v", b)
	}
	for _, w := range score.Wrong {
		t.Log(w)
	}
	if len(score.Scenarios) < 30 {
		t.Errorf("%d scenarios were played, want 30", len(score.Scenarios))
	}
	if k := score.Kind(notice.ChangeNew); k.Missed > 0 || k.Right < 300 {
		t.Errorf("new notices: %+v, want all of many", k)
	}
	if k := score.Kind(notice.ChangeEdited); k.Recall() < 0.995 || k.Right < 20 {
		t.Errorf("edits: %+v, want a recall of 0.995", k)
	}
	if k := score.Kind(notice.ChangeGone); k.False > 0 {
		t.Errorf("false withdrawals: %+v", k)
	}
	if per := score.FalsePerThousand(); per > 1 {
		t.Errorf("%.2f false alerts in 1,000 unchanged captures", per)
	}
	for _, b := range score.Breakages {
		if b.Structural && b.Noticed < b.Played {
			t.Errorf("%s: noticed %d of %d", b.Scenario, b.Noticed, b.Played)
		}
	}
}
