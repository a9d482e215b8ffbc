package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"govwatch/crawler"
	"govwatch/crawler/family"
	"govwatch/internal/service"
	"govwatch/internal/urlx"
	"govwatch/notice"
	"govwatch/schedules"
)

// Added is a declaration that was written from a look at a list page.
type Added struct {
	ID notice.SourceID
	// YAML is the file, ready to review; Path is where it was written, empty when
	// it was not.
	YAML string
	Path string
	// Review names what was guessed and wants a person's eye.
	Review []string
	Items  []TryItem
	Family string
}

// AddRequest says which page to look at and what is known of it already.
type AddRequest struct {
	URL string
	// ID and Issuer replace the guesses.
	ID     string
	Issuer string
	// Dir is the folder that the file goes to, in a subfolder by region; empty
	// writes nothing.
	Dir string
}

// AddSource fetches a list page politely, recognises its family, guesses whose
// it is, reads the list as a run would, and writes the declaration. It fails
// when no list is found, when the page is declared already, and rather than
// overwrite a file.
func AddSource(ctx context.Context, cfg Config, opt Options, req AddRequest) (Added, error) {
	address, err := urlx.Canonical(req.URL)
	if err != nil {
		return Added{}, fmt.Errorf("%w: %q is not a whole http or https address", ErrConfig, req.URL)
	}
	existing, err := declaredSources(cfg, opt)
	if err != nil {
		return Added{}, err
	}
	if other, ok := listedBy(existing, req.URL, address); ok {
		return Added{}, fmt.Errorf("%w: %s is a list of source %s already", ErrConfig, req.URL, other)
	}
	fetcher, err := crawler.NewFetcher(fetchOptions(cfg, opt))
	if err != nil {
		return Added{}, err
	}
	defer fetcher.Close()
	probed, page, err := probePage(ctx, fetcher, req.URL)
	if err != nil {
		return Added{}, err
	}
	clock := opt.Clock
	if clock == nil {
		clock = service.Real()
	}
	d, err := draftOf(probed, page, req, notice.DateOf(clock.Now()))
	if err != nil {
		return Added{}, err
	}
	d.avoid(existing)
	trial, err := tryList(ctx, fetcher, d.source())
	if err != nil {
		return Added{}, err
	}
	out := Added{ID: d.ID, YAML: d.yaml(len(trial.Items)), Review: d.review, Items: try(trial).Items, Family: trial.Family}
	if _, err := schedules.Parse(string(d.ID)+".yaml", []byte(out.YAML)); err != nil {
		return out, fmt.Errorf("write declaration of %s: %w", req.URL, err)
	}
	if req.Dir != "" {
		out.Path, err = writeNew(filepath.Join(req.Dir, d.Region), string(d.ID)+".yaml", out.YAML)
	}
	return out, err
}

func declaredSources(cfg Config, opt Options) ([]notice.Source, error) {
	if opt.Sources != nil {
		return opt.Sources, nil
	}
	return LoadSources(cfg)
}

// listedBy finds the source that follows an address already.
func listedBy(sources []notice.Source, addresses ...string) (notice.SourceID, bool) {
	for _, s := range sources {
		for _, l := range s.Lists {
			if slices.Contains(addresses, l.URL) {
				return s.ID, true
			}
		}
	}
	return "", false
}

// probePage fetches a page and asks the families what it is.
func probePage(ctx context.Context, f *crawler.Fetcher, address string) (family.Probed, family.Page, error) {
	src := notice.Source{ID: "add", Lists: []notice.List{{URL: address}}}
	a, v, err := f.Page(ctx, src, address, notice.ListRole)
	if err == nil && v.Outcome == notice.Stub && v.Refresh != "" {
		a, v, err = f.Page(ctx, src, v.Refresh, notice.ListRole)
	}
	switch {
	case err != nil:
		return family.Probed{}, family.Page{}, err
	case v.Outcome == notice.Redirected && a.OffHost != "":
		return family.Probed{}, family.Page{}, fmt.Errorf("add %s: it moved to %s; add that address", address, a.OffHost)
	case v.Outcome != notice.OK:
		return family.Probed{}, family.Page{}, fmt.Errorf("add %s: %s: %s", address, v.Outcome, v.Reason)
	}
	page := family.NewPage(a.FinalURL, a.Header.Get("Content-Type"), a.Body)
	page.Today, page.List.URL = notice.DateOf(a.Started), address
	page.Asked = family.Request{Method: http.MethodGet, URL: address, Page: 1}
	probed, err := family.Probe(page)
	probed.List.URL = address
	if err != nil {
		hint := "; if a script draws it, declare the list with render: true"
		if probed.Listing.Endpoint != "" {
			hint = "; a JSON endpoint is named in the page, add that instead: " + probed.Listing.Endpoint
		}
		return probed, page, fmt.Errorf("add %s: %w%s", address, err, hint)
	}
	return probed, page, nil
}

// tryList reads the new list by the way of a run; a declaration that finds
// nothing is not written.
func tryList(ctx context.Context, f *crawler.Fetcher, src notice.Source) (crawler.Trial, error) {
	trials, err := f.Try(ctx, src, 1)
	if err != nil {
		return crawler.Trial{}, err
	}
	t := trials[0]
	if len(t.Items) == 0 {
		return t, fmt.Errorf("add %s: family %s was recognised, but a run finds no items: %s %s", t.List.URL, t.Family, t.Run.Reason, t.Verdict.Reason)
	}
	return t, nil
}

// writeNew writes a file that must not exist yet.
func writeNew(dir, name, text string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make folder of declarations: %w", err)
	}
	p := filepath.Join(dir, name)
	f, err := os.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("%w: %s exists; remove it, or choose another id with --id", ErrConfig, p)
	}
	if err != nil {
		return "", fmt.Errorf("write declaration: %w", err)
	}
	_, err = f.WriteString(text)
	return p, errors.Join(err, f.Close(), trimmed(err, p))
}

// trimmed removes a file that was only half written.
func trimmed(err error, p string) error {
	if err == nil {
		return nil
	}
	return os.Remove(p)
}

// source is the draft as a run would see it.
func (d draft) source() notice.Source {
	return notice.Source{
		ID: d.ID, NameZH: d.NameZH, Issuer: d.Issuer, Level: d.Level, Region: d.Region, Hosts: []string{urlx.Host(d.List.URL)},
		Lists: []notice.List{d.List}, State: notice.Active,
	}
}

// avoid gives the draft an id that no source has.
func (d *draft) avoid(sources []notice.Source) {
	taken := func(id notice.SourceID) bool {
		return slices.ContainsFunc(sources, func(s notice.Source) bool { return s.ID == id })
	}
	for _, more := range append([]string{""}, d.more...) {
		id := d.ID
		if more != "" {
			id = notice.SourceID(strings.Trim(string(id)+"-"+more, "-"))
		}
		if !taken(id) {
			d.ID = id
			return
		}
	}
	for n := 2; ; n++ {
		if id := notice.SourceID(fmt.Sprintf("%s-%d", d.ID, n)); !taken(id) {
			d.ID = id
			return
		}
	}
}
