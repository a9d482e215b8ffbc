package notice

import "time"

// Level is the rank of a publisher in the state.
type Level string

// Levels of publishers; nongov marks think tanks and similar bodies.
const (
	Central    Level = "central"
	Provincial Level = "provincial"
	Municipal  Level = "municipal"
	County     Level = "county"
	Nongov     Level = "nongov"
)

// SourceState says whether a source is polled and how it fares.
type SourceState string

// States of a source. Drafts, paused and retired sources are not scheduled;
// degraded, quarantined and broken ones are, so that recovery is seen.
const (
	Active      SourceState = "active"
	Paused      SourceState = "paused"
	Degraded    SourceState = "degraded"
	Quarantined SourceState = "quarantined"
	Broken      SourceState = "broken"
	Retired     SourceState = "retired"
	Draft       SourceState = "draft"
)

// Scheduled reports whether a source in this state is polled.
func (s SourceState) Scheduled() bool {
	return s != Draft && s != Paused && s != Retired
}

// Source is one publisher's site as declared: who, where, how often.
type Source struct {
	ID     SourceID
	NameZH string
	NameEN string
	// Issuer is the official full name of the body that runs the site.
	Issuer string
	Level  Level
	// Branch marks a regional branch of a central body (派出机构).
	Branch bool
	// Region is a six-digit GB/T 2260 code; the nation is 100000.
	Region string
	Lists  []List
	// Hosts are the host names (with port when not default) that a task of this
	// source may visit; a link elsewhere becomes a fetch task of that host.
	Hosts []string
	// Cron is a five-field line in Asia/Shanghai.
	Cron string
	// Adaptive asks for visits by the learnt rhythm of publication, between
	// MinInterval and MaxInterval; zero means the default bounds. Until enough is
	// learnt, Cron counts.
	Adaptive                 bool          `json:",omitempty"`
	MinInterval, MaxInterval time.Duration `json:",omitempty"`
	// Pace is the time between two starts on one host; zero means the default.
	Pace time.Duration
	// Night is the window of Beijing hours to which visits are confined, such as "22-06"; empty means any hour.
	Night string
	// Egress names an HTTP proxy of the configuration; empty is a direct way out.
	Egress string
	// InsecureTLS switches certificate checks off for this source alone; it is
	// recorded with every capture.
	InsecureTLS bool
	State       SourceState
	// Verified is the date of the last live check, or "never".
	Verified   string
	Confidence string
	Note       string
	// KeepCosmetic asks that cosmetic changes are kept as versions too.
	KeepCosmetic bool
	History      []Declaration
}

// List is one column (栏目) of a source: a page or an API that lists documents.
type List struct {
	// URL may hold {year}, replaced by the year in China at the time of the visit.
	URL    string
	Column string
	Family string
	// Render asks for a browser, for lists that only a script can draw.
	Render bool
	// Options are read by the family: API identifiers, page sizes.
	Options map[string]string
	// Selectors are CSS selectors, keys item, link, title, date, next, body.
	Selectors map[string]string
}

// Declaration is an earlier way to read a source, kept so that an archived
// capture is read with the rules of its day.
type Declaration struct {
	ValidUntil Date
	Lists      []List
	Hosts      []string
}

// ListsAt returns the lists as they were declared at a date.
func (s Source) ListsAt(d Date) []List {
	lists := s.Lists
	best := Date{}
	for _, h := range s.History {
		if d.Compare(h.ValidUntil) <= 0 && (best.IsZero() || h.ValidUntil.Compare(best) < 0) {
			lists, best = h.Lists, h.ValidUntil
		}
	}
	return lists
}

// ColumnAt is the name of the column behind a list's address, as it was declared
// at a date; where the address was not declared then, as it is declared now or
// was last. It is empty when no declaration names the address.
func (s Source) ColumnAt(list string, d Date) string {
	for _, l := range s.ListsAt(d) {
		if l.URL == list {
			return l.Column
		}
	}
	for _, l := range s.Lists {
		if l.URL == list {
			return l.Column
		}
	}
	column, last := "", Date{}
	for _, h := range s.History {
		for _, l := range h.Lists {
			if l.URL == list && h.ValidUntil.Compare(last) > 0 {
				column, last = l.Column, h.ValidUntil
			}
		}
	}
	return column
}
