// Package wecom sends alerts to a group robot of WeCom (企业微信).
package wecom

import (
	"context"
	"strings"
	"time"

	"govwatch/alert/post"
	"govwatch/notice"
)

// maxText is the robot's limit on Markdown, in bytes.
const maxText = 4096

// Config of a group robot. The address holds the robot's key.
type Config = post.Hook

// Channel is a group robot.
type Channel struct{ client *post.Client }

// New checks the address.
func New(cfg Config) (*Channel, error) {
	client, err := post.New("wecom", cfg)
	return &Channel{client}, err
}

// Name is the configured name.
func (c *Channel) Name() string { return c.client.Name }

// Pace keeps the robot's limit of 20 messages a minute.
func (c *Channel) Pace() time.Duration { return 3 * time.Second }

// Send posts the message as Markdown.
func (c *Channel) Send(ctx context.Context, m notice.Message) error {
	var body struct {
		Type     string `json:"msgtype"`
		Markdown struct {
			Content string `json:"content"`
		} `json:"markdown"`
	}
	body.Type, body.Markdown.Content = "markdown", markdown(m)
	// -1 is a busy system, 45009 too many messages.
	return c.client.Robot(ctx, c.client.URL, m.ID, body, -1, 45009)
}

func markdown(m notice.Message) string {
	var b strings.Builder
	b.WriteString("**" + m.Subject + "**\n")
	if m.URL != "" {
		b.WriteString("[原文 Link](" + m.URL + ")\n")
	}
	for _, f := range m.Fields {
		b.WriteString("> " + f.Label + ": " + strings.ReplaceAll(f.Value, "\n", "\n> ") + "\n")
	}
	return post.Cut(b.String(), maxText)
}
