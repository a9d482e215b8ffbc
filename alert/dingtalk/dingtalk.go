// Package dingtalk sends alerts to a group robot of DingTalk (钉钉).
package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"govwatch/alert/post"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
	"govwatch/notice"
)

// maxText is the robot's limit on a message, in bytes, with room for the envelope.
const maxText = 18000

// Config of a group robot. The address holds the robot's access token; Secret
// is set when the robot checks signatures (加签).
type Config = post.Hook

// Channel is a group robot.
type Channel struct{ client *post.Client }

// New checks the address.
func New(cfg Config) (*Channel, error) {
	client, err := post.New("dingtalk", cfg)
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
			Title string `json:"title"`
			Text  string `json:"text"`
		} `json:"markdown"`
	}
	body.Type, body.Markdown.Title, body.Markdown.Text = "markdown", m.Subject, markdown(m)
	address, err := c.signed()
	if err != nil {
		return err
	}
	// -1 is a busy system, 130101 too many messages.
	return c.client.Robot(ctx, address, m.ID, body, -1, 130101)
}

func (c *Channel) signed() (secret.Text, error) {
	if !c.client.Secret.Set() {
		return c.client.URL, nil
	}
	u, err := url.Parse(c.client.URL.Reveal())
	if err != nil {
		return secret.Text{}, fault.Errorf(fault.Permanent, "send to %s: its url is not valid", c.client.Name)
	}
	stamp := strconv.FormatInt(c.client.Now().UnixMilli(), 10)
	q := u.Query()
	q.Set("timestamp", stamp)
	q.Set("sign", Sign(c.client.Secret, stamp))
	u.RawQuery = q.Encode()
	return secret.New(u.String()), nil
}

// Sign is the robot's signature of a moment in Unix milliseconds.
func Sign(key secret.Text, timestamp string) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(timestamp + "\n" + key.Reveal()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func markdown(m notice.Message) string {
	var b strings.Builder
	b.WriteString("#### " + m.Subject + "\n\n")
	if m.URL != "" {
		b.WriteString("[原文 Link](" + m.URL + ")\n\n")
	}
	for _, f := range m.Fields {
		b.WriteString("- " + f.Label + ": " + strings.ReplaceAll(f.Value, "\n", " ") + "\n")
	}
	return post.Cut(b.String(), maxText)
}
