package identity

import (
	"fmt"
	"slices"
	"strings"

	"govwatch/extractor/field"
	"govwatch/notice"
)

// Holding is one record as far as completeness asks.
type Holding struct {
	Source    notice.SourceID
	Document  notice.DocumentID
	Title     string
	Lead      string
	Number    string
	Relations []notice.Relation
}

// HoldingOf takes from a record what completeness needs.
func HoldingOf(r notice.Record) Holding {
	h := Holding{Source: r.Source, Document: r.Document, Title: r.Title, Number: r.Number, Relations: r.Relations}
	if len(r.Issuers) > 0 {
		h.Lead = r.Issuers[0]
	}
	return h
}

// Series is one run of issuing numbers: the letters (代字) of one year. Numbers
// are given one by one, so those between two held ones were given to documents,
// whether these were published or not.
type Series struct {
	// Name is the number without its serial, such as 国办发〔2026〕.
	Name string `json:"name"`
	// Home is the source that publishes most of it as its own, empty when all that
	// is held are copies of another body's documents.
	Home  notice.SourceID `json:"home"`
	First int             `json:"first"`
	Last  int             `json:"last"`
	Held  int             `json:"held"`
	// Missing are the numbers between First and Last that are not held.
	Missing []string `json:"missing"`
	// Before counts the numbers below First: a year begins at 1, but we may have
	// begun to look later. What follows Last is not known and not counted.
	Before int `json:"before"`
	// Sparse says that too little is held for the gaps to mean anything: letters
	// that many departments share, of which a source shows only its own.
	Sparse bool `json:"sparse"`
}

const (
	// sparseShare is the share of a series below which its gaps are not counted.
	sparseShare = 0.1
	// leastHeld is how many numbers make a series.
	leastHeld = 2
)

// Gaps sorts held numbers into series and finds what is missing between them. A
// number held from several sources counts once. Series come by name.
func Gaps(sources []notice.Source, holdings []Holding) []Series {
	issuers := map[notice.SourceID]string{}
	for _, s := range sources {
		issuers[s.ID] = s.Issuer
	}
	runs := map[seriesKey]*run{}
	for _, h := range holdings {
		n, ok := field.ParseNumber(h.Number)
		if !ok {
			continue
		}
		k := seriesKey{n.Kind, n.Prefix, n.Year}
		if runs[k] == nil {
			runs[k] = &run{numbers: map[int]string{}, own: map[notice.SourceID]int{}}
		}
		runs[k].numbers[n.Serial] = n.Normal
		if own(issuers[h.Source], h.Lead) {
			runs[k].own[h.Source]++
		}
	}
	joinRuled(runs)
	out := make([]Series, 0, len(runs))
	for _, r := range runs {
		if len(r.numbers) >= leastHeld {
			out = append(out, r.series())
		}
	}
	slices.SortFunc(out, func(a, b Series) int { return strings.Compare(a.Name, b.Name) })
	return out
}

type seriesKey struct {
	kind   field.NumberKind
	prefix string
	year   int
}

// run is a series under way.
type run struct {
	numbers map[int]string
	own     map[notice.SourceID]int
}

// joinRuled joins the series of normative documents (规范性文件), whose letters end
// in 规, with that of the same letters without it when no number is held in both:
// some bodies number both in one run, others keep two.
func joinRuled(runs map[seriesKey]*run) {
	for k, ruled := range runs {
		stem, ok := strings.CutSuffix(k.prefix, "规")
		if !ok || k.kind != field.Plain {
			continue
		}
		plain, ok := runs[seriesKey{k.kind, stem, k.year}]
		if !ok || clash(plain.numbers, ruled.numbers) {
			continue
		}
		for serial, number := range ruled.numbers {
			plain.numbers[serial] = number
		}
		for id, n := range ruled.own {
			plain.own[id] += n
		}
		delete(runs, k)
	}
}

func clash(a, b map[int]string) bool {
	for serial := range a {
		if _, ok := b[serial]; ok {
			return true
		}
	}
	return false
}

func (r *run) series() Series {
	serials := make([]int, 0, len(r.numbers))
	for n := range r.numbers {
		serials = append(serials, n)
	}
	slices.Sort(serials)
	s := Series{First: serials[0], Last: serials[len(serials)-1], Held: len(serials), Before: serials[0] - 1, Missing: []string{}}
	tail := ""
	for _, n := range serials {
		// The shortest stem is the one without 规; it names the series.
		if stem, rest := cutSerial(r.numbers[n], n); s.Name == "" || len(stem) < len(s.Name) {
			s.Name, tail = stem, rest
		}
	}
	if s.Sparse = float64(s.Held) < sparseShare*float64(s.Last-s.First+1); !s.Sparse {
		for n := s.First; n < s.Last; n++ {
			if _, ok := r.numbers[n]; !ok {
				s.Missing = append(s.Missing, s.Name+fmt.Sprint(n)+tail)
			}
		}
	}
	best := 0
	for id, n := range r.own {
		if n > best || n == best && id < s.Home {
			s.Home, best = id, n
		}
	}
	return s
}

// cutSerial is what stands before and after the serial of a number.
func cutSerial(number string, serial int) (stem, tail string) {
	digits := fmt.Sprint(serial)
	if i := strings.LastIndex(number, digits); i >= 0 {
		return number[:i], number[i+len(digits):]
	}
	return number, ""
}

// own reports that a source publishes a document as its own body's, not as a
// relay (转载) of another's: the ministry, its offices, or an unnamed issuer.
func own(issuer, lead string) bool {
	a, b := plain(issuer), plain(lead)
	return a != "" && (b == "" || strings.HasPrefix(b, a) || strings.HasPrefix(a, b))
}
