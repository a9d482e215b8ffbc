package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"govwatch/extractor"
	"govwatch/extractor/classify"
	"govwatch/extractor/field"
	"govwatch/fixtures/site"
	"govwatch/internal/reader"
	"govwatch/internal/textzh"
	"govwatch/notice"
	"govwatch/notice/authority"
)

// table reads a CSV file of the corpus.
func table(t *testing.T, file string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff")))
	r.FieldsPerRecord, r.Comment, r.LazyQuotes = -1, '#', true
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %v", file, err)
	}
	return rows
}

// counts of answers by truth.
type counts map[string]*struct{ right, missed, false int }

func (c counts) add(want, got string) {
	for _, v := range []string{want, got} {
		if c[v] == nil {
			c[v] = &struct{ right, missed, false int }{}
		}
	}
	if want == got {
		c[want].right++
		return
	}
	c[want].missed++
	c[got].false++
}

// write adds a table with precision, recall and F1, and returns the macro-F1 over the truth's values.
func (c counts) write(b *strings.Builder) float64 {
	b.WriteString("\n| answer | right | missed | false | F1 |\n|---|---|---|---|---|\n")
	sum, n := 0.0, 0
	for _, k := range slices.Sorted(maps.Keys(c)) {
		v := c[k]
		f1 := 2 * float64(v.right) / float64(2*v.right+v.missed+v.false)
		fmt.Fprintf(b, "| %s | %d | %d | %d | %.4f |\n", k, v.right, v.missed, v.false, f1)
		if v.right+v.missed > 0 {
			sum, n = sum+f1, n+1
		}
	}
	return sum / float64(n)
}

// judgementSection scores class and relevance on the fifth of the labelled titles
// that was set aside before any rule was written.
func judgementSection(t *testing.T, b *strings.Builder, corpus string) {
	t.Helper()
	book, err := authority.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules := classify.New(book)
	raw, err := os.ReadFile("../../extractor/classify/testdata/labels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]map[string]string{}
	class, climate, wrong, all := counts{}, counts{}, []string{}, 0
	for s := bufio.NewScanner(strings.NewReader(string(raw))); s.Scan(); {
		p := strings.Split(s.Text(), "\t")
		if len(p) != 4 {
			continue
		}
		all++
		if digit, err := strconv.ParseInt(p[1][:1], 16, 8); err != nil || digit%5 != 0 {
			continue
		}
		if titles[p[0]] == nil {
			titles[p[0]] = map[string]string{}
			for _, row := range table(t, filepath.Join(corpus, "tables", p[0])) {
				if len(row) > 1 {
					h := sha256.Sum256([]byte(row[1]))
					titles[p[0]][hex.EncodeToString(h[:])] = row[1]
				}
			}
		}
		title, ok := titles[p[0]][p[1]]
		if !ok {
			t.Fatalf("no title %s in %s", p[1], p[0])
		}
		r := notice.Record{Title: title}
		if got := string(rules.Class(r, classify.Input{}).Class); p[2] != "-" {
			if class.add(p[2], got); got != p[2] {
				wrong = append(wrong, fmt.Sprintf("| %s | class | %s | %s |", p[1][:12], p[2], got))
			}
		}
		if p[3] != "-" {
			got := "0"
			if rules.Relevance(r).Score >= classify.Threshold {
				got = "1"
			}
			if climate.add(p[3], got); got != p[3] {
				wrong = append(wrong, fmt.Sprintf("| %s | climate | %s | %s |", p[1][:12], p[3], got))
			}
		}
	}
	fmt.Fprintf(b, "\n## Class and relevance of titles alone\n\n%d real titles are labelled. These figures are of those that were set aside by hash before any rule was written.\n", all)
	f1 := class.write(b)
	fmt.Fprintf(b, "\nClass: macro-F1 %.4f.\n", f1)
	f2 := climate.write(b)
	fmt.Fprintf(b, "\nClimate (1: concerns it): macro-F1 %.4f.\n", f2)
	if len(wrong) > 0 {
		b.WriteString("\n| title (hash) | judgement | want | got |\n|---|---|---|---|\n" + strings.Join(wrong, "\n") + "\n")
	}
	if f1 < 0.95 || f2 < 0.95 {
		t.Errorf("class %.4f, climate %.4f: want at least 0.95", f1, f2)
	}
}

// numberSection reads every number of the corpus tables and shows what is refused.
func numberSection(t *testing.T, b *strings.Builder, corpus string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus, "tables", "docnumbers_*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables of numbers: %v", err)
	}
	b.WriteString("\n## Issuing numbers: the grammar over tables of real values\n\n| table | values | read | refused | rate |\n|---|---|---|---|---|\n")
	total, read, refused := 0, 0, map[string]int{}
	for _, f := range append(files, filepath.Join(corpus, "tables", "missing-cited-docs.csv")) {
		rows := table(t, f)
		at := slices.IndexFunc(rows[0], func(h string) bool { return h == "doc_number" || h == "document_number" })
		if at < 0 {
			t.Fatalf("%s has no column of numbers", f)
		}
		n, ok := 0, 0
		for _, row := range rows[1:] {
			if at >= len(row) || strings.TrimSpace(row[at]) == "" {
				continue
			}
			n++
			if _, good := field.ParseNumber(row[at]); good {
				ok++
			} else {
				refused[strings.TrimSpace(row[at])]++
			}
		}
		fmt.Fprintf(b, "| %s | %d | %d | %d | %.2f %% |\n", filepath.Base(f), n, ok, n-ok, 100*float64(ok)/float64(n))
		total, read = total+n, read+ok
	}
	fmt.Fprintf(b, "\n%d of %d values are read (%.2f %%).", read, total, 100*float64(read)/float64(total))
	b.WriteString(listRefused(len(refused)))
	for _, v := range slices.Sorted(maps.Keys(refused)) {
		fmt.Fprintf(b, "- `%s` %d\n", cell(&v), refused[v])
	}
	taken, titles := titlesTaken(t, corpus)
	fmt.Fprintf(b, "\nOf %d titles in the tables of dates, which are not numbers, %d are taken for one.\n", titles, len(taken))
	if len(taken) > 0 {
		b.WriteByte('\n')
	}
	for _, v := range taken {
		fmt.Fprintf(b, "- %s\n", v)
	}
	if float64(read) < 0.998*float64(total) || len(taken)*2000 > titles {
		t.Errorf("%d of %d numbers are read, %d of %d titles are taken for numbers", read, total, len(taken), titles)
	}
}

