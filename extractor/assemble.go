package extractor

import (
	"context"
	"errors"
	"fmt"
	"io"

	"govwatch/internal/fault"
	"govwatch/internal/reader"
	"govwatch/notice"
)

// Files of one page beyond these are named in the record and not read.
const (
	fileLimit      = 30
	fileBytesLimit = 64 << 20
)

// read makes the record of a version from its archived bytes and those of its files.
func (w *Worker) read(ctx context.Context, in notice.Reading, cause notice.Cause) (notice.Record, error) {
	body, err := w.open(ctx, in.Version.Blob)
	if err != nil {
		return notice.Record{}, err
	}
	x := w.input(in, body)
	var r notice.Record
	if isPage(body) {
		x.Attachments, err = w.files(ctx, in.Attachments)
		if err != nil {
			return notice.Record{}, err
		}
		r = Extract(x)
	} else {
		text, err := w.text(ctx, in.Document.Name+" "+in.Version.URL, body)
		if err != nil {
			return notice.Record{}, err
		}
		r = FromText(x, text)
	}
	r.Document, r.Version, r.Source = in.Document.ID, in.Version.ID, in.Document.Source
	r.Baseline, r.Cause, r.At = in.Version.Baseline, cause, w.Clock.Now()
	if r.URL == "" {
		r.URL = in.Document.URL
	}
	r.Attachments = held(r.Attachments, in.Attachments)
	return r, nil
}

func (w *Worker) input(in notice.Reading, body []byte) Input {
	x := Input{
		URL: in.Version.URL, ContentType: in.Version.MediaType, Body: body, Source: &in.Source,
		ListTitle: in.Document.Title, ListDate: in.Document.ListDate, Today: notice.DateOf(w.Clock.Now()),
	}
	if in.Version.Charset != "" {
		x.ContentType += "; charset=" + in.Version.Charset
	}
	if x.URL == "" {
		x.URL = in.Document.URL
	}
	// A document keeps the address of the list that showed it, which may have moved since.
	x.Column = in.Source.ColumnAt(in.Document.List, notice.DateOf(in.Version.FetchedAt))
	return x
}

// isPage reports bytes that the layout rules read: HTML, XML, JSON and plain text.
func isPage(b []byte) bool {
	switch reader.Sniff(b) {
	case reader.KindHTML, reader.KindXML, reader.KindJSON, reader.KindText, reader.KindUnknown:
		return true
	}
	return false
}

// files reads the files of a page that are held. One that cannot be read is told
// in its Text's problems; only a context that ended stops the page.
func (w *Worker) files(ctx context.Context, refs []notice.AttachmentRef) ([]Attachment, error) {
	var out []Attachment
	for i, ref := range refs {
		if ref.Blob == "" || i >= fileLimit {
			continue
		}
		b, err := w.open(ctx, ref.Blob)
		if err != nil && (ctx.Err() != nil || fault.Of(err) != fault.Permanent) {
			return nil, err
		}
		t := reader.Text{Problems: []string{"unreadable: the archived bytes are damaged"}}
		if err == nil && len(b) > fileBytesLimit {
			t.Problems = []string{fmt.Sprintf("too_large: %d bytes, the limit for a file of a page is %d", len(b), fileBytesLimit)}
		} else if err == nil {
			if t, err = w.text(ctx, ref.Name, b); err != nil {
				return nil, err
			}
		}
		out = append(out, Attachment{Name: ref.Name, URL: ref.URL, Text: t})
	}
	return out, nil
}

// text reads one file. A file that breaks the reader is a Text with a problem: it
// must not keep its page from being read.
func (w *Worker) text(ctx context.Context, name string, b []byte) (reader.Text, error) {
	if w.Files == nil {
		return reader.Text{Problems: []string{"unread: no reader for files is set up"}}, nil
	}
	t, err := w.Files.Read(ctx, name, b)
	switch {
	case err == nil:
		return t, nil
	case ctx.Err() != nil || errors.Is(err, context.Canceled) || fault.Of(err) == fault.Transient:
		return reader.Text{}, fmt.Errorf("read file %s: %w", name, err)
	}
	if w.Log != nil {
		w.Log.WarnContext(ctx, "file cannot be read", "url", name, "err", err)
	}
	t.Problems = append(t.Problems, "unreadable: "+err.Error())
	return t, nil
}

// held adds to the files that a page names what is held of them.
func held(named, refs []notice.AttachmentRef) []notice.AttachmentRef {
	if len(named) == 0 {
		return refs
	}
	for i := range named {
		for _, ref := range refs {
			if ref.URL != named[i].URL {
				continue
			}
			named[i].Document, named[i].Version, named[i].Blob = ref.Document, ref.Version, ref.Blob
			if ref.MediaType != "" {
				named[i].MediaType = ref.MediaType
			}
			if ref.Problem != "" {
				named[i].Problem = ref.Problem
			}
		}
	}
	return named
}

// blobLimit is the largest file that is read into memory, in bytes.
const blobLimit = 256 << 20

// open reads a blob whole; its hash is checked by the archive.
func (w *Worker) open(ctx context.Context, key notice.BlobKey) (b []byte, err error) {
	f, err := w.Archive.Open(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", key, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b, err = io.ReadAll(io.LimitReader(f, blobLimit+1))
	switch {
	case errors.Is(err, notice.ErrCorrupt):
		return nil, fault.Errorf(fault.Permanent, "read blob %s: %w; `govwatch archive verify` lists what is damaged", key, err)
	case err != nil:
		return nil, fmt.Errorf("read blob %s: %w", key, err)
	case len(b) > blobLimit:
		return nil, fault.Errorf(fault.Permanent, "read blob %s: more than %d bytes", key, blobLimit)
	}
	return b, nil
}
