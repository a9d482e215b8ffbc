package classify

import (
	"regexp"
	"strings"

	"govwatch/notice"
)

var (
	// named is a quoted title with the number that may follow it in brackets.
	named = regexp.MustCompile(`《([^《》]*(?:[〈《][^《》〈〉]*[〉》][^《》]*)*)》(?:\s*[（(]([^（）()]{4,40}号)[）)])?`)
	// numbered is a document number that stands without a title.
	numbered = regexp.MustCompile(`\p{Han}{1,14}[〔\[﹝]\s*(?:19|20)\d\d\s*[〕\]﹞]\s*\d{1,5}\s*号`)

	// chained is a run of further titles after one: what follows them is said of all.
	chained = regexp.MustCompile(`^(?:\s*[、和及与以]*\s*《[^》]*》(?:\s*[（(][^（）()]*[）)])?)+`)

	carries   = regexp.MustCompile(`(?:贯彻|落实|执行|实施)[^。；《》]{0,30}$`)
	amending  = regexp.MustCompile(`(?:修改|修订|修正|对)[^。；《》]{0,12}$`)
	amended   = regexp.MustCompile(`^[^。；《》]{0,12}(?:作如下修改|作出如下修改|修改为|予以修改|进行修改)`)
	repealing = regexp.MustCompile(`(?:废止|停止执行|宣布失效)[^。；《》]{0,16}$`)
	repealed  = regexp.MustCompile(`^[^。；《》]{0,24}(?:同时废止|予以废止|即行废止|自动废止|废止|停止执行|不再执行|失效)`)
	relaying  = regexp.MustCompile(`(?:转发|现将)[^。；《》]{0,40}$`)
	relayed   = regexp.MustCompile(`^[^。；《》]{0,20}转发(?:给你们|如下|你们)`)
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
		if plain(x.Title) == own && x.Type == notice.Cites || x.Number != "" && x.Number == r.Number && x.Type == notice.Cites {
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

// plain is a title as it is compared: without white space and trailing brackets.
func plain(s string) string {
	s = squeezeTitle(s)
	return strings.TrimSpace(tail.ReplaceAllString(s, ""))
}

// fromTitle reads what the title itself says: an interpretation of 《X》, a draft
// of X, a relay of X, an amendment or an end of 《X》.
func fromTitle(r notice.Record) []notice.Relation {
	t := squeezeTitle(r.Title)
	var out []notice.Relation
	for _, m := range named.FindAllStringSubmatchIndex(t, -1) {
		x := notice.Relation{Title: t[m[2]:m[3]], Confidence: 0.9, Span: notice.Span{Text: "title", Start: m[0], End: m[1]}}
		if m[4] >= 0 {
			x.Number = compact(t[m[4]:m[5]])
		}
		before := t[:m[0]]
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
	return strings.NewReplacer("[", "〔", "]", "〕", "﹝", "〔", "﹞", "〕", "［", "〔", "］", "〕").Replace(squeezeTitle(s))
}

// fromBody reads references in the running text.
func fromBody(r notice.Record) []notice.Relation {
	var out []notice.Relation
	taken := 0
	for _, m := range named.FindAllStringSubmatchIndex(r.Body, -1) {
		x := notice.Relation{Title: squeezeTitle(r.Body[m[2]:m[3]]), Span: notice.Span{Text: "body", Start: m[0], End: m[1]}}
		if m[4] >= 0 {
			x.Number = compact(r.Body[m[4]:m[5]])
		}
		left := near(r.Body[:m[0]], windowBytes)
		right := chained.ReplaceAllString(r.Body[m[1]:min(len(r.Body), m[1]+4*windowBytes)], "")
		x.Type, x.Confidence = kindOfReference(left, right, r)
		if x.Type == notice.DraftOf {
			x.Title = finalTitle(x.Title)
		}
		out = append(out, x)
		if taken++; taken >= maxReferences {
			break
		}
	}
	for _, m := range numbered.FindAllStringIndex(r.Body, maxReferences) {
		if inside(out, m[0]) {
			continue
		}
		m[0] += leading(r.Body[m[0]:m[1]])
		x := notice.Relation{Number: compact(r.Body[m[0]:m[1]]), Span: notice.Span{Text: "body", Start: m[0], End: m[1]}}
		if x.Number == r.Number {
			continue
		}
		x.Type, x.Confidence = kindOfReference(near(r.Body[:m[0]], windowBytes), r.Body[m[1]:min(len(r.Body), m[1]+windowBytes)], r)
		out = append(out, x)
	}
	return out
}

// leading is the length of the words that run into a number's letters: 根据国办发〔2021〕3号.
func leading(s string) int {
	cut := 0
	bracket := strings.IndexAny(s, "〔[﹝")
	for _, w := range []string{"根据", "按照", "依据", "依照", "贯彻", "落实", "执行", "转发", "参照", "详见", "废止", "印发", "以及", "文件", "通知", "和", "与", "及", "原", "的", "以", "对", "将"} {
		if i := strings.LastIndex(s[:max(bracket, 0)], w); i >= 0 {
			cut = max(cut, i+len(w))
		}
	}
	if cut >= bracket {
		return 0
	}
	return cut
}

// maxReferences bounds the references of one text; repeal lists name hundreds.
const maxReferences = 600

func inside(list []notice.Relation, at int) bool {
	for _, x := range list {
		if at >= x.Span.Start && at < x.Span.End {
			return true
		}
	}
	return false
}

// kindOfReference judges by the words on both sides of a reference.
func kindOfReference(left, right string, r notice.Record) (notice.RelationType, float64) {
	switch {
	case repealed.MatchString(right) || repealing.MatchString(left):
		if r.SubjectTitle != "" && strings.Contains(right, "同时废止") {
			return notice.Replaces, 0.8
		}
		return notice.Repeals, 0.85
	case amended.MatchString(right) || amending.MatchString(left) && strings.Contains(r.Title, "修改"):
		return notice.Amends, 0.85
	case relayed.MatchString(right) || relaying.MatchString(left) && strings.Contains(right, "转发"):
		return notice.Relays, 0.85
	case r.Class == notice.Interpretation && plain(r.Title) != "" && strings.Contains(left, "解读"):
		return notice.Interprets, 0.6
	case r.Class == notice.DraftClass && strings.Contains(right, "征求意见"):
		return notice.DraftOf, 0.7
	case carries.MatchString(left):
		return notice.Implements, 0.85
	case strings.Contains(left, "贯彻") || strings.Contains(left, "落实"):
		return notice.Implements, 0.65
	}
	return notice.Cites, 0.7
}