func listRefused(n int) string {
	if n == 0 {
		return " None is refused.\n"
	}
	return " Refused, with how often:\n\n"
}

// titlesTaken are the titles of the corpus that the grammar takes for a number.
func titlesTaken(t *testing.T, corpus string) (taken []string, of int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus, "tables", "dates_*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables of dates: %v", err)
	}
	for _, f := range files {
		rows := table(t, f)
		at := slices.Index(rows[0], "title")
		if at < 0 {
			t.Fatalf("%s has no column of titles: %v", f, rows[0])
		}
		for _, row := range rows[1:] {
			if at >= len(row) || row[at] == "" {
				continue
			}
			of++
			if n, ok := field.ParseNumber(row[at]); ok {
				taken = append(taken, fmt.Sprintf("%s, read as %s", cell(&row[at]), n.Normal))
			}
		}
	}
	return taken, of
}

// seedPolicy is what the newsletter says of one policy.
type seedPolicy struct {
	N         int
	Title     string   `json:"zh_title"`
	Issuers   []string `json:"issuers_zh"`
	Number    string   `json:"doc_number"`
	Written   string   `json:"date_written"`
	Published string   `json:"date_published"`
	Region    string   `json:"admin_code"`
	Sectors   []string
	Targets   []seedTarget `json:"key_targets"`
}

type seedTarget struct {
	Text       string `json:"text_zh"`
	Value      any
	Unit       string
	Year       int
	BaseYear   int `json:"base_year"`
	Comparator string
}

// seedSection reads the newsletter's policies on the fixture sites with their files.
func seedSection(t *testing.T, b *strings.Builder) {
	t.Helper()
	last := time.Date(2025, 6, 1, 12, 0, 0, 0, notice.Beijing())
	world, err := site.New(func() time.Time { return last })
	if err != nil {
		t.Fatal(err)
	}
	guard, err := reader.NewGuard(reader.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := guard.Close(); err != nil {
			t.Error(err)
		}
	})
	var file struct{ Policies []seedPolicy }
	if err := json.Unmarshal(site.SeedPolicies(), &file); err != nil {
		t.Fatal(err)
	}
	s := seedScore{right: map[string]int{}, of: map[string]int{}}
	for _, d := range world.Truth() {
		if d.Seed == 0 || d.Copy {
			continue
		}
		i := slices.IndexFunc(file.Policies, func(p seedPolicy) bool { return p.N == d.Seed })
		s.policies++
		s.judge(file.Policies[i], readSeed(t, world, guard, d))
	}
	s.write(b)
	if s.policies != 25 || s.all != 47 || s.found*10 < s.all*9 || s.extra > 0 {
		t.Errorf("%d policies, %d of %d targets, %d false", s.policies, s.found, s.all, s.extra)
	}
}

