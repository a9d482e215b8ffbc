package app_test

import (
	"os"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"govwatch/cmd/internal/app"
)

func TestZZ(t *testing.T) {
	n := func(k string, d int) int {
		if v, err := strconv.Atoi(os.Getenv(k)); err == nil {
			return v
		}
		return d
	}
	var before, after syscall.Rusage
	_ = syscall.Getrusage(0, &before)
	dir, _ := os.MkdirTemp(os.Getenv("ZZDIR"), "zz")
	defer os.RemoveAll(dir)
	score, err := app.Simulation{Seed: uint64(n("ZZSEED", 1)), Sites: n("ZZSITES", 40), Days: n("ZZDAYS", 60), Dir: dir}.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = syscall.Getrusage(0, &after)
	u := time.Duration(after.Utime.Nano() - before.Utime.Nano())
	s := time.Duration(after.Stime.Nano() - before.Stime.Nano())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	sd := float64(score.Sites * score.Days)
	t.Logf("%d days in %s, %d captures (%.1f a site-day), user %s sys %s: %.2f ms a site-day, %.2f ms a capture; heap %d MB sys %d MB maxrss %d MB gc %d", score.Days, score.Elapsed.Round(time.Millisecond), score.Captures, float64(score.Captures)/sd, u, s,
		(u+s).Seconds()*1000/sd, (u+s).Seconds()*1000/float64(score.Captures), m.HeapAlloc>>20, m.Sys>>20, after.Maxrss>>10, m.NumGC)
	f, _ := os.Create(os.Getenv("ZZOUT"))
	_ = score.Write(f)
	f.Close()
}
