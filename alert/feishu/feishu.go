// Package feishu sends alerts to a group robot of Feishu or Lark (飞书).
package feishu

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"govwatch/alert/post"
	"govwatch/internal/secret"
	"govwatch/notice"
)

// maxText keeps the request below the robot's limit of 20 kB.
const maxText = 16000

// Config of a group robot. The address holds the robot's key; Secret is set
// when the robot checks signatures (签名校验).
type Config = post.Hook

// Channel is a group robot.
type Channel struct{ client *post.Client }

// New checks the address.
func New(cfg Config) (*Channel, error) {
	client, err := post.New("feishu", cfg)
	return &Channel{client}, err
}

// Name is the configured name.
func (c *Channel) Name() string { return c.client.Name }

// Pace keeps the robot's limits of 100 messages a minute and 5 a second.
func (c *Channel) Pace() time.Duration { return 700 * time.Millisecond }

type element struct {
	Tag  string `json:"tag"`
	Text string `json:"text"`
	Href string `json:"href,omitempty"`
}

type article struct {
	Title   string      `json:"title"`
	Content [][]element `json:"content"`
}

type content struct {
	Post map[string]article `json:"post"`
}

type request struct {
	Timestamp string  `json:"timestamp,omitempty"`
	Sign      string  `json:"sign,omitempty"`
	Type      string  `json:"msg_type"`
	Content   content `json:"content"`
}

// Send posts the message as rich text.
func (c *Channel) Send(ctx context.Context, m notice.Message) error {
	body := request{Type: "post", Content: content{map[string]article{"zh_cn": write(m)}}}
	if c.client.Secret.Set() {
		body.Timestamp = strconv.FormatInt(c.client.Now().Unix(), 10)
		body.Sign = Sign(c.client.Secret, body.Timestamp)
	}
	// 11232 is the limit of the rate; 9499 is, too, when its words say so.
	return c.client.Robot(ctx, c.client.URL, m.ID, body, 11232)
}

// Sign is the robot's signature of a moment in Unix seconds: the moment and the
// secret are the key, and the signed text is empty.
func Sign(key secret.Text, timestamp string) string {
	mac := hmac.New(sha256.New, []byte(timestamp+"\n"+key.Reveal()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func write(m notice.Message) article {
	a := article{Title: m.Subject}
	room := maxText - len(m.Subject)
	if m.URL != "" {
		a.Content = append(a.Content, []element{{Tag: "a", Text: "原文 Link", Href: m.URL}})
	}
	for _, f := range m.Fields {
		text := post.Cut(f.Label+": "+f.Value, max(room, 0))
		if room -= len(text); room <= 0 {
			break
		}
		a.Content = append(a.Content, []element{{Tag: "text", Text: text}})
	}
	return a
}
