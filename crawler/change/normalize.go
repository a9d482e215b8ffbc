// Package change decides what a visit means for a document: new, edited,
// cosmetic, same, missing, gone, returned or reverted. It is pure and knows
// nothing of the network or the tracker. What an edit says is not its affair:
// extractor/compare reads that from the records. Start reading at decide.go.
package change

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"govwatch/crawler/family"
	"govwatch/internal/textzh"
	"govwatch/internal/urlx"
)

// Text is the comparable text of one state of a document: what its publisher
// says in it, without what the site puts around it. Two pages with one Hash say
// the same.
type Text struct {
	// Hash is the SHA-256, in hex, over title, head table, article and
	// attachments; breaks between lines and all white space are left out of it.
	Hash string
	// Lines are the parts in reading order, marked by Kind, white space removed.
	Lines []Line
}

// Line is one comparable statement.
type Line struct {
	Kind LineKind
	Text string
}

// LineKind says where a line stands.
type LineKind byte

// Kinds of lines.
const (
	TitleLine  LineKind = 't'
	HeadLine   LineKind = 'h'
	BodyLine   LineKind = 'b'
	AttachLine LineKind = 'a'
)

// Size is the number of bytes of comparable text.
func (t Text) Size() int {
	n := 0
	for _, l := range t.Lines {
		n += len(l.Text)
	}
	return n
}

// Normalize reads the comparable text of a page.
func Normalize(p family.Page) Text { return NormalizeLayout(family.Read(p)) }

// NormalizeLayout is Normalize for a page whose layout was read already. Noise
// falls away by structure: furniture of the layout, facts that count or measure
// (visits, today, print time), and everything outside head and article.
func NormalizeLayout(l family.Layout) Text {
	var lines []Line
	if len(l.Titles) > 0 {
		lines = add(lines, TitleLine, l.Titles[0].Text)
	}
	var facts []Line
	for _, f := range l.HeadTable {
		if headFact(f.Label) && f.Value != "" {
			facts = add(facts, HeadLine, f.Label+"="+f.Value)
		}
	}
	// The order of facts is the template's, not the publisher's.
	slices.SortFunc(facts, func(a, b Line) int { return strings.Compare(a.Text, b.Text) })
	lines = append(lines, slices.Compact(facts)...)
	for i := l.From; i < l.To && i < len(l.Lines); i++ {
		if t := l.LineText(i); !l.Lines[i].Cut && !volatile(t) {
			lines = add(lines, BodyLine, t)
		}
	}
	for _, a := range l.Attachments {
		lines = add(lines, AttachLine, a.Name+"|"+address(a.URL))
	}
	return finish(lines)
}

// NormalizeFile reads the comparable text of a file by the text that was read
// from it. Without text the bytes themselves are compared.
func NormalizeFile(text string, body []byte) Text {
	var lines []Line
	for l := range strings.Lines(text) {
		lines = add(lines, BodyLine, l)
	}
	if t := finish(lines); t.Size() >= fewBytes {
		return t
	}
	sum := sha256.Sum256(body)
	return finish([]Line{{BodyLine, "sha256:" + hex.EncodeToString(sum[:])}})
}

// fewBytes is the text below which a file counts as a picture: a scan yields a
// page number or a stamp, and its pictures are what changes.
const fewBytes = 60

func add(lines []Line, kind LineKind, text string) []Line {
	if t := textzh.Squeeze(textzh.Fold(text)); t != "" {
		lines = append(lines, Line{kind, t})
	}
	return lines
}

func finish(lines []Line) Text {
	h := sha256.New()
	last := LineKind(0)
	for _, l := range lines {
		// A separator between kinds and between facts, none between paragraphs:
		// a new template may break the same article elsewhere.
		if l.Kind != last || l.Kind != BodyLine {
			h.Write([]byte{0x1f, byte(l.Kind)})
		}
		h.Write([]byte(l.Text))
		last = l.Kind
	}
	return Text{Hash: hex.EncodeToString(h.Sum(nil)), Lines: lines}
}

// headFact keeps facts about the document; "other" holds counters, font sizes
// and share buttons as often as facts.
func headFact(label string) bool {
	switch label {
	case "index_no", "category", "issuer", "date_written", "title", "number", "date_published",
		"date_effective", "date_expiry", "validity", "source", "subject_words", "date":
		return true
	}
	return false
}

// measured are lines that count or tell the time of the visit.
var measured = regexp.MustCompile(`^(?:[\[【(（]?\s*)?(?:浏览|阅读|点击|访问|查看|人气|浏览次数|阅读次数|点击次数|点击数|点击量|访问量|浏览量|阅读量|访问次数|下载次数|打印时间|打印日期|当前时间|现在时间|今天是|今日|页面生成时间|更新于)\s*(?:数|次数|量)?\s*[:：]?\s*[\d\s年月日:：\-/.,，次人星期一二三四五六天]*[\]】)）]?$`)

// neighbours begin lines about other documents.
var neighbours = regexp.MustCompile(`^(?:上一篇|下一篇|上一条|下一条|前一篇|后一篇|上篇|下篇)\s*[:：]?`)

func volatile(line string) bool {
	t := strings.TrimSpace(line)
	if len(t) > 240 {
		return false
	}
	return measured.MatchString(t) || neighbours.MatchString(t)
}

// address drops what changes with each visit from the address of a file.
func address(raw string) string {
	if id, err := urlx.Identity(raw); err == nil {
		return id
	}
	return raw
}
