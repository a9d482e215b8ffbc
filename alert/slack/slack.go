// Package slack sends alerts to an incoming webhook of Slack.
package slack

import (
	"context"
	"strings"
	"time"

	"govwatch/alert/post"
	"govwatch/notice"
)

// maxText is where Slack starts to cut.
const maxText = 4000

// Config of an incoming webhook. Its address is the secret.
type Config = post.Hook

// Channel is an incoming webhook.
type Channel struct{ client *post.Client }

// New checks the address.
func New(cfg Config) (*Channel, error) {
	client, err := post.New("slack", cfg)
	return &Channel{client}, err
}

// Name is the configured name.
func (c *Channel) Name() string { return c.client.Name }

// Pace keeps Slack's limit of one message a second.
func (c *Channel) Pace() time.Duration { return time.Second }

// Send posts the message as mrkdwn.
func (c *Channel) Send(ctx context.Context, m notice.Message) error {
	data, err := c.client.Encode(map[string]string{"text": mrkdwn(m)})
	if err != nil {
		return err
	}
	_, err = c.client.Post(ctx, c.client.URL, m.ID, nil, data)
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
