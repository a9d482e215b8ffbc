package reader

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// numbering gives paragraphs of a Word document the numbers that Word generates
// (第一条, （一）, 1.), which are not in the text of the file.
type numbering struct {
	lists  map[string]*numberedList // by numId
	styles map[string]listPlace     // by style ID
}

// listPlace is the list and level of a paragraph.
type listPlace struct {
	list  string
	level int
}

const listLevels = 9

// numberedList holds the levels of one abstract list and their counters, which
// all lists made of it share.
type numberedList struct {
	levels [listLevels]listLevel
	count  [listLevels]int
}

type listLevel struct {
	start        int
	format, text string
	suffix       string
}

type numberingXML struct {
	Abstract []struct {
		ID     string `xml:"abstractNumId,attr"`
		Levels []struct {
			Level  int      `xml:"ilvl,attr"`
			Start  *wordVal `xml:"start"`
			Format wordVal  `xml:"numFmt"`
			Text   wordVal  `xml:"lvlText"`
			Suffix wordVal  `xml:"suff"`
		} `xml:"lvl"`
	} `xml:"abstractNum"`
	Nums []struct {
		ID       string  `xml:"numId,attr"`
		Abstract wordVal `xml:"abstractNumId"`
	} `xml:"num"`
}

type wordVal struct {
	Val string `xml:"val,attr"`
}

type stylesXML struct {
	Styles []struct {
		ID    string  `xml:"styleId,attr"`
		Level wordVal `xml:"pPr>numPr>ilvl"`
		Num   wordVal `xml:"pPr>numPr>numId"`
	} `xml:"style"`
}

// readNumbering returns an empty numbering for a document without lists or with
// damaged ones: the text is worth more than its numbers.
func readNumbering(p pack) numbering {
	n := numbering{lists: map[string]*numberedList{}, styles: map[string]listPlace{}}
	b, err := p.read("word/numbering.xml")
	if err != nil { // an optional part
		return n
	}
	var def numberingXML
	if err := xml.Unmarshal(b, &def); err != nil {
		return n
	}
	abstract := make(map[string]*numberedList, len(def.Abstract))
	for _, a := range def.Abstract {
		l := &numberedList{}
		for _, v := range a.Levels {
			if v.Level < 0 || v.Level >= listLevels {
				continue
			}
			start := 1
			if v.Start != nil {
				start = atoi(v.Start.Val)
			}
			l.levels[v.Level] = listLevel{start: start, format: v.Format.Val, text: v.Text.Val, suffix: v.Suffix.Val}
		}
		abstract[a.ID] = l
	}
	for _, num := range def.Nums {
		if l, ok := abstract[num.Abstract.Val]; ok {
			n.lists[num.ID] = l
		}
	}
	n.readStyles(p)
	return n
}

func (n *numbering) readStyles(p pack) {
	b, err := p.read("word/styles.xml")
	if err != nil { // an optional part
		return
	}
	var def stylesXML
	if err := xml.Unmarshal(b, &def); err != nil {
		return
	}
	for _, s := range def.Styles {
		if s.Num.Val != "" {
			n.styles[s.ID] = listPlace{s.Num.Val, atoi(s.Level.Val)}
		}
	}
}

// label counts the paragraph and returns what Word prints before it, with a
// blank after it where Word leaves room and no mark ends the number.
func (n *numbering) label(at listPlace) string {
	l := n.lists[at.list]
	if l == nil || at.level < 0 || at.level >= listLevels {
		return ""
	}
	level := l.levels[at.level]
	l.count[at.level]++
	for i := at.level + 1; i < listLevels; i++ {
		l.count[i] = 0
	}
	if level.format == "bullet" || level.format == "none" || level.text == "" {
		return ""
	}
	out := level.text
	for i := range at.level + 1 {
		v := l.levels[i].start + max(l.count[i], 1) - 1
		out = strings.ReplaceAll(out, "%"+strconv.Itoa(i+1), countText(v, l.levels[i].format))
	}
	if level.suffix != "nothing" && !strings.HasSuffix(out, "、") && !strings.HasSuffix(out, "）") && !strings.HasSuffix(out, " ") {
		out += " "
	}
	return out
}

// countText writes a counter in one of the formats of ECMA-376 17.18.59 that
// Chinese documents use; others are written in digits.
func countText(v int, format string) string {
	switch format {
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
		"taiwaneseCountingThousand", "ideographDigital", "chineseLegalSimplified":
		return hanCount(v)
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if v >= 1 && v <= 20 {
			return string(rune('①' + v - 1))
		}
	case "decimalFullWidth", "decimalFullWidth2":
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.Itoa(max(v, 0)))
	case "lowerLetter", "upperLetter":
		if v >= 1 && v <= 26 {
			letter := string(rune('a' + v - 1))
			if format == "upperLetter" {
				return strings.ToUpper(letter)
			}
			return letter
		}
	case "ideographTraditional":
		if stems := []rune("甲乙丙丁戊己庚辛壬癸"); v >= 1 && v <= len(stems) {
			return string(stems[v-1])
		}
	case "lowerRoman", "upperRoman":
		if v >= 1 && v <= 39 {
			roman := strings.Repeat("x", v/10) + []string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}[v%10]
			if format == "upperRoman" {
				return strings.ToUpper(roman)
			}
			return roman
		}
	}
	return strconv.Itoa(v)
}

// hanCount writes 1 to 9999 in Chinese numerals.
func hanCount(v int) string {
	if v <= 0 || v > 9999 {
		return strconv.Itoa(v)
	}
	digits := []rune("零一二三四五六七八九")
	var b strings.Builder
	zero := false
	for _, u := range []struct {
		size int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := v / u.size % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteRune('零')
			zero = false
		}
		if d != 1 || u.size != 10 || b.Len() > 0 {
			b.WriteRune(digits[d])
		}
		b.WriteString(u.name)
	}
	return b.String()
}

func atoi(s string) int {
	v, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil { // a missing value means 0
		return 0
	}
	return v
}
