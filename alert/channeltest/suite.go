// Package channeltest is the contract of a channel. A change of the contract
// starts here.
package channeltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"govwatch/alert"
	"govwatch/internal/fault"
	"govwatch/notice"
)

// Subject is a channel under test that posts to an HTTP server.
type Subject struct {
	// Open makes the channel for a server. The address ends in /secret-in-url,
	// which no error may hold.
	Open func(t *testing.T, url string, timeout time.Duration) alert.Channel
	// Config is what Open uses, for a look at what it prints.
	Config any
	// Secrets must never be printed, beside the one in the address.
	Secrets []string
	// Good is the receiver's answer to a message it takes; empty is "ok".
	Good string
}

const urlSecret = "secret-in-url"

// Message is one with everything that can go wrong in it.
func Message() notice.Message {
	return notice.Message{ID: "0123456789abcdef", Rule: "central-climate-policy",
		Subject: "新发布 New · 生态环境部 · 关于<降碳>&\"绿色\"的通知（环气候〔2024〕1号）",
		Text:    "正文\n第二行", URL: "https://www.mee.gov.cn/a|b?c=1&d=中文",
		Fields: []notice.Field{{Label: "标题 Title", Value: "关于<降碳>&\"绿色\"的通知"}, {Label: "目标 Target", Value: "第一\n第二"}, {Label: "空 Empty", Value: ""}},
		At:     time.Date(2024, 5, 6, 1, 2, 3, 0, time.UTC)}
}

// Requests records what a server got.
type Requests struct {
	mu   sync.Mutex
	list []Request
}

// Request is one message as it arrived.
type Request struct {
	Header http.Header
	Query  string
	Body   []byte
}

// All returns what has arrived.
func (r *Requests) All() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Request(nil), r.list...)
}

