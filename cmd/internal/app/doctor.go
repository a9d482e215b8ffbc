package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"govwatch/bus"
	"govwatch/internal/reader"
	"govwatch/store/tracker"
)

// Finding is what one check of the doctor found.
type Finding struct {
	Check string `json:"check"`
	// State is ok, note (works, but somebody should know) or wrong.
	State  string `json:"state"`
	Detail string `json:"detail"`
}

// Finding states.
const (
	FindingOK    = "ok"
	FindingNote  = "note"
	FindingWrong = "wrong"
)

// Limits of what the doctor accepts.
const (
	// lowDisk is some weeks of a nation's notices.
	lowDisk = 1 << 30
	// maxSkew: leases last two minutes, and events are ordered by the second.
	maxSkew = 5 * time.Second
	// checkTimeout bounds each check: a backend that is away is an answer, too.
	checkTimeout = 15 * time.Second
)

// Doctor checks the configuration and everything it names, each check on its
// own: one that fails does not hide the others. It changes nothing, save that
// a bus is given its streams and a tracker its schema, as at every start.
func Doctor(ctx context.Context, cfg Config) []Finding {
	var out []Finding
	for _, c := range []struct {
		name string
		run  func(context.Context, Config) (state, detail string, err error)
	}{
		{"sources", checkSources}, {"alerts", checkAlerts}, {"disk", checkDisk}, {"tracker", checkTracker},
		{"archive", checkArchive}, {"bus", checkBus}, {"reader", checkReader}, {"ocr", checkOCR}, {"browser", checkBrowser},
	} {
		limited, cancel := context.WithTimeout(ctx, checkTimeout)
		state, detail, err := c.run(limited, cfg)
		cancel()
		if err != nil {
			state, detail = FindingWrong, strings.ReplaceAll(err.Error(), "\n", "; ")
		}
		out = append(out, Finding{c.name, state, detail})
	}
	return out
}

func checkSources(_ context.Context, cfg Config) (string, string, error) {
	sources, err := LoadSources(cfg)
	if err != nil {
		return "", "", err
	}
	if len(sources) == 0 {
		return FindingWrong, "no declarations; nothing would be followed", nil
	}
	return FindingOK, fmt.Sprintf("%d declarations", len(sources)), nil
}

func checkAlerts(_ context.Context, cfg Config) (string, string, error) {
	set, channels, err := cfg.alerting(io.Discard)
	if err != nil {
		return "", "", err
	}
	return FindingOK, fmt.Sprintf("%d rules, %d channels", len(set.Rules), len(channels)), nil
}

func checkDisk(_ context.Context, cfg Config) (string, string, error) {
	if err := os.MkdirAll(cfg.Data, 0o755); err != nil {
		return "", "", fmt.Errorf("make data folder: %w; name another in the configuration", err)
	}
	f, err := os.CreateTemp(cfg.Data, "doctor-")
	if err != nil {
		return "", "", fmt.Errorf("write into data folder: %w; give this user the right to", err)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return "", "", fmt.Errorf("write into data folder: %w", err)
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(cfg.Data, &st); err != nil {
		return "", "", fmt.Errorf("measure data folder: %w", err)
	}
	free := st.Bavail * uint64(st.Bsize)
	detail := fmt.Sprintf("%.1f GiB free in %s", float64(free)/(1<<30), cfg.Data)
	if free < lowDisk {
		return FindingWrong, detail + "; free at least 1 GiB", nil
	}
	return FindingOK, detail, nil
}

func checkTracker(ctx context.Context, cfg Config) (state, detail string, err error) {
	tr, err := tracker.Open(ctx, cfg.Tracker)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, tr.Close()) }()
	t, err := tr.Tally(ctx)
	if err != nil {
		return "", "", err
	}
	state, skew, err := skewOf(ctx, tr.Now)
	if err != nil {
		return "", "", err
	}
	if t.Dead+t.AlertsDead > 0 && state == FindingOK {
		state = FindingNote
	}
	return state, fmt.Sprintf("schema up to date, %d records, %d documents owed, %d in outbox, %d dead alerts, %s", t.Records, t.Owed, t.Outbox, t.AlertsDead, skew), nil
}

// skewOf compares a server's clock with this machine's, allowing for the way.
func skewOf(ctx context.Context, remote func(context.Context) (time.Time, error)) (state, detail string, err error) {
	before := time.Now()
	there, err := remote(ctx)
	if err != nil {
		return "", "", err
	}
	after := time.Now()
	skew := there.Sub(before.Add(after.Sub(before) / 2)).Round(time.Millisecond)
	if skew.Abs()-after.Sub(before) > maxSkew {
		return FindingWrong, fmt.Sprintf("its clock differs by %s; set both by NTP", skew), nil
	}
	return FindingOK, "clocks agree", nil
}

func checkArchive(ctx context.Context, cfg Config) (state, detail string, err error) {
	archive, err := openArchive(ctx, cfg)
	if err != nil {
		return "", "", err
	}
	if c, ok := archive.(io.Closer); ok {
		defer func() { err = errors.Join(err, c.Close()) }()
	}
	return FindingOK, "opens; write and read are allowed", nil
}

func checkBus(ctx context.Context, cfg Config) (state, detail string, err error) {
	err = withBus(ctx, cfg, func(b *bus.Bus) error {
		d, err := b.Depth(ctx)
		if err != nil {
			return err
		}
		var skew string
		if state, skew, err = skewOf(ctx, b.Now); err != nil {
			return err
		}
		detail = fmt.Sprintf("%d tasks, %d dead letters, %s", d.TasksWaiting+d.TasksRunning, d.Dead, skew)
		if d.Dead > 0 && state == FindingOK {
			state, detail = FindingNote, detail+"; see govwatch dead list"
		}
		return nil
	})
	if errors.Is(err, errInUse) {
		return FindingNote, err.Error() + "; ask that process at its /readyz", nil
	}
	return state, detail, err
}

func checkReader(ctx context.Context, cfg Config) (state, detail string, err error) {
	g, err := reader.NewGuard(reader.Options{OCR: cfg.OCR})
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	const words = "碳达峰碳中和"
	got, err := g.Read(ctx, "probe.txt", []byte(words))
	if err != nil {
		return "", "", fmt.Errorf("read a file in a child process: %w", err)
	}
	if !strings.Contains(got.Text, words) {
		return FindingWrong, fmt.Sprintf("the child process read %q, not %q", got.Text, words), nil
	}
	return FindingOK, "the child process reads files", nil
}

func checkOCR(ctx context.Context, cfg Config) (string, string, error) {
	if !cfg.OCR {
		return FindingOK, "off; scanned files are kept without their text", nil
	}
	out, err := exec.CommandContext(ctx, "tesseract", "--list-langs").CombinedOutput()
	if err != nil {
		return "", "", fmt.Errorf("run tesseract: %w; install tesseract-ocr or set ocr: false", err)
	}
	if !strings.Contains(string(out), "chi_sim") {
		return FindingWrong, "tesseract lacks Chinese; install tesseract-ocr-chi-sim", nil
	}
	return FindingOK, "tesseract reads Chinese", nil
}

// checkBrowser: only lists that a script draws need one, and such a list says
// so itself when there is none.
func checkBrowser(_ context.Context, cfg Config) (string, string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"}
	if cfg.Browser != "" {
		names = []string{cfg.Browser}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return FindingOK, path, nil
		}
	}
	if cfg.Browser != "" {
		return FindingWrong, cfg.Browser + " is not there; correct browser: or leave it empty", nil
	}
	return FindingNote, "none; lists that only a script can draw will not be read, install chromium for them", nil
}
