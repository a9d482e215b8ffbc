package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"govwatch/crawler"
	"govwatch/internal/urlx"
	"govwatch/notice"
)

// Try is what one list shows right now.
type Try struct {
	URL      string         `json:"url"`
	Family   string         `json:"family"`
	Outcome  notice.Outcome `json:"outcome"`
	Quality  float64        `json:"quality"`
	Reason   string         `json:"reason,omitempty"`
	Items    []TryItem      `json:"items"`
	Next     string         `json:"next,omitempty"`
	Endpoint string         `json:"endpoint,omitempty"`
	// Render says that a browser had to draw the list.
	Render bool `json:"render,omitempty"`
}

// TryItem is one document that a run would follow.
type TryItem struct {
	Title string      `json:"title"`
	URL   string      `json:"url"`
	Date  notice.Date `json:"date"`
}

// TrySource fetches the lists of a declared source, or one list page by its
// address, as a run would, and stores nothing.
func TrySource(ctx context.Context, cfg Config, what string) ([]Try, error) {
	src, err := findSource(cfg, what)
	if err != nil {
		return nil, err
	}
	fetcher, err := crawler.NewFetcher(fetchOptions(cfg, Options{}))
	if err != nil {
		return nil, err
	}
	defer fetcher.Close()
	trials, err := fetcher.Try(ctx, src, 1)
	if err != nil {
		return nil, err
	}
	out := make([]Try, 0, len(trials))
	for _, t := range trials {
		t, err := drawn(ctx, fetcher, src, t)
		if err != nil {
			return nil, err
		}
		out = append(out, try(t))
	}
	return out, nil
}

// drawn tries a list again with a browser when the page came and holds no list:
// a script may draw it, and then tells which interface it asks. Without a
// browser, and when drawing brings nothing either, the first look stands.
func drawn(ctx context.Context, f *crawler.Fetcher, src notice.Source, t crawler.Trial) (crawler.Trial, error) {
	if len(t.Items) > 0 || t.Verdict.Outcome != notice.OK || t.List.Render || t.Endpoint != "" {
		return t, nil
	}
	list := t.List
	list.Render = true
	src.Lists = []notice.List{list}
	again, err := f.Try(ctx, src, 1)
	if err != nil || len(again) != 1 || len(again[0].Items) == 0 && again[0].Endpoint == "" {
		return t, err
	}
	return again[0], nil
}

func findSource(cfg Config, what string) (notice.Source, error) {
	if u, err := url.Parse(what); err == nil && u.Host != "" {
		return notice.Source{
			ID: "try", NameZH: u.Host, Level: notice.Central, Region: "100000", Hosts: []string{urlx.Host(what)},
			Lists: []notice.List{{URL: what, Family: "auto"}}, State: notice.Active,
		}, nil
	}
	sources, err := LoadSources(cfg)
	if err != nil {
		return notice.Source{}, err
	}
	i := slices.IndexFunc(sources, func(s notice.Source) bool { return string(s.ID) == what })
	if i < 0 {
		return notice.Source{}, fmt.Errorf("%w: %q is neither a declared source nor a whole address; see govwatch sources list", ErrConfig, what)
	}
	return sources[i], nil
}

func try(t crawler.Trial) Try {
	out := Try{URL: t.List.URL, Family: t.Family, Outcome: t.Verdict.Outcome, Quality: t.Verdict.Quality,
		Reason: t.Run.Reason, Items: []TryItem{}, Next: t.Resume, Endpoint: t.Endpoint, Render: t.List.Render}
	if out.Reason == "" {
		out.Reason = t.Verdict.Reason
	}
	for _, i := range t.Items {
		out.Items = append(out.Items, TryItem{i.Title, i.URL, i.Date})
	}
	return out
}
