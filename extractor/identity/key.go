package identity

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// number is a document number in its parts: letters, year, serial.
var number = regexp.MustCompile(`^(.*?)[〔\[［﹝（(]?((?:19|20)\d\d)[〕\]］﹞）)]?年?第?0*(\d{1,5})号$`)

// Key names the work that a record is a copy of, as far as the record alone can
// tell: number and issuing body, else title, issuer and year, else the document
// itself. Equal keys are one work; Match also finds works under other keys.
func Key(r notice.Record) string {
	lead := leadOf(r.Issuers)
	title := titleKey(r.Title)
	switch {
	case r.Number != "" && lead != "":
		return "number\x1f" + normal(r.Number) + "\x1f" + lead
	case r.Number != "" && title != "":
		return "number\x1f" + normal(r.Number) + "\x1f" + title
	case title != "" && (lead != "" || Year(r) > 0):
		return "title\x1f" + title + "\x1f" + lead + "\x1f" + strconv.Itoa(Year(r))
	}
	return "document\x1f" + string(r.Document)
}

// Probe is the work that a record would found, to look for candidates with and to
// store when there is none. Fingerprint is textzh.SimHash of the body, zero when
// the page holds no text of its own.
func Probe(r notice.Record, fingerprint uint64) notice.Work {
	key := Key(r)
	return notice.Work{
		ID: notice.NewWorkID(key), Key: key, Number: r.Number, Title: r.Title, Issuers: r.Issuers,
		Region: r.Region, Year: Year(r), SimHash: fingerprint, Documents: []notice.DocumentID{r.Document},
	}
}

// Fingerprint is the SimHash of a text long enough to be told apart by it.
func Fingerprint(body string) uint64 {
	if len(body) < minBody {
		return 0
	}
	return textzh.SimHash(body)
}

// minBody is in bytes: below about a hundred signs two covers (现印发给你们) look alike.
const minBody = 300

// Year is the year in which a document was written, from its date, its number or its publication.
func Year(r notice.Record) int {
	if !r.Written.IsZero() {
		return r.Written.Year
	}
	if m := number.FindStringSubmatch(normal(r.Number)); m != nil {
		y, err := strconv.Atoi(m[2])
		if err == nil {
			return y
		}
	}
	return r.Published.Year
}

// normal gives a number one spelling: brackets, digits, no spaces.
func normal(n string) string {
	n = strings.Join(strings.Fields(textzh.Fold(n)), "")
	return strings.NewReplacer("[", "〔", "]", "〕", "(", "〔", ")", "〕", "（", "〔", "）", "〕", "﹝", "〔", "﹞", "〕", "【", "〔", "】", "〕").Replace(n)
}

func leadOf(issuers []string) string {
	if len(issuers) == 0 {
		return ""
	}
	return plain(issuers[0])
}

// plain keeps letters and digits alone: quotes, spaces and brackets of titles vary between copies.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, textzh.Fold(s))
}

// titleKey is a title as copies share it: what follows the issuers, without signs.
// A number or a note in brackets at the end, which some sites add, is left out.
func titleKey(title string) string {
	t := strings.TrimSpace(textzh.Fold(title))
	for _, open := range []string{"(", "（", "[", "【"} {
		if i := strings.LastIndex(t, open); i > 0 && strings.ContainsAny(t[i:], ")）]】") && note.MatchString(t[i:]) {
			t = t[:i]
		}
	}
	if i := strings.Index(t, "关于"); i > 0 && i < 240 {
		t = t[i:]
	}
	return plain(t)
}

// note is a bracket that belongs to the site, not to the title: a number, 已废止, 失效, 附件.
var note = regexp.MustCompile(`^[(（\[【].{0,30}(?:号|废止|失效|附|全文|图).{0,6}[)）\]】]\s*$`)