func readSeed(t *testing.T, world *site.World, guard *reader.Guard, d site.Doc) notice.Record {
	t.Helper()
	ask := func(url string) ([]byte, string) {
		rec := httptest.NewRecorder()
		world.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
		if rec.Code != http.StatusOK {
			t.Fatalf("%s answers %d", url, rec.Code)
		}
		return rec.Body.Bytes(), rec.Header().Get("Content-Type")
	}
	body, contentType := ask(d.URL)
	in := extractor.Input{URL: d.URL, ContentType: contentType, Body: body, Source: &notice.Source{Region: d.Region}}
	for _, url := range d.Attachments {
		bytes, _ := ask(url)
		text, err := guard.Read(t.Context(), url, bytes)
		if err != nil {
			t.Fatal(err)
		}
		in.Attachments = append(in.Attachments, extractor.Attachment{Name: url, URL: url, Text: text})
	}
	return extractor.Extract(in)
}

type seedScore struct {
	policies, found, all, extra int
	right, of                   map[string]int
	errors                      []string
}

func (s *seedScore) field(n int, name, want, got string, ok bool) {
	s.of[name]++
	if ok {
		s.right[name]++
		return
	}
	s.errors = append(s.errors, fmt.Sprintf("| %d | %s | %s | %s |", n, name, cell(&want), cell(&got)))
}

func (s *seedScore) judge(p seedPolicy, r notice.Record) {
	s.field(p.N, "title", p.Title, r.Title, textzh.Squeeze(p.Title) == textzh.Squeeze(r.Title))
	want, got := strings.Join(p.Issuers, "、"), strings.Join(r.Issuers, "、")
	// Of policy 19 the newsletter names the lead alone.
	s.field(p.N, "issuers", want, got, want == got || p.N == 19 && len(r.Issuers) > 0 && r.Issuers[0] == p.Issuers[0])
	for _, f := range []struct{ name, want, got string }{
		{"number", p.Number, r.Number}, {"date_written", p.Written, r.Written.String()}, {"date_published", p.Published, r.Published.String()}, {"region", p.Region, r.Region},
	} {
		if f.want != "" {
			s.field(p.N, f.name, f.want, f.got, f.want == f.got)
		}
	}
	lead := len(p.Sectors) == 0 || slices.Contains(r.Sectors, p.Sectors[0])
	s.field(p.N, "sectors (first)", strings.Join(p.Sectors, " "), strings.Join(r.Sectors, " "), lead)
	s.targets(p, r)
}

// targets matches by value, unit, year, base year and comparator; a qualitative
// target has no figure and does not count.
func (s *seedScore) targets(p seedPolicy, r notice.Record) {
	used := make([]bool, len(r.Targets))
	for _, k := range p.Targets {
		v, ok := k.Value.(float64)
		if !ok {
			continue
		}
		s.all++
		hit := -1
		for i, g := range r.Targets {
			sign := string(g.Comparator) == k.Comparator || k.Comparator == "target" && g.Hedged ||
				strings.Contains("= >=", k.Comparator) && strings.Contains("= >=", string(g.Comparator))
			if hit < 0 && !used[i] && g.Value == v && g.Unit == strings.TrimSuffix(k.Unit, "/年") && g.Year == k.Year && g.BaseYear == k.BaseYear && sign {
				hit = i
			}
		}
		if hit < 0 {
			s.errors = append(s.errors, fmt.Sprintf("| %d | key target | %s | – |", p.N, cell(&k.Text)))
			continue
		}
		used[hit] = true
		s.found++
	}
	for i, g := range r.Targets {
		if !used[i] {
			s.extra++
			s.errors = append(s.errors, fmt.Sprintf("| %d | false target | – | %s |", p.N, cell(&g.Text)))
		}
	}
}

func (s *seedScore) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## The newsletter's %d policies on the fixture sites, with their files\n\n| field | right | of |\n|---|---|---|\n", s.policies)
	for _, name := range []string{"title", "issuers", "number", "date_written", "date_published", "region", "sectors (first)"} {
		fmt.Fprintf(b, "| %s | %d | %d |\n", name, s.right[name], s.of[name])
	}
	fmt.Fprintf(b, "| key targets | %d | %d |\n\n%d figures were taken for targets that are none.\n", s.found, s.all, s.extra)
	if len(s.errors) > 0 {
		b.WriteString("\n| policy | field | want | got |\n|---|---|---|---|\n" + strings.Join(s.errors, "\n") + "\n")
	}
}
