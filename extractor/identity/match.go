package identity

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

const (
	// nearBits is how many bits of two fingerprints may differ in one text with
	// lost lines or other furniture; sameBits what changes of a few words cost.
	nearBits = 6
	sameBits = 3
	// Titles of one work resemble each other at least so far.
	sureTitle  = 0.9
	closeTitle = 0.85
	nearTitle  = 0.6
)

// Match finds the work that a record is a copy of among candidates and adds the
// document to it; isNew says that there is none and the work returned is its own.
// What the copy leaves out or says otherwise is told in differs, empty when it
// agrees with the first copy.
//
// One number is one work only under one issuing body. Two numbers are two works,
// relays (转发) included, unless one has merely lost letters on the way. A draft
// (征求意见稿) or an interpretation (解读) is never a copy of its policy.
func Match(r notice.Record, fingerprint uint64, candidates []notice.Work) (w notice.Work, isNew bool, differs string) {
	probe := Probe(r, fingerprint)
	best, score := -1, 0
	for i, c := range candidates {
		s := likeness(r, probe, c)
		if s > score || s == score && s > 0 && slices.Contains(c.Documents, r.Document) {
			best, score = i, s
		}
	}
	if best < 0 {
		return probe, true, ""
	}
	w = candidates[best]
	differs = difference(probe, w)
	w = join(w, probe, differs != "")
	return w, false, differs
}

// likeness ranks a candidate: 0 is another work.
func likeness(r notice.Record, probe, c notice.Work) int {
	if nature(r.Title) != nature(c.Title) {
		return 0
	}
	bodies := shareBody(probe.Issuers, c.Issuers)
	title := similarTitle(probe.Title, c.Title)
	switch {
	case probe.Number != "" && c.Number != "":
		return byNumber(probe, c, bodies, title)
	case probe.ID == c.ID:
		return 9
	case bodies == apart || !yearsAgree(probe.Year, c.Year):
		return 0
	case title >= 0.999 && (bodies == shared || distance(probe, c) <= nearBits || probe.SimHash == 0 || c.SimHash == 0):
		return 6
	case bodies != shared || numerals(probe.Title) != numerals(c.Title):
		// Titles that differ need the body's word: 甲省… and 乙省…, 第一批 and 第二批
		// are other papers in the same words.
		return 0
	case title >= sureTitle && distance(probe, c) <= nearBits:
		return 5
	case title >= nearTitle && distance(probe, c) <= sameBits:
		return 4
	}
	return 0
}

// numerals are the figures of a title in order, Chinese ones included.
func numerals(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || strings.ContainsRune("一二三四五六七八九十", r) {
			return r
		}
		return -1
	}, textzh.Fold(title))
}

// byNumber compares two works that both bear a number.
func byNumber(probe, c notice.Work, bodies agreement, title float64) int {
	a, b := normal(probe.Number), normal(c.Number)
	switch {
	case a == b && (bodies == shared || bodies == unknown && title >= nearTitle):
		return 9
	case a == b && title >= closeTitle && distance(probe, c) <= nearBits:
		// A reposting office taken for the issuer: the text is the same.
		return 8
	case a != b && bodies != apart && title >= closeTitle && lostLetters(a, b):
		return 7
	}
	return 0
}

// lostLetters reports numbers of one year and serial, one of whose letters are the
// other's with some left out: 国能发科技〔2024〕26号 for 国能发科技规〔2024〕26号.
func lostLetters(a, b string) bool {
	x, y := number.FindStringSubmatch(a), number.FindStringSubmatch(b)
	if x == nil || y == nil || x[2] != y[2] || x[3] != y[3] {
		return false
	}
	return within(x[1], y[1]) || within(y[1], x[1])
}

