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

// Client posts to one receiver. It may be used concurrently.
type Client struct {
	name string
	http *http.Client
}

// New makes a client for a channel. It follows no redirect: a message must not
// go where nobody sent it.
func New(name string, timeout time.Duration) *Client {
	if timeout <= 0 {
		timeout = Timeout
	}
	return &Client{name, &http.Client{Timeout: timeout, Transport: transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// transport is one channel's own pool of connections: whoever empties the
// process-wide pool must not break a send that is under way.
func transport() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return http.DefaultTransport
}

// Check refuses an address that is not http or https, without printing it.
func Check(channel string, address secret.Text) error {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("set up channel %s: its url is not an http or https address", channel)
	}
	return nil
}

// MessageID is the header value of an alert, the same for each repeat.
func MessageID(id notice.AlertID, domain string) string { return "<" + string(id) + "@" + domain + ">" }

// Send posts body as JSON and returns the answer to a 2xx. Other answers are
// errors: Transient when the receiver may take it later (time-outs, 408, 425,
// 429 and 5xx; with Retry-After a LaterError), Permanent else. No error holds the address.
func (c *Client) Send(ctx context.Context, address secret.Text, id notice.AlertID, header http.Header, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.Reveal(), bytes.NewReader(body))
	if err != nil {
		return nil, fault.Errorf(fault.Permanent, "send to %s: its url is not valid", c.name)
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
		return nil, fmt.Errorf("send to %s: %w", c.name, bare(err))
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("send to %s: read answer: %w", c.name, bare(err))
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
	err := fmt.Errorf("send to %s: answer %s%s", c.name, res.Status, hint(code, answer))
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

// Answer reads the JSON answer of a chat robot, which says 200 to everything
// and puts its own code inside. Temporary lists the codes that pass.
func Answer(channel string, answer []byte, temporary ...int) error {
	var a struct {
		ErrCode *int   `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
		Code    *int   `json:"code"`
		Msg     string `json:"msg"`
	}
	if err := json.Unmarshal(answer, &a); err != nil || a.ErrCode == nil && a.Code == nil {
		return fmt.Errorf("send to %s: the answer is not the robot's; is the url right?", channel)
	}
	code, words := a.Code, a.Msg
	if a.ErrCode != nil {
		code, words = a.ErrCode, a.ErrMsg
	}
	if *code == 0 {
		return nil
	}
	err := fmt.Errorf("send to %s: the robot answers %d %s", channel, *code, Cut(strings.Join(strings.Fields(words), " "), 120))
	for _, t := range temporary {
		if *code == t {
			return err
		}
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
