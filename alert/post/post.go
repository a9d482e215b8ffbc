// Package post sends JSON to an address that may be a secret, and names what
// came back. The chat and webhook channels share it.
package post

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"govwatch/alert"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
	"govwatch/notice"
)

const (
	// Timeout bounds one message where the configuration does not.
	Timeout   = 10 * time.Second
	maxAnswer = 64 << 10
	// IDHeader carries the alert's ID: the same for each repeat of a message.
	IDHeader = "X-Govwatch-Alert-Id"
)

// Hook is the address of a receiver, which may itself be the secret.
type Hook struct {
	// Name defaults to the type of the channel.
	Name string
	URL  secret.Text
	// Secret signs messages where the receiver checks signatures.
	Secret  secret.Text
	Timeout time.Duration
	// Now is the clock of the signature; nil is the machine's.
	Now func() time.Time
}

// Client posts to one receiver. It may be used concurrently.
type Client struct {
	Hook
	http *http.Client
}

// New makes the client of a channel. It refuses an address that is not http or
// https, without printing it. It follows no redirect: a message must not go
// where nobody sent it.
func New(kind string, h Hook) (*Client, error) {
	if h.Name == "" {
		h.Name = kind
	}
	if h.Timeout <= 0 {
		h.Timeout = Timeout
	}
	if h.Now == nil {
		h.Now = time.Now
	}
	u, err := url.Parse(h.URL.Reveal())
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("set up channel %s: its url is not an http or https address", h.Name)
	}
	return &Client{h, &http.Client{Timeout: h.Timeout, Transport: transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Encode is a message as JSON.
func (c *Client) Encode(body any) ([]byte, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fault.Errorf(fault.Permanent, "send to %s: encode: %w", c.Name, err)
	}
	return data, nil
}

// transport is one channel's own pool of connections: whoever empties the
// process-wide pool must not break a send that is under way.
func transport() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return http.DefaultTransport
}

// MessageID is the header value of an alert, the same for each repeat.
func MessageID(id notice.AlertID, domain string) string { return "<" + string(id) + "@" + domain + ">" }

// Post sends body, which is JSON, and returns the answer to a 2xx. Other answers are
// errors: Transient when the receiver may take it later (time-outs, 408, 425,
// 429 and 5xx; with Retry-After a LaterError), Permanent else. No error holds the address.
func (c *Client) Post(ctx context.Context, address secret.Text, id notice.AlertID, header http.Header, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.Reveal(), bytes.NewReader(body))
	if err != nil {
		return nil, fault.Errorf(fault.Permanent, "send to %s: its url is not valid", c.Name)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "govwatch")
	req.Header.Set(IDHeader, string(id))
	req.Header.Set("Message-Id", MessageID(id, "govwatch"))
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("send to %s: %w", c.Name, bare(err))
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("send to %s: read answer: %w", c.Name, bare(err))
	}
	return answer, c.judge(res, answer)
}

// bare drops the address that the client writes into its errors.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (c *Client) judge(res *http.Response, answer []byte) error {
	code := res.StatusCode
	if code >= 200 && code < 300 {
		return nil
	}
	err := fmt.Errorf("send to %s: answer %s%s", c.Name, res.Status, hint(code, answer))
	switch {
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		if s, perr := strconv.Atoi(res.Header.Get("Retry-After")); perr == nil && s > 0 {
			return &alert.LaterError{After: time.Duration(s) * time.Second, Err: err}
		}
		return err
	}
	return fault.Wrap(fault.Permanent, err)
}

// hint adds what helps to mend it: the receiver's words, or what the code means for a webhook.
func hint(code int, answer []byte) string {
	switch {
	case code >= 300 && code < 400:
		return "; it redirects, which is not followed: give the final address"
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return "; check the token or signature"
	case code == http.StatusNotFound, code == http.StatusGone:
		return "; the hook is not there any more, make a new one"
	}
	if words := strings.Join(strings.Fields(strings.ToValidUTF8(string(answer), "")), " "); words != "" {
		return ": " + Cut(words, 120)
	}
	return ""
}

// Robot posts a message to a chat robot, which says 200 to everything and puts
// its own code into its answer. Temporary lists the codes that pass; an answer
// that says "too many request" passes, too.
func (c *Client) Robot(ctx context.Context, address secret.Text, id notice.AlertID, body any, temporary ...int) error {
	data, err := c.Encode(body)
	if err != nil {
		return err
	}
	answer, err := c.Post(ctx, address, id, nil, data)
	if err != nil {
		return err
	}
	return c.judgeRobot(answer, temporary)
}

func (c *Client) judgeRobot(answer []byte, temporary []int) error {
	var a struct {
		ErrCode *int   `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
		Code    *int   `json:"code"`
		Msg     string `json:"msg"`
	}
	if err := json.Unmarshal(answer, &a); err != nil || a.ErrCode == nil && a.Code == nil {
		return fmt.Errorf("send to %s: the answer is not the robot's; is the url right?", c.Name)
	}
	code, words := a.Code, a.Msg
	if a.ErrCode != nil {
		code, words = a.ErrCode, a.ErrMsg
	}
	if *code == 0 {
		return nil
	}
	err := fmt.Errorf("send to %s: the robot answers %d %s", c.Name, *code, Cut(strings.Join(strings.Fields(words), " "), 120))
	if slices.Contains(temporary, *code) || strings.Contains(words, "too many request") {
		return err
	}
	return fault.Wrap(fault.Permanent, err)
}

// Cut shortens to at most n bytes without breaking a character, the mark of the cut included.
func Cut(s string, n int) string {
	const mark = "…"
	if len(s) <= n {
		return s
	}
	cut := max(n-len(mark), 0)
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + mark
}
