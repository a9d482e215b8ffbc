package schedules_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"govwatch/notice"
	"govwatch/schedules"
)

// provinces are the 31 regions of provincial rank by the first two digits.
var provinces = strings.Fields("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65")

// leads are the bodies that issued the policies which the tracker must never miss.
var leads = []string{
	"国家能源局", "国家发展和改革委员会", "国家金融监督管理总局", "中国人民银行", "国务院办公厅", "国家市场监督管理总局", "财政部",
	"青海省数据局", "陕西省发展和改革委员会", "山东省发展和改革委员会", "北京市经济和信息化局", "贵州省工业和信息化厅", "山东省人民政府",
	"广东省人民政府", "广东省发展和改革委员会", "江苏省发展和改革委员会", "上海市人民政府办公厅", "安徽省住房和城乡建设厅",
	"泰州市住房和城乡建设局", "北京市人民政府",
}

func embedded(t *testing.T) []notice.Source {
	t.Helper()
	sources, err := schedules.Load(schedules.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func TestEmbeddedDeclarationsCoverTheCountry(t *testing.T) {
	t.Parallel()
	sources := embedded(t)
	lists, verified := 0, 0
	bodies, issuers := map[string]bool{}, map[string]bool{}
	declared, scheduled, nongov := map[string]int{}, map[string]int{}, 0
	for _, s := range sources {
		lists += len(s.Lists)
		if s.Verified != "never" {
			verified++
		}
		switch {
		case s.Level == notice.Central && !s.Branch && s.State.Scheduled():
			bodies[s.Issuer] = true
		case s.Level == notice.Provincial:
			declared[s.Region[:2]] += len(s.Lists)
			if s.State.Scheduled() {
				scheduled[s.Region[:2]] += len(s.Lists)
			}
		case s.Level == notice.Nongov:
			nongov++
			if s.State != notice.Draft {
				t.Errorf("%s: a publisher outside the state is %s, want draft", s.ID, s.State)
			}
		}
		if s.State.Scheduled() {
			issuers[s.Issuer] = true
		}
	}
	if lists < 300 {
		t.Errorf("%d lists, want at least 300", lists)
	}
	if verified > 0 {
		t.Errorf("%d sources claim a live check", verified)
	}
	if len(bodies) < 40 {
		t.Errorf("%d central bodies are scheduled, want 40", len(bodies))
	}
	for _, p := range provinces {
		if declared[p] < 4 || scheduled[p] < 3 {
			t.Errorf("province %s: %d declared and %d scheduled lists, want 4 and 3", p, declared[p], scheduled[p])
		}
	}
	for _, l := range leads {
		if !issuers[l] {
			t.Errorf("no scheduled list of %s", l)
		}
	}
	if nongov < 5 {
		t.Errorf("%d publishers outside the state, want 5", nongov)
	}
}

func TestEmbeddedDeclarationsAreHonest(t *testing.T) {
	t.Parallel()
	minutes := map[string]int{}
	for _, s := range embedded(t) {
		switch s.Confidence {
		case "verified", "known", "guess":
		default:
			t.Errorf("%s: confidence %q", s.ID, s.Confidence)
		}
		for _, l := range s.Lists {
			_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(l.URL, "https://"), "http://"), "/")
			if path == "" && s.State != notice.Draft {
				t.Errorf("%s names only a host and is %s, want draft", s.ID, s.State)
			}
		}
		if !strings.HasPrefix(s.Region, "100000") && s.Level == notice.Central && !s.Branch {
			t.Errorf("%s: a central body in region %s", s.ID, s.Region)
		}
		minute, _, _ := strings.Cut(s.Cron, " ")
		minutes[minute]++
	}
	for m, n := range minutes {
		if n > 20 {
			t.Errorf("%d sources start in minute %s: spread them", n, m)
		}
	}
}

func TestYearBoundAddressesFollowTheYear(t *testing.T) {
	t.Parallel()
	found := 0
	for _, s := range embedded(t) {
		for _, l := range s.Lists {
			if strings.Contains(l.URL, "{year}") {
				found++
			}
		}
	}
	if found < 4 {
		t.Errorf("%d lists carry {year}", found)
	}
}

// TestSurveyIsDeclared compares the declarations with the survey of sites that
// lies beside the corpus.
func TestSurveyIsDeclared(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GOVWATCH_CORPUS")
	if dir == "" {
		t.Skip("GOVWATCH_CORPUS names no folder: the survey is not compared")
	}
	b, err := os.ReadFile(filepath.Join(dir, "..", "data", "sources.json"))
	if err != nil {
		t.Fatal(err)
	}
	var survey []struct {
		ID, Issuer, Confidence string
		Code                   string `json:"admin_code"`
		URL                    string `json:"listing_url"`
	}
	if err := json.Unmarshal(b, &survey); err != nil {
		t.Fatal(err)
	}
	byID := map[notice.SourceID]notice.Source{}
	for _, s := range embedded(t) {
		byID[s.ID] = s
	}
	for _, e := range survey {
		s, ok := byID[notice.SourceID(e.ID)]
		if !ok {
			t.Errorf("%s is not declared", e.ID)
			continue
		}
		if s.Confidence != e.Confidence || s.Region != e.Code {
			t.Errorf("%s: confidence %s region %s, want %s %s", s.ID, s.Confidence, s.Region, e.Confidence, e.Code)
		}
		if u := s.Lists[0].URL; u != e.URL && !strings.Contains(u, "{year}") {
			t.Errorf("%s: list %s, want %s", s.ID, u, e.URL)
		}
	}
}