// within reports that the runes of s occur in t in order.
func within(s, t string) bool {
	rest := []rune(t)
	for _, r := range s {
		i := slices.Index(rest, r)
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return len(s) > 0
}

type agreement int

const (
	unknown agreement = iota
	shared
	apart
)

// shareBody compares issuers; one copy may have lost some or all of them.
func shareBody(a, b []string) agreement {
	if len(a) == 0 || len(b) == 0 {
		return unknown
	}
	for _, x := range a {
		for _, y := range b {
			if plain(x) == plain(y) {
				return shared
			}
		}
	}
	return apart
}

func yearsAgree(a, b int) bool { return a == 0 || b == 0 || a == b }

func distance(a, b notice.Work) int {
	if a.SimHash == 0 || b.SimHash == 0 {
		return 64
	}
	return bits.OnesCount64(a.SimHash ^ b.SimHash)
}

// similarTitle compares titles without their issuers; a cover (关于印发《X》的通知)
// and a page that bears only X count as one.
func similarTitle(a, b string) float64 {
	x, y := titleKey(a), titleKey(b)
	if x == "" || y == "" {
		return 0
	}
	best := textzh.Similar(x, y)
	if in, out := inner(a), inner(b); in != "" || out != "" {
		if in == "" {
			in = x
		}
		if out == "" {
			out = y
		}
		best = max(best, textzh.Similar(in, out))
	}
	return best
}

// inner is the policy that a cover hands out: X of 关于印发《X》的通知.
func inner(title string) string {
	at := strings.Index(title, "印发")
	if at < 0 {
		return ""
	}
	rest := strings.TrimSuffix(strings.TrimSpace(title[at+len("印发"):]), "的通知")
	return plain(rest)
}

// nature separates drafts, interpretations, relays and amendments from the policies
// that they name: their titles resemble each other and they are other works.
func nature(title string) string {
	for _, n := range []struct{ name, words string }{
		{"draft", "征求意见 意见稿 草案 征询意见"}, {"interpretation", "解读 图解 一图 读懂 答记者问 问答 发布会"},
		{"relay", "转发"}, {"end", "废止 失效"}, {"amendment", "修改 修订 修正"}, {"news", "召开 会议举行"},
	} {
		for w := range strings.FieldsSeq(n.words) {
			if strings.Contains(title, w) {
				return n.name
			}
		}
	}
	return ""
}

// difference tells what a copy says otherwise than the first one.
func difference(probe, w notice.Work) string {
	var out []string
	if probe.Number != "" && w.Number != "" && normal(probe.Number) != normal(w.Number) {
		out = append(out, fmt.Sprintf("number %s, first copy %s", probe.Number, w.Number))
	}
	if lost := missing(w.Issuers, probe.Issuers); len(probe.Issuers) > 0 && len(lost) > 0 {
		out = append(out, "issuers missing: "+strings.Join(lost, "、"))
	}
	if more := missing(probe.Issuers, w.Issuers); len(w.Issuers) > 0 && len(more) > 0 {
		out = append(out, "further issuers: "+strings.Join(more, "、"))
	}
	if d := distance(probe, w); d > sameBits && d < 64 {
		out = append(out, fmt.Sprintf("text differs (%d of 64 bits)", d))
	}
	return strings.Join(out, "; ")
}

func missing(from, in []string) []string {
	var out []string
	for _, x := range from {
		if !slices.ContainsFunc(in, func(y string) bool { return plain(x) == plain(y) }) {
			out = append(out, x)
		}
	}
	return out
}

// join adds a document to a work and fills what the work does not know yet.
func join(w, probe notice.Work, differs bool) notice.Work {
	doc := probe.Documents[0]
	w.Documents = slices.Clone(w.Documents)
	first := len(w.Documents) == 0 || w.Documents[0] == doc
	if !slices.Contains(w.Documents, doc) {
		w.Documents = append(w.Documents, doc)
	}
	w.Differs = slices.DeleteFunc(slices.Clone(w.Differs), func(d notice.DocumentID) bool { return d == doc })
	if differs && !first {
		w.Differs = append(w.Differs, doc)
	}
	if w.Number == "" {
		w.Number = probe.Number
	}
	if len(probe.Issuers) > len(w.Issuers) {
		w.Issuers = probe.Issuers
	}
	if w.Year == 0 {
		w.Year = probe.Year
	}
	if w.Region == "" {
		w.Region = probe.Region
	}
	if w.SimHash == 0 || first && probe.SimHash != 0 {
		w.SimHash = probe.SimHash
	}
	return w
}

// Refers picks, from candidates, the work that a relation names; false when none
// fits or several do.
func Refers(rel notice.Relation, self notice.WorkID, candidates []notice.Work) (notice.WorkID, bool) {
	var found notice.WorkID
	for _, c := range candidates {
		if c.ID == self || nature(c.Title) != nature(rel.Title) && rel.Type != notice.Cites && nature(c.Title) != "" {
			continue
		}
		title := similarTitle(rel.Title, c.Title)
		numbers := rel.Number != "" && c.Number != "" && (normal(rel.Number) == normal(c.Number) || lostLetters(normal(rel.Number), normal(c.Number)))
		fits := numbers && (rel.Title == "" || title >= nearTitle) || (rel.Number == "" || c.Number == "") && title >= closeTitle
		if !fits {
			continue
		}
		if found != "" && found != c.ID {
			return "", false
		}
		found = c.ID
	}
	return found, found != ""
}
