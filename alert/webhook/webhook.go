// Package webhook posts alerts as JSON to any program.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"govwatch/alert/post"
	"govwatch/internal/secret"
	"govwatch/notice"
)

// Config of a webhook. With a secret each message is signed: X-Govwatch-Signature
// is "sha256=" and the hex HMAC-SHA256 of X-Govwatch-Timestamp (Unix seconds), a
// dot, and the body.
type Config struct {
	// Name defaults to webhook.
	Name   string
	URL    secret.Text
	Secret secret.Text
	// Header is sent along, such as Authorization.
	Header  map[string]secret.Text
	Timeout time.Duration
	// Now is the clock of the signature; nil is the machine's.
	Now func() time.Time
}

// Channel is a webhook.
type Channel struct {
	client *post.Client
	header map[string]secret.Text
}

// New checks the address.
func New(cfg Config) (*Channel, error) {
	client, err := post.New("webhook", post.Hook{Name: cfg.Name, URL: cfg.URL, Secret: cfg.Secret, Timeout: cfg.Timeout, Now: cfg.Now})
	return &Channel{client, cfg.Header}, err
}

// Name is the configured name.
func (c *Channel) Name() string { return c.client.Name }

// Body is what a receiver gets.
type Body struct {
	ID      notice.AlertID `json:"id"`
	Rule    string         `json:"rule"`
	Subject string         `json:"subject"`
	Text    string         `json:"text"`
	URL     string         `json:"url"`
	Fields  []Fact         `json:"fields"`
	At      time.Time      `json:"at"`
}

// Fact is one labelled fact, labels in Chinese and English.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Send posts the message; see post.Client.Post for the errors.
func (c *Channel) Send(ctx context.Context, m notice.Message) error {
	b := Body{ID: m.ID, Rule: m.Rule, Subject: m.Subject, Text: m.Text, URL: m.URL, Fields: []Fact{}, At: m.At.UTC()}
	for _, f := range m.Fields {
		b.Fields = append(b.Fields, Fact(f))
	}
	data, err := c.client.Encode(b)
	if err != nil {
		return err
	}
	h := http.Header{}
	for k, v := range c.header {
		h.Set(k, v.Reveal())
	}
	if c.client.Secret.Set() {
		stamp := strconv.FormatInt(c.client.Now().Unix(), 10)
		h.Set("X-Govwatch-Timestamp", stamp)
		h.Set("X-Govwatch-Signature", Sign(c.client.Secret, stamp, data))
	}
	_, err = c.client.Post(ctx, c.client.URL, m.ID, h, data)
	return err
}

// Sign is what a receiver computes to check a message.
func Sign(key secret.Text, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
