package classify

import (
	"regexp"
	"sort"
	"strings"

	"govwatch/notice"
)

var (
	// chained is a run of further titles after one: what follows them is said of all.
	chained = regexp.MustCompile(`^(?:\s*[、和及与以]*\s*《[^》]*》(?:\s*[（(][^（）()]*[）)])?)+`)
)

// windowBytes is how far around a reference its words are looked for.
const windowBytes = 120

// Relations finds the documents that a record refers to, by quoted title or by
// number, with what it does to them. One reference is kept for each document and
// type, the surest; its span lies in the body, or in the title for what the title
// says.
func Relations(r notice.Record) []notice.Relation {
	var all []notice.Relation
	all = append(all, fromTitle(r)...)
	all = append(all, fromBody(r)...)
	own := plain(r.SubjectTitle)
	if own == "" {
		own = plain(r.Title)
	}
	seen := map[string]int{}
	var out []notice.Relation
	for _, x := range all {
		if x.Type == notice.Cites && (own != "" && strings.Contains(own, plain(x.Title)) && x.Title != "" || !isDocument(x)) || x.Number != "" && x.Number == r.Number && x.Type == notice.Cites {
			continue
		}
		key := string(x.Type) + plain(x.Title)
		if x.Title == "" {
			key += x.Number
		}
		if i, ok := seen[key]; ok {
			if out[i].Number == "" {
				out[i].Number = x.Number
			}
			out[i].Confidence = max(out[i].Confidence, x.Confidence)
			continue
		}
		seen[key] = len(out)
		out = append(out, x)
	}
	return out
}

// isDocument reports a reference that names a document: it bears a number, or its
// title ends as such titles do. Forms, certificates and contracts stand in quotation
// marks too, and short names (《办法》) repeat a document that was named before.
func isDocument(x notice.Relation) bool {
	t := plain(x.Title)
	return x.Number != "" || len(t) >= 15 && endingOf(t) != "" && !strings.HasSuffix(t, "协议")
}

// plain is a title as it is compared: without white space and trailing brackets.
func plain(s string) string {
	s = squeezeTitle(s)
	return withoutTail(s)
}

// fromTitle reads what the title itself says: an interpretation of 《X》, a draft
// of X, a relay of X, an amendment or an end of 《X》.
func fromTitle(r notice.Record) []notice.Relation {
	t := squeezeTitle(r.Title)
	var out []notice.Relation
	for _, q := range quotations(t, maxReferences) {
		x := notice.Relation{Title: q.title, Number: compact(q.number), Confidence: 0.9, Span: notice.Span{Text: "title", Start: q.start, End: q.end}}
		before := t[:q.start]
		switch {
		case r.Class == notice.Interpretation:
			x.Type = notice.Interprets
		case r.Class == notice.DraftClass:
			x.Type, x.Title = notice.DraftOf, finalTitle(x.Title)
		case strings.Contains(before, "修改") || strings.Contains(before, "修订") || strings.Contains(before, "修正"):
			x.Type = notice.Amends
		case strings.Contains(before, "废止") || strings.Contains(before, "失效"):
			x.Type = notice.Repeals
		case strings.Contains(before, "转发"):
			x.Type = notice.Relays
		case strings.Contains(before, "贯彻") || strings.Contains(before, "落实"):
			x.Type = notice.Implements
		default:
			continue
		}
		out = append(out, x)
	}
	if len(out) > 0 {
		return out
	}
	if r.Class == notice.DraftClass {
		return []notice.Relation{{Type: notice.DraftOf, Title: finalTitle(t), Confidence: 0.6, Span: notice.Span{Text: "title", End: len(t)}}}
	}
	if i := strings.Index(t, "转发"); i >= 0 && strings.HasSuffix(t, "的通知") {
		inner := strings.TrimSuffix(t[i+len("转发"):], "的通知")
		if len(inner) > 18 && !strings.Contains(inner, "《") {
			return []notice.Relation{{Type: notice.Relays, Title: inner, Confidence: 0.7, Span: notice.Span{Text: "title", Start: i + len("转发"), End: i + len("转发") + len(inner)}}}
		}
	}
	return nil
}

var draftWords = regexp.MustCompile(`[（(][^（）()]{0,10}(?:征求意见稿|意见稿|草案|送审稿|稿)[）)]|征求意见稿|关于(?:公开|再次公开)?(?:征求|征询)|意见的(?:公告|通知|函|通告)`)

// finalTitle is the title that a draft is to bear once it is issued.
func finalTitle(s string) string { return draftWords.ReplaceAllString(s, "") }

