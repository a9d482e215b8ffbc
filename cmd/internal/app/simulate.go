package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"govwatch/alert"
	"govwatch/alert/stdout"
	"govwatch/fixtures/sim"
	"govwatch/internal/service"
	"govwatch/notice"
)

// Simulation plays a simulated world through every role of one process and
// scores what was found against what truly happened.
type Simulation struct {
	Seed  uint64
	Sites int
	Days  int
	// Dir is an empty folder for the data of the play; empty means one that is
	// removed at the end, in memory where the machine can.
	Dir string
	Log *slog.Logger
	// Day is called when a day has been played.
	Day func(played, all int)
	// Limit ends the play early, zero never; the score covers the days played.
	Limit time.Duration
}

// simHour is when the world is visited, late enough that the day's notices stand.
const simHour = 18

// Play plays one round a day, at six in the evening, and scores the end.
func (s Simulation) Play(ctx context.Context) (score SimScore, err error) {
	began := time.Now()
	if s.Dir == "" {
		if s.Dir, err = scratch(); err != nil {
			return score, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(s.Dir)) }()
	}
	clock := service.NewJump(sim.FirstDay())
	world, err := sim.New(s.Seed, s.Sites, s.Days, clock.Now)
	if err != nil {
		return score, err
	}
	addr, stop, err := serveWorld(ctx, "127.0.0.1:0", world)
	if err != nil {
		return score, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	a, err := s.open(ctx, clock, world, addr)
	if err != nil {
		return score, err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	if err := a.Start(ctx, RoleRelay, RoleAlert, RoleExtract, RoleCrawl); err != nil {
		return score, err
	}
	played := 0
	for ; played < s.Days; played++ {
		clock.Set(sim.FirstDay().AddDate(0, 0, played).Add(simHour * time.Hour))
		if err := a.round(ctx); err != nil {
			return score, fmt.Errorf("play day %d: %w", played+1, err)
		}
		if s.Day != nil {
			s.Day(played+1, s.Days)
		}
		if s.Limit > 0 && time.Since(began) > s.Limit {
			played++
			break
		}
	}
	score = SimScore{Seed: s.Seed, Sites: s.Sites, Days: played, Asked: s.Days, Elapsed: time.Since(began)}
	return score, a.scoreSimulation(ctx, world, &score)
}

func (s Simulation) open(ctx context.Context, clock service.Clock, world *sim.World, addr string) (*App, error) {
	cfg := Default()
	cfg.Data = s.Dir
	cfg.fill()
	// A year in minutes: politeness towards a simulated host only moves its clock.
	cfg.Pace = time.Second
	hosts := map[string]string{}
	for _, h := range world.Hosts() {
		hosts[h] = addr
	}
	channel, err := stdout.New(stdout.Config{Out: io.Discard})
	if err != nil {
		return nil, err
	}
	return New(ctx, cfg, Options{Clock: clock, Log: s.Log, HostMap: hosts, Sources: world.Sources(), Channels: []alert.Channel{channel}})
}

// SimScore is how well a play was followed.
type SimScore struct {
	Seed  uint64
	Sites int
	Days  int
	// Asked is the number of days that were to be played: a time limit may have
	// ended the play before.
	Asked   int
	Elapsed time.Duration
	// Unchanged counts good answers about notices that had not changed.
	Captures, Unchanged int
	Kinds               []KindScore
	Meanings            []KindScore
	Breakages           []BreakageScore
	Scenarios           map[string]int
	// Wrong lists false and missed changes in words, the first hundred.
	Wrong []string
}

// KindScore counts one kind of change or meaning.
type KindScore struct {
	Name                 string
	Right, Missed, False int
	// Delay is the mean time from the event to its announcement.
	Delay time.Duration
}

// BreakageScore counts one scenario of breakage.
type BreakageScore struct {
	Scenario   string
	Structural bool
	Noticed    int
	Played     int
	// Delay is the mean time to notice, Worst the longest.
	Delay, Worst time.Duration
}

// Recall is the share of true changes that were found.
func (k KindScore) Recall() float64 { return share(k.Right, k.Right+k.Missed) }

// Precision is the share of found changes that were true.
func (k KindScore) Precision() float64 { return share(k.Right, k.Right+k.False) }

func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// False counts what was announced and did not happen, new notices included.
func (s SimScore) False() int {
	n := 0
	for _, k := range s.Kinds {
		n += k.False
	}
	return n
}

// Kind returns the score of one kind.
func (s SimScore) Kind(k notice.ChangeKind) KindScore {
	for _, x := range s.Kinds {
		if x.Name == string(k) {
			return x
		}
	}
	return KindScore{Name: string(k)}
}
