package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"govwatch/crawler"
	"govwatch/extractor"
	"govwatch/internal/reader"
	"govwatch/notice"
)

// Two documents are read; on a live list some may be gone, so more are tried.
const (
	wantedDetails = 2
	triedDetails  = 6
)

// details asks whether the fields of two documents of the list are read.
func (k *checker) details(ctx context.Context, s notice.Source, l notice.List, items []crawler.Found, lc *ListCheck) {
	var good, bad []string
	for _, f := range candidates(items) {
		if len(good) == wantedDetails {
			break
		}
		if what, ok := k.detail(ctx, s, l, f); ok {
			good = append(good, what)
		} else {
			bad = append(bad, what)
		}
	}
	if len(good) >= min(wantedDetails, len(items)) {
		lc.step("details", true, "%s", strings.Join(good, "; "))
		return
	}
	lc.step("details", false, "%d of %d read; %s", len(good), len(good)+len(bad), strings.Join(bad, "; "))
}

// candidates spreads the tries over the list: its head may be one pinned series.
func candidates(items []crawler.Found) []crawler.Found {
	if len(items) <= triedDetails {
		return items
	}
	var out []crawler.Found
	for i := range triedDetails {
		out = append(out, items[i*len(items)/triedDetails])
	}
	return out
}

// detail fetches one document and reads its fields.
func (k *checker) detail(ctx context.Context, s notice.Source, l notice.List, f crawler.Found) (what string, ok bool) {
	a, v, err := k.fetcher.Page(ctx, s, f.URL, notice.DetailRole)
	if err == nil && v.Outcome == notice.Stub && v.Refresh != "" {
		a, v, err = k.fetcher.Page(ctx, s, v.Refresh, notice.DetailRole)
	}
	switch {
	case err != nil:
		return fmt.Sprintf("%s: %v", f.URL, err), false
	case v.Outcome != notice.OK:
		return fmt.Sprintf("%s: %s %s", f.URL, v.Outcome, v.Reason), false
	}
	switch kind := reader.Sniff(a.Body); kind {
	case reader.KindHTML, reader.KindXML, reader.KindJSON, reader.KindText, reader.KindUnknown:
	default:
		return fmt.Sprintf("%s: a file of %d bytes (%s)", f.URL, len(a.Body), http.DetectContentType(a.Body)), true
	}
	// What the list says is left out: the page must speak for itself.
	r := extractor.Extract(extractor.Input{
		URL: a.FinalURL, ContentType: a.Header.Get("Content-Type"), Body: a.Body, Source: &s, Column: l.Column,
		Today: notice.DateOf(k.clock.Now()),
	})
	var missing []string
	if r.Title == "" {
		missing = append(missing, "title")
	}
	if r.Published.IsZero() && r.Written.IsZero() && f.Date.IsZero() {
		missing = append(missing, "date")
	}
	if r.Body == "" && len(r.Attachments) == 0 {
		missing = append(missing, "text")
	}
	if missing != nil {
		return fmt.Sprintf("%s: no %s found", f.URL, strings.Join(missing, ", ")), false
	}
	day := r.Published
	if day.IsZero() {
		day = r.Written
	}
	if day.IsZero() {
		day = f.Date // the page shows none, the list does
	}
	return fmt.Sprintf("%s of %s, %d characters", short(r.Title), day, utf8.RuneCountInString(r.Body)), true
}

// short cuts a title for a table.
func short(s string) string {
	if r := []rune(s); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return s
}