// compact removes spaces and gives the brackets of a number their standard form.
func compact(s string) string {
	return standardBrackets.Replace(squeezeTitle(s))
}

// standardBrackets is built once: a Replacer is safe for concurrent use.
var standardBrackets = strings.NewReplacer("[", "〔", "]", "〕", "﹝", "〔", "﹞", "〕", "［", "〔", "］", "〕")

// fromBody reads references in the running text.
func fromBody(r notice.Record) []notice.Relation {
	var out []notice.Relation
	add := func(q quotation, kind func(left, right string) (notice.RelationType, float64)) {
		x := notice.Relation{Title: squeezeTitle(q.title), Number: compact(q.number), Span: notice.Span{Text: "body", Start: q.start, End: q.end}}
		left := near(r.Body[:q.start], windowBytes)
		right := r.Body[q.end:min(len(r.Body), q.end+4*windowBytes)]
		if strings.HasPrefix(strings.TrimLeft(right, " \u3000、和及与以\n"), "《") {
			right = chained.ReplaceAllString(right, "")
		}
		x.Type, x.Confidence = kind(left, right)
		if n := len(out); n > 0 && x.Type == notice.Cites && out[n-1].Span.End <= q.start && strings.Trim(r.Body[out[n-1].Span.End:q.start], " 、和及与以\u3000") == "" {
			// 贯彻落实《甲》《乙》: what is said of the first is said of the second.
			x.Type, x.Confidence = out[n-1].Type, out[n-1].Confidence
		}
		if x.Type == notice.DraftOf {
			x.Title = finalTitle(x.Title)
		}
		out = append(out, x)
	}
	judge := func(left, right string) (notice.RelationType, float64) { return kindOfReference(left, right, r) }
	for _, q := range quotations(r.Body, maxReferences) {
		add(q, judge)
	}
	quoted := len(out)
	for _, q := range bareNumbers(r.Body, maxReferences) {
		if compact(q.number) != r.Number && !inside(out[:quoted], q.start) {
			add(q, judge)
		}
	}
	return out
}

// maxReferences bounds the references of one text; repeal lists name hundreds.
const maxReferences = 600

func inside(list []notice.Relation, at int) bool {
	i := sort.Search(len(list), func(i int) bool { return list[i].Span.End > at })
	return i < len(list) && at >= list[i].Span.Start
}

// kindOfReference judges by the words on both sides of a reference, within the
// sentence and up to the next quoted title.
func kindOfReference(left, right string, r notice.Record) (notice.RelationType, float64) {
	left, right = lastPart(left), firstPart(right)
	switch {
	case containsAny(head(right, 39), []string{"废止", "停止执行", "不再执行"}) || endsNear(right, 24, "失效") || containsAny(near(left, 60), []string{"废止", "停止执行", "宣布失效"}):
		if r.SubjectTitle != "" && strings.Contains(right, "同时废止") {
			return notice.Replaces, 0.8
		}
		return notice.Repeals, 0.85
	case containsAny(right, []string{"作如下修改", "作出如下修改", "修改为", "予以修改", "进行修改"}) || strings.Contains(r.Title, "修改") && containsAny(near(left, 45), []string{"修改", "修订", "修正"}):
		return notice.Amends, 0.85
	case strings.Contains(right, "转发"):
		return notice.Relays, 0.85
	case r.Class == notice.Interpretation && strings.Contains(left, "解读"):
		return notice.Interprets, 0.6
	case r.Class == notice.DraftClass && strings.Contains(right, "征求意见"):
		return notice.DraftOf, 0.7
	case containsAny(near(left, 100), []string{"贯彻", "落实"}):
		return notice.Implements, 0.85
	case containsAny(near(left[max(0, strings.LastIndex(left, "，")):], 36), []string{"执行", "实施"}):
		return notice.Implements, 0.65
	}
	return notice.Cites, 0.7
}

func endsNear(s string, n int, word string) bool {
	i := strings.Index(s, word)
	return i >= 0 && i <= n
}

// head is the beginning of s, about n bytes.
func head(s string, n int) string { return s[:min(len(s), n)] }

// lastPart is what follows the last stop or quoted title; firstPart what precedes the first.
func lastPart(s string) string {
	for _, stop := range []string{"。", "；", "》", "\n"} {
		if i := strings.LastIndex(s, stop); i >= 0 {
			s = s[i+len(stop):]
		}
	}
	return s
}

func firstPart(s string) string {
	if len(s) > windowBytes {
		s = s[:windowBytes]
	}
	for _, stop := range []string{"。", "；", "《", "\n"} {
		if i := strings.Index(s, stop); i >= 0 {
			s = s[:i]
		}
	}
	return s
}
