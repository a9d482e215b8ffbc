package compare

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"

	"govwatch/notice"
)

// diffTimeout bounds one comparison; past it the difference is coarser, not wrong.
const diffTimeout = 200 * time.Millisecond

var (
	// amount is a figure with what makes it one: decimals, a percent sign, a counting word.
	amount = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?\s*(?:%|[\p{Han}])?`)
	// calendar is a date or a part of one.
	calendar = regexp.MustCompile(`\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日`)
	// binding words turn a clause around when they come or go.
	binding = regexp.MustCompile(`不|应|须|得|禁|无|非|除|未|免|以上|以下|全部|可|必|超|低于|高于|暂停|取消`)
)

// edit judges one paragraph that was edited.
func (c *comparison) edit(before, after string) {
	if keyOf(before) == keyOf(after) {
		return
	}
	parts := diff(before, after)
	c.lines = append(c.lines, render(parts))
	switch dates, figures := datesDiffer(before, after), figuresDiffer(before, after); {
	case figures:
		c.mean(notice.FigureAltered)
		if dates {
			c.mean(notice.DateAltered)
		}
		return
	case dates:
		c.mean(notice.DateAltered)
		return
	}
	c.mean(wording(parts))
}

// slip reports a change so small that it corrects the writing and nothing else.
func slip(before, after string) bool {
	return !figuresDiffer(before, after) && !datesDiffer(before, after) && wording(diff(before, after)) == notice.Typo
}

func figuresDiffer(before, after string) bool {
	strip := func(s string) string { return calendar.ReplaceAllString(s, "") }
	return figuresOf(strip(before)) != figuresOf(strip(after))
}

func figuresOf(s string) string {
	found := amount.FindAllString(s, -1)
	for i, f := range found {
		found[i] = strings.NewReplacer(",", "", " ", "").Replace(f)
	}
	return strings.Join(found, " ")
}

func datesDiffer(before, after string) bool {
	return strings.Join(calendar.FindAllString(before, -1), " ") != strings.Join(calendar.FindAllString(after, -1), " ")
}

const (
	// typoRunes is how many signs a slip of the pen changes in one paragraph.
	typoRunes = 4
	// clauseRunes is the least length of words that form a clause of their own.
	clauseRunes = 10
)

// wording tells a slip from a clause that came, went or was put otherwise.
func wording(parts []diffmatchpatch.Diff) notice.Meaning {
	gone, come := "", ""
	for _, p := range parts {
		switch p.Type {
		case diffmatchpatch.DiffDelete:
			gone += keyOf(p.Text)
		case diffmatchpatch.DiffInsert:
			come += keyOf(p.Text)
		}
	}
	g, n := len([]rune(gone)), len([]rune(come))
	switch {
	case max(g, n) <= typoRunes && !binding.MatchString(gone) && !binding.MatchString(come):
		return notice.Typo
	case g == 0 && n >= clauseRunes:
		return notice.ClauseAdded
	case n == 0 && g >= clauseRunes:
		return notice.ClauseRemoved
	}
	return notice.ClauseReworded
}

// diff compares two paragraphs by words: a Han character is one, a number with its
// decimals one, a run of Latin letters one.
func diff(before, after string) []diffmatchpatch.Diff {
	ids := map[string]rune{}
	var words []string
	encode := func(s string) []rune {
		var out []rune
		for _, w := range tokens(s) {
			id, ok := ids[w]
			if !ok {
				id = tokenRune(len(words))
				ids[w] = id
				words = append(words, w)
			}
			out = append(out, id)
		}
		return out
	}
	b, a := encode(before), encode(after)
	d := diffmatchpatch.New()
	d.DiffTimeout = diffTimeout
	parts := d.DiffCleanupSemantic(d.DiffMainRunes(b, a, false))
	for i := range parts {
		var text strings.Builder
		for _, r := range parts[i].Text {
			text.WriteString(words[tokenIndex(r)])
		}
		parts[i].Text = text.String()
	}
	return parts
}

// tokenRune gives the n-th word a rune that survives UTF-8: surrogates do not.
func tokenRune(n int) rune {
	r := rune(n + 1)
	if r >= 0xD800 {
		r += 0x800
	}
	return r
}

func tokenIndex(r rune) int {
	if r >= 0xE000 {
		r -= 0x800
	}
	return int(r) - 1
}

// tokens cuts a paragraph into the words that a difference is told in.
func tokens(s string) []string {
	var out []string
	start, last := 0, 0
	for i, r := range s {
		kind := 0
		switch {
		case r >= '0' && r <= '9' || r == '.' && last == 1:
			kind = 1
		case r < 0x80 && unicode.IsLetter(r):
			kind = 2
		}
		if i > start && (kind == 0 || kind != last) {
			out = append(out, s[start:i])
			start = i
		}
		last = kind
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// contextRunes is how much of what stayed is shown beside a change.
const contextRunes = 14

// render writes a difference with a little of what stands around it.
func render(parts []diffmatchpatch.Diff) string {
	var b strings.Builder
	for i, p := range parts {
		switch p.Type {
		case diffmatchpatch.DiffDelete:
			b.WriteString("[-" + clip(p.Text) + "-]")
		case diffmatchpatch.DiffInsert:
			b.WriteString("{+" + clip(p.Text) + "+}")
		default:
			b.WriteString(around(p.Text, i > 0, i+1 < len(parts)))
		}
	}
	return b.String()
}

// around shortens a passage that stayed to its ends next to changes.
func around(s string, left, right bool) string {
	r := []rune(s)
	keep := 0
	if left {
		keep += contextRunes
	}
	if right {
		keep += contextRunes
	}
	if len(r) <= keep+2 {
		return s
	}
	out := ""
	if left {
		out = string(r[:contextRunes])
	}
	out += "…"
	if right {
		out += string(r[len(r)-contextRunes:])
	}
	return out
}