// Serve answers each message with a status, headers and a body, and records it.
func Serve(t *testing.T, status int, header http.Header, body string) (url string, got *Requests) {
	t.Helper()
	got = &Requests{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got.mu.Lock()
		got.list = append(got.list, Request{r.Header.Clone(), r.URL.RawQuery, data})
		got.mu.Unlock()
		for k, v := range header {
			w.Header()[k] = v
		}
		w.WriteHeader(status)
		if _, err := io.WriteString(w, body); err != nil && status != http.StatusNoContent && status != http.StatusNotModified {
			t.Log(err)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/" + urlSecret, got
}

// Run runs the contract of an HTTP channel.
func Run(t *testing.T, s Subject) {
	t.Helper()
	if s.Good == "" {
		s.Good = "ok"
	}
	t.Run("statuses", func(t *testing.T) { t.Parallel(); statuses(t, s) })
	t.Run("retry after", func(t *testing.T) { t.Parallel(); retryAfter(t, s) })
	t.Run("silence", func(t *testing.T) { t.Parallel(); silence(t, s) })
	t.Run("nobody there", func(t *testing.T) { t.Parallel(); nobody(t, s) })
	t.Run("repeat carries the same ID", func(t *testing.T) { t.Parallel(); repeat(t, s) })
	t.Run("huge message", func(t *testing.T) { t.Parallel(); huge(t, s) })
	t.Run("secrets", func(t *testing.T) { t.Parallel(); secrets(t, s) })
}

func statuses(t *testing.T, s Subject) {
	permanent, transient := fault.Permanent, fault.Transient
	for status, want := range map[int]*fault.Kind{
		200: nil, 201: nil, 202: nil,
		301: &permanent, 302: &permanent, 307: &permanent, 308: &permanent,
		400: &permanent, 401: &permanent, 403: &permanent, 404: &permanent, 405: &permanent, 410: &permanent, 413: &permanent, 422: &permanent,
		408: &transient, 425: &transient, 429: &transient,
		500: &transient, 501: &transient, 502: &transient, 503: &transient, 504: &transient, 599: &transient,
	} {
		body := s.Good
		if status >= 300 {
			body = "bad " + urlSecret[:3] + "\r\nwords 中文"
		}
		url, got := Serve(t, status, http.Header{"Location": {"http://127.0.0.1:1/elsewhere"}}, body)
		err := s.Open(t, url, time.Second).Send(t.Context(), Message())
		switch {
		case want == nil && err != nil:
			t.Errorf("status %d: %v, want success", status, err)
		case want != nil && (err == nil || fault.Of(err) != *want):
			t.Errorf("status %d: %v (%v), want %v", status, err, fault.Of(err), *want)
		}
		if len(got.All()) != 1 {
			t.Errorf("status %d: %d requests, want 1: the worker retries, not the channel", status, len(got.All()))
		}
		look(t, s, err)
	}
}

func retryAfter(t *testing.T, s Subject) {
	url, _ := Serve(t, 429, http.Header{"Retry-After": {"77"}}, "slow down")
	err := s.Open(t, url, time.Second).Send(t.Context(), Message())
	var later *alert.LaterError
	if !errors.As(err, &later) || later.After != 77*time.Second || fault.Of(err) != fault.Transient {
		t.Errorf("429 with Retry-After 77: %v", err)
	}
}

func silence(t *testing.T, s Subject) {
	end := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Log(err)
		}
		select {
		case <-end:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(func() { close(end) })
	start := time.Now()
	err := s.Open(t, srv.URL+"/"+urlSecret, 200*time.Millisecond).Send(t.Context(), Message())
	if err == nil || fault.Of(err) != fault.Transient || time.Since(start) > 5*time.Second {
		t.Errorf("a receiver that is silent: %v after %v", err, time.Since(start))
	}
	look(t, s, err)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = s.Open(t, srv.URL+"/"+urlSecret, time.Minute).Send(ctx, Message())
	if err == nil || fault.Of(err) != fault.Transient {
		t.Errorf("a context that ends: %v", err)
	}
	look(t, s, err)
}

func nobody(t *testing.T, s Subject) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	err = s.Open(t, "http://"+addr+"/"+urlSecret, time.Second).Send(t.Context(), Message())
	if err == nil || fault.Of(err) != fault.Transient {
		t.Errorf("nobody listens: %v", err)
	}
	look(t, s, err)
}

func repeat(t *testing.T, s Subject) {
	url, got := Serve(t, 200, nil, s.Good)
	ch := s.Open(t, url, time.Second)
	for range 2 {
		if err := ch.Send(t.Context(), Message()); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range got.All() {
		if id := r.Header.Get("X-Govwatch-Alert-Id"); id != string(Message().ID) {
			t.Errorf("the header holds ID %q", id)
		}
		if id := r.Header.Get("Message-Id"); id != "<"+string(Message().ID)+"@govwatch>" {
			t.Errorf("the message ID is %q", id)
		}
	}
	if len(got.All()) != 2 {
		t.Errorf("%d messages arrived, want 2", len(got.All()))
	}
}

func huge(t *testing.T, s Subject) {
	url, got := Serve(t, 200, nil, s.Good)
	m := Message()
	for range 50 {
		m.Fields = append(m.Fields, notice.Field{Label: "目标 Target", Value: strings.Repeat("降碳", 1000)})
	}
	if err := s.Open(t, url, time.Second).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if b := got.All()[0].Body; !utf8.Valid(b) || strings.Contains(string(b), "\\ufffd") {
		t.Error("the cut broke a character")
	}
}

func secrets(t *testing.T, s Subject) {
	url, _ := Serve(t, 200, nil, s.Good)
	ch := s.Open(t, url, time.Second)
	for _, v := range []any{ch, s.Config} {
		look(t, s, fmt.Errorf("%v %+v %#v", v, v, v))
	}
	if ch.Name() == "" {
		t.Error("the channel has no name")
	}
}

// look finds secrets and line ends in an error.
func look(t *testing.T, s Subject, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, secret := range append([]string{urlSecret}, s.Secrets...) {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("a secret is printed: %v", err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %q", err.Error())
	}
}
