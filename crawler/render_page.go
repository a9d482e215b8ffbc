package crawler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"govwatch/notice"
)

const (
	// settleFor is how long a page must be quiet before its drawing is taken as done.
	settleFor = 800 * time.Millisecond
	// maxParts is how many scripts and answers one page may ask for.
	maxParts = 60
	// drawFactor bounds a whole drawing in page timeouts: each part waits at the gate.
	drawFactor = 4
)

// paused holds the requests that wait for an answer.
type paused struct {
	mu   sync.Mutex
	list []*fetch.EventRequestPaused
	more chan struct{}
}

func (p *paused) add(ev any) {
	e, ok := ev.(*fetch.EventRequestPaused)
	if !ok {
		return
	}
	p.mu.Lock()
	p.list = append(p.list, e)
	p.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default:
	}
}

func (p *paused) next() *fetch.EventRequestPaused {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.list) == 0 {
		return nil
	}
	e := p.list[0]
	p.list = p.list[1:]
	return e
}

// draw loads a page that was fetched already and returns its markup, and the
// interface that filled it when one was seen.
func (r *renderer) draw(ctx context.Context, s *Session, a Answer) (body []byte, endpoint string, err error) {
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
	b, err := r.take()
	if err != nil {
		return nil, "", err
	}
	defer func() { r.give(b, err != nil && ctx.Err() == nil) }()
	waiting := &paused{more: make(chan struct{}, 1)}
	tab, closeTab := b.newTab(waiting.add)
	defer closeTab()
	// A caller who leaves takes the tab along.
	detach := context.AfterFunc(ctx, closeTab)
	defer detach()
	if err := chromedp.Do(tab); err != nil {
		return nil, "", fmt.Errorf("open a tab: %w", err)
	}
	within, cancel := context.WithTimeout(tab, drawFactor*s.f.opts.PageTimeout)
	defer cancel()
	d := &drawing{session: s, first: a, waiting: waiting}
	body, err = d.run(ctx, within)
	return body, d.endpoint, err
}

// drawing is one page on its way. Its methods take two contexts: that of the task,
// and the tab's, which to chromedp is the tab itself.
type drawing struct {
	session *Session
	first   Answer
	waiting *paused
	begun   bool
	parts   int
	// endpoint is the first interface that answered with rows.
	endpoint string
}

func (d *drawing) run(ctx, tab context.Context) ([]byte, error) {
	if _, err := chromedp.Call(tab, fetch.Enable, fetch.EnableParams{}); err != nil {
		return nil, fmt.Errorf("intercept requests: %w", err)
	}
	loaded := make(chan error, 1)
	go func() {
		_, err := chromedp.Call(tab, page.Navigate, page.NavigateParams{URL: d.first.FinalURL})
		loaded <- err
	}()
	err := d.serve(ctx, tab, loaded)
	if err != nil {
		return nil, err
	}
	text, err := chromedp.Run(tab, chromedp.Evaluate[string]("document.documentElement ? document.documentElement.outerHTML : ''"))
	if err != nil {
		return nil, fmt.Errorf("take the page: %w", err)
	}
	if int64(len(text)) > d.session.f.opts.MaxBody {
		return nil, ErrTooLarge
	}
	return []byte("<!DOCTYPE html>\n" + text), nil
}

// serve answers the browser's requests until the page is loaded and quiet. The
// goroutine behind loaded ends with the tab.
func (d *drawing) serve(ctx, tab context.Context, loaded <-chan error) error {
	quiet := time.NewTimer(settleFor)
	defer quiet.Stop()
	done := false
	for {
		for e := d.waiting.next(); e != nil; e = d.waiting.next() {
			if err := d.answer(ctx, tab, e); err != nil {
				return err
			}
			quiet.Reset(settleFor)
		}
		select {
		case <-d.waiting.more:
		case err := <-loaded:
			if err != nil {
				return fmt.Errorf("load the page: %w", err)
			}
			loaded, done = nil, true
			quiet.Reset(settleFor)
		case <-quiet.C:
			if done {
				return nil
			}
			quiet.Reset(settleFor)
		case <-tab.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("%w: the page does not come to rest", ErrSlow)
		}
	}
}

// answer hands one request to the session, or refuses it: pictures and styles
// say nothing, another document would be a way around what stands before the
// page, and other hosts are not this task's.
func (d *drawing) answer(ctx, tab context.Context, e *fetch.EventRequestPaused) error {
	if !d.begun && e.ResourceType == network.ResourceTypeDocument {
		d.begun = true
		return fulfil(tab, e, d.first)
	}
	switch e.ResourceType {
	case network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch:
	default:
		return refuse(tab, e)
	}
	if d.parts++; d.parts > maxParts || !d.session.Mine(e.Request.URL) {
		return refuse(tab, e)
	}
	a := d.session.Visit(ctx, partOf(e.Request, d.first.FinalURL))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if a.Err != nil || a.Status == 0 || a.OffHost != "" {
		return refuse(tab, e)
	}
	if d.endpoint == "" && e.ResourceType != network.ResourceTypeScript && givesRows(a) {
		d.endpoint = strings.TrimPrefix(e.Request.Method+" "+e.Request.URL, http.MethodGet+" ")
	}
	return fulfil(tab, e, a)
}

// givesRows reports an answer of an interface that holds a list.
func givesRows(a Answer) bool {
	if sniff(a) != jsonBody {
		return false
	}
	var doc any
	return json.Unmarshal(a.Body, &doc) == nil && holdsRows(doc, 0)
}

// partOf is a browser's request as one of ours. Its cookies stay behind: the
// session has its own, of this task alone.
func partOf(r *network.Request, referer string) Ask {
	ask := Ask{Method: r.Method, URL: r.URL, Role: notice.ListRole, Referer: referer, Extra: http.Header{}}
	var body bytes.Buffer
	for _, p := range r.PostDataEntries {
		body.Write(p.Bytes)
	}
	ask.Body = body.String()
	for name, v := range r.Headers {
		value, ok := v.(string)
		switch lower := strings.ToLower(name); {
		case !ok:
		case lower == "content-type":
			ask.ContentType = value
		case lower == "accept", lower == "authorization", strings.HasPrefix(lower, "x-"):
			ask.Extra.Set(name, value)
		}
	}
	return ask
}

func fulfil(tab context.Context, e *fetch.EventRequestPaused, a Answer) error {
	var headers []*fetch.HeaderEntry
	for name, values := range a.Header {
		switch strings.ToLower(name) {
		case "content-encoding", "content-length", "transfer-encoding", "set-cookie", "content-security-policy", "refresh":
			continue
		}
		for _, v := range values {
			headers = append(headers, &fetch.HeaderEntry{Name: name, Value: v})
		}
	}
	_, err := chromedp.Call(tab, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: e.RequestID, ResponseCode: int64(a.Status), ResponseHeaders: headers, Body: a.Body,
	})
	return gone(tab, err)
}

func refuse(tab context.Context, e *fetch.EventRequestPaused) error {
	_, err := chromedp.Call(tab, fetch.FailRequest, fetch.FailRequestParams{
		RequestID: e.RequestID, ErrorReason: network.ErrorReasonBlockedByClient,
	})
	return gone(tab, err)
}

// gone drops the error of a request that the page gave up meanwhile; a tab that
// ended is noticed by serve.
func gone(tab context.Context, err error) error {
	if err == nil || tab.Err() == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return fmt.Errorf("answer the browser: %w", err)
}
