// Package slack sends alerts to an incoming webhook of Slack.
package slack

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"govwatch/alert/post"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
	"govwatch/notice"
)

// maxText is where Slack starts to cut.
const maxText = 4000

// Config of an incoming webhook. Its address is the secret.
type Config struct {
	// Name defaults to slack.
	Name    string
	URL     secret.Text
	Timeout time.Duration
}

// Channel is an incoming webhook.
type Channel struct {
	cfg    Config
	client *post.Client
}

// New checks the address.
func New(cfg Config) (*Channel, error) {
	if cfg.Name == "" {
		cfg.Name = "slack"
	}
	if err := post.Check(cfg.Name, cfg.URL); err != nil {
		return nil, err
	}
	return &Channel{cfg, post.New(cfg.Name, cfg.Timeout)}, nil
}

// Name is the configured name.
func (c *Channel) Name() string { return c.cfg.Name }

// Pace keeps Slack's limit of one message a second.
func (c *Channel) Pace() time.Duration { return time.Second }

// Send posts the message as mrkdwn.
func (c *Channel) Send(ctx context.Context, m notice.Message) error {
	data, err := json.Marshal(map[string]string{"text": mrkdwn(m)})
	if err != nil {
		return fault.Errorf(fault.Permanent, "send to %s: encode: %w", c.cfg.Name, err)
	}
	_, err = c.client.Send(ctx, c.cfg.URL, m.ID, nil, data)
	return err
}

func mrkdwn(m notice.Message) string {
	safe := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	subject := "*" + safe.Replace(m.Subject) + "*"
	if m.URL != "" {
		subject = "*<" + strings.NewReplacer("|", "%7C", ">", "%3E").Replace(m.URL) + "|" + safe.Replace(m.Subject) + ">*"
	}
	var b strings.Builder
	b.WriteString(subject + "\n")
	for _, f := range m.Fields {
		b.WriteString(safe.Replace(f.Label+": "+f.Value) + "\n")
	}
	return post.Cut(b.String(), maxText)
}
