package extractor

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"govwatch/notice"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// want is what NAME.want.json says of NAME.html. Fields that are not named are not checked.
type want struct {
	Encoding string `json:"encoding"`
	Title    string `json:"title"`
	Subject  string `json:"subject_title"`
	Kind     string `json:"kind"`
	IndexNo  string `json:"index_no"`
	Validity string `json:"validity"`
	Source   string `json:"source"`
	Issuers  []string
	Number   json.RawMessage
	// NumberHas is a part of the number.
	NumberHas   string          `json:"number_has"`
	Written     json.RawMessage `json:"date_written"`
	Published   json.RawMessage `json:"date_published"`
	Effective   json.RawMessage `json:"date_effective"`
	Expiry      json.RawMessage `json:"date_expiry"`
	Attachments []string
	FileURLs    []string `json:"attachments_urls"`
	Classes     []notice.Class
	First       string `json:"body_first"`
	Last        string `json:"body_last"`
	Absent      []string
	Contains    []string
	NoProblem   []string `json:"no_problem"`
	// URL is the page's address, for what a host tells.
	URL string `json:"url"`
}

func (w want) encode(t testing.TB, s []byte) []byte {
	t.Helper()
	var e encoding.Encoding
	switch w.Encoding {
	case "":
		return s
	case "gbk":
		e = simplifiedchinese.GBK
	case "gb18030": // with signs of four bytes
		e = simplifiedchinese.GB18030
	case "utf-16be":
		e = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-16le without mark":
		e = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-16":
		e = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	default:
		t.Fatalf("unknown encoding %q", w.Encoding)
	}
	out, err := e.NewEncoder().Bytes(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPages reads pages in layouts that real sites use and the corpus does not hold.
func TestPages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "pages", "*.html"))
	if err != nil || len(files) < 15 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(strings.TrimSuffix(file, ".html") + ".want.json")
			if err != nil {
				t.Fatal(err)
			}
			var w want
			dec := json.NewDecoder(bytes.NewReader(raw))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&w); err != nil {
				t.Fatal(err)
			}
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if w.URL == "" {
				w.URL = "http://www.example.gov.cn/zwgk/2024/index.html"
			}
			w.check(t, Extract(Input{URL: w.URL, Body: w.encode(t, body)}))
		})
	}
}

func (w want) check(t *testing.T, r notice.Record) {
	t.Helper()
	same := func(name, got, want string) {
		if want != "" && got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	same("title", r.Title, w.Title)
	same("subject_title", r.SubjectTitle, w.Subject)
	same("kind", r.Kind, w.Kind)
	same("index_no", r.IndexNo, w.IndexNo)
	same("validity", string(r.Validity), w.Validity)
	same("source", r.Origin, w.Source)
	for name, v := range map[string]struct {
		got  string
		want json.RawMessage
	}{"number": {r.Number, w.Number}, "date_written": {r.Written.String(), w.Written}, "date_published": {r.Published.String(), w.Published},
		"date_effective": {r.Effective.String(), w.Effective}, "date_expiry": {r.Expires.String(), w.Expiry}} {
		if len(v.want) == 0 {
			continue
		}
		var s string
		if err := json.Unmarshal(v.want, &s); err != nil {
			t.Fatal(err)
		}
		if v.got != s {
			t.Errorf("%s = %q, want %q; %+v", name, v.got, s, r.Evidence[name])
		}
	}
	if !strings.Contains(r.Number, w.NumberHas) {
		t.Errorf("number = %q, want one with %q", r.Number, w.NumberHas)
	}
	if w.Issuers != nil && !slices.Equal(r.Issuers, w.Issuers) && len(r.Issuers)+len(w.Issuers) > 0 {
		t.Errorf("issuers = %q, want %q; %+v", r.Issuers, w.Issuers, r.Evidence["issuers"])
	}
	var names, urls []string
	for _, a := range r.Attachments {
		names, urls = append(names, a.Name), append(urls, a.URL)
	}
	if w.Attachments != nil && !slices.Equal(names, w.Attachments) && len(names)+len(w.Attachments) > 0 {
		t.Errorf("attachments = %q, want %q", names, w.Attachments)
	}
	for _, u := range w.FileURLs {
		if !slices.ContainsFunc(urls, func(s string) bool { return strings.HasSuffix(s, u) }) {
			t.Errorf("attachments = %q, want one at %q", urls, u)
		}
	}
	if w.Classes != nil && !slices.Contains(w.Classes, r.Class) {
		t.Errorf("class = %q, want %q", r.Class, w.Classes)
	}
	if !strings.HasPrefix(r.Body, w.First) || !strings.HasSuffix(r.Body, w.Last) {
		t.Errorf("body = %q, want %q … %q", r.Body, w.First, w.Last)
	}
	for _, s := range w.Absent {
		if strings.Contains(r.Body, s) {
			t.Errorf("body holds %q: %q", s, r.Body)
		}
	}
	for _, s := range w.Contains {
		if !strings.Contains(r.Body, s) {
			t.Errorf("body lacks %q: %q", s, r.Body)
		}
	}
	for _, p := range r.Problems {
		if slices.Contains(w.NoProblem, p.Code) {
			t.Errorf("problem %+v", p)
		}
	}
}
