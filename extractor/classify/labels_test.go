package classify_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"govwatch/extractor/classify"
	"govwatch/notice"
	"govwatch/notice/authority"
)

// label is one title judged by hand. The titles stay in the tables they come
// from; the label names them by table and hash.
type label struct {
	table, hash string
	class       notice.Class
	climate     string
	title       string
}

// aside reports a title of the fifth that was set aside before any rule was written.
func (l label) aside(t testing.TB) bool {
	t.Helper()
	n, err := strconv.ParseInt(l.hash[:1], 16, 8)
	if err != nil {
		t.Fatalf("label %s: %v", l.hash, err)
	}
	return n%5 == 0
}

func rules(t testing.TB) *classify.Rules {
	t.Helper()
	b, err := authority.Load()
	if err != nil {
		t.Fatal(err)
	}
	return classify.New(b)
}

// labels reads the label file and finds each title in its table.
func labels(t *testing.T) []label {
	t.Helper()
	root := os.Getenv("GOVWATCH_CORPUS")
	if root == "" {
		t.Skip("GOVWATCH_CORPUS is not set: the labelled titles are not here, accuracy of class and relevance is NOT checked")
	}
	f, err := os.Open("testdata/labels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	var out []label
	tables := map[string]map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		p := strings.Split(s.Text(), "\t")
		if len(p) != 4 {
			continue
		}
		if tables[p[0]] == nil {
			tables[p[0]] = titles(t, filepath.Join(root, "tables", p[0]))
		}
		title, ok := tables[p[0]][p[1]]
		if !ok {
			t.Fatalf("label %s: no such title in %s", p[1], p[0])
		}
		out = append(out, label{p[0], p[1], notice.Class(p[2]), p[3], title})
	}
	if len(out) < 400 {
		t.Fatalf("%d labels, want at least 400", len(out))
	}
	return out
}

// titles maps the hash of each title of a table to the title.
func titles(t *testing.T, path string) map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	r := csv.NewReader(f)
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	out := map[string]string{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(row) > 1 {
			h := sha256.Sum256([]byte(row[1]))
			out[hex.EncodeToString(h[:])] = row[1]
		}
	}
}

// confusion counts answers by truth.
type confusion map[[2]string]int

// macroF1 is the mean F1 of the classes that occur in the truth.
func (c confusion) macroF1() float64 {
	classes := map[string]bool{}
	for k := range c {
		classes[k[0]] = true
	}
	sum := 0.0
	for class := range classes {
		tp, fp, fn := 0, 0, 0
		for k, n := range c {
			switch {
			case k[0] == class && k[1] == class:
				tp += n
			case k[1] == class:
				fp += n
			case k[0] == class:
				fn += n
			}
		}
		sum += 2 * float64(tp) / float64(2*tp+fp+fn)
	}
	return sum / float64(len(classes))
}

func (c confusion) String() string {
	var lines []string
	for k, n := range c {
		if k[0] != k[1] {
			lines = append(lines, k[0]+" read as "+k[1]+": "+strconv.Itoa(n))
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "; ")
}

func TestClassAndRelevanceOfRealTitles(t *testing.T) {
	t.Parallel()
	u := rules(t)
	class := map[bool]confusion{true: {}, false: {}}
	climate := map[bool]confusion{true: {}, false: {}}
	for _, l := range labels(t) {
		aside := l.aside(t)
		r := notice.Record{Title: l.title}
		if l.class != "-" {
			got := u.Class(r, classify.Input{})
			class[aside][[2]string{string(l.class), string(got.Class)}]++
			if !aside && got.Class != l.class {
				t.Logf("%s: read %s by %s %q, want %s", l.title, got.Class, got.Rule, got.Words, l.class)
			}
		}
		if l.climate != "-" {
			rel := u.Relevance(r)
			got := "0"
			if rel.Score >= classify.Threshold {
				got = "1"
			}
			climate[aside][[2]string{l.climate, got}]++
			if !aside && got != l.climate {
				t.Logf("%s: relevance %.2f by %s %v, want %s", l.title, rel.Score, rel.Rule, rel.Words, l.climate)
			}
		}
	}
	for name, c := range map[string]map[bool]confusion{"class": class, "relevance": climate} {
		for _, aside := range []bool{false, true} {
			f1 := c[aside].macroF1()
			t.Logf("%s, set aside %v: macro-F1 %.4f (%v)", name, aside, f1, c[aside])
			if f1 < 0.95 {
				t.Errorf("%s, set aside %v: macro-F1 %.4f, want at least 0.95", name, aside, f1)
			}
		}
	}
}
