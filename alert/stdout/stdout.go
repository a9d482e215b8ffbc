// Package stdout prints alerts, for people or as JSON lines for programs.
package stdout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"govwatch/internal/fault"
	"govwatch/notice"
)

// Config of the printer.
type Config struct {
	// Name defaults to stdout.
	Name string
	Out  io.Writer
	// JSON prints one object a line instead of text.
	JSON bool
}

// Channel prints; messages are never mixed.
type Channel struct {
	cfg Config
	mu  sync.Mutex
}

// New refuses a printer without a place to print to.
func New(cfg Config) (*Channel, error) {
	if cfg.Name == "" {
		cfg.Name = "stdout"
	}
	if cfg.Out == nil {
		return nil, errors.New("set up channel stdout: no place to print to")
	}
	return &Channel{cfg: cfg}, nil
}

// Name is the configured name.
func (c *Channel) Name() string { return c.cfg.Name }

type line struct {
	ID      notice.AlertID    `json:"id"`
	Rule    string            `json:"rule"`
	Subject string            `json:"subject"`
	URL     string            `json:"url"`
	Fields  map[string]string `json:"fields"`
	At      time.Time         `json:"at"`
}

// Send prints one message in one write.
func (c *Channel) Send(ctx context.Context, m notice.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text := pretty(m)
	if c.cfg.JSON {
		l := line{m.ID, m.Rule, m.Subject, m.URL, map[string]string{}, m.At.UTC()}
		for _, f := range m.Fields {
			l.Fields[f.Label] = strings.TrimPrefix(l.Fields[f.Label]+"\n"+f.Value, "\n")
		}
		data, err := json.Marshal(l)
		if err != nil {
			return fault.Errorf(fault.Permanent, "print alert %s: %w", m.ID, err)
		}
		text = string(data) + "\n"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := io.WriteString(c.cfg.Out, text); err != nil {
		return fmt.Errorf("print alert %s: %w", m.ID, err)
	}
	return nil
}

// pretty is the subject with the facts below it. Control characters of a page
// must not reach a terminal.
func pretty(m notice.Message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "● %s\n", clean(m.Subject))
	if m.URL != "" {
		fmt.Fprintf(&b, "    %s\n", clean(m.URL))
	}
	for _, f := range m.Fields {
		fmt.Fprintf(&b, "    %s: %s\n", clean(f.Label), clean(f.Value))
	}
	return b.String()
}

func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0:
			return -1
		}
		return r
	}, s)
}
