package alert

import (
	"slices"
	"strings"
	"sync"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// match reports whether a rule holds, and by what, for people.
func (r Rule) match(o notice.Occasion, t texts) (why []string, ok bool) {
	if !slices.Contains(r.kinds(), o.Event.Kind) || len(r.Sources) > 0 && !slices.Contains(r.Sources, o.Event.Source) {
		return nil, false
	}
	if o.Event.Incident != "" {
		return r.matchIncident(o)
	}
	if len(r.Incidents) > 0 {
		return nil, false
	}
	if o.Event.Kind == notice.RecordExtracted && o.Change != nil && !contains(r.Changes, o.Change.Kind, notice.ChangeNew) {
		return nil, false
	}
	if r.MinSignificance > 0 && (o.Change == nil || o.Change.Significance < r.MinSignificance) {
		return nil, false
	}
	return r.matchRecord(o, t)
}

// contains looks in a list that stands for one value when it is empty.
func contains[T comparable](list []T, v, empty T) bool {
	if len(list) == 0 {
		return v == empty
	}
	return slices.Contains(list, v)
}

func (r Rule) matchIncident(o notice.Occasion) ([]string, bool) {
	i := o.Incident
	if i == nil || r.asksRecord() || len(r.Incidents) > 0 && !slices.Contains(r.Incidents, i.Class) {
		return nil, false
	}
	if len(r.Levels) > 0 && !slices.Contains(r.Levels, o.Source.Level) || len(r.Regions) > 0 && !inRegion(r.Regions, o.Source.Region) {
		return nil, false
	}
	return []string{"incident " + string(i.Class)}, true
}

// asksRecord reports a condition that only a record can meet.
func (r Rule) asksRecord() bool {
	return len(r.Issuers)+len(r.Classes)+len(r.Sectors)+len(r.ActionTypes)+len(r.Words)+len(r.AllWords)+len(r.Implements) > 0 ||
		r.Climate != nil || r.HasTarget
}

// matchRecord asks the record, and the source where the record is silent.
func (r Rule) matchRecord(o notice.Occasion, t texts) (why []string, ok bool) {
	rec := o.Record
	if rec == nil {
		if r.asksRecord() || len(r.Not) > 0 {
			return nil, false
		}
		rec = &notice.Record{}
	}
	level, region := orElse(rec.Level, o.Source.Level), orElse(rec.Region, o.Source.Region)
	for _, c := range []struct {
		asked, holds bool
		say          string
	}{
		{len(r.Levels) > 0, slices.Contains(r.Levels, level), "level " + string(level)},
		{len(r.Regions) > 0, inRegion(r.Regions, region) || inRegion(r.Regions, rec.SubjectRegion), "region " + region},
		{len(r.Classes) > 0, slices.Contains(r.Classes, rec.Class), "class " + string(rec.Class)},
		{r.Climate != nil, r.Climate != nil && rec.Climate == *r.Climate, "climate " + yesNo(rec.Climate)},
		{len(r.ActionTypes) > 0, slices.Contains(r.ActionTypes, rec.ActionType), "action " + rec.ActionType},
		{r.HasTarget, len(rec.Targets) > 0, "target " + firstTarget(rec)},
	} {
		if c.asked && !c.holds {
			return nil, false
		}
		if c.asked {
			why = append(why, c.say)
		}
	}
	for _, c := range []struct {
		name string
		want []string
		find func(string) bool
	}{
		{"issuer", r.Issuers, func(w string) bool { return issuedBy(rec, w) }},
		{"sector", r.Sectors, func(w string) bool { return slices.Contains(rec.Sectors, w) }},
		{"implements", r.Implements, func(w string) bool { return implements(rec.Relations, w) }},
	} {
		i := slices.IndexFunc(c.want, c.find)
		if len(c.want) > 0 && i < 0 {
			return nil, false
		}
		if i >= 0 {
			why = append(why, c.name+" "+c.want[i])
		}
	}
	words, ok := r.matchWords(t)
	return append(why, words...), ok
}

func firstTarget(r *notice.Record) string {
	if len(r.Targets) == 0 {
		return ""
	}
	return cut(oneLine(r.Targets[0].Text), 40)
}

// texts are what words are looked for in, made comparable when first asked for.
type texts struct{ title, all func() string }

func wordsOf(r *notice.Record) texts {
	if r == nil {
		r = &notice.Record{}
	}
	title := sync.OnceValue(func() string { return squeeze(r.Title) + "\n" + squeeze(r.SubjectTitle) + "\n" })
	return texts{title, sync.OnceValue(func() string {
		return title() + squeeze(strings.Join(r.SubjectWords, "|")) + "\n" + squeeze(r.Body)
	})}
}

func (r Rule) matchWords(t texts) (why []string, ok bool) {
	if len(r.Words)+len(r.AllWords)+len(r.Not) == 0 {
		return nil, true
	}
	text := t.title()
	if !r.TitleOnly {
		text = t.all()
	}
	has := func(w string) bool { return w != "" && strings.Contains(text, squeeze(w)) }
	var found []string
	for _, w := range r.Words {
		if has(w) {
			found = append(found, w)
		}
	}
	if len(r.Words) > 0 && len(found) == 0 || slices.ContainsFunc(r.Not, has) {
		return nil, false
	}
	for _, w := range r.AllWords {
		if !has(w) {
			return nil, false
		}
		found = append(found, w)
	}
	if len(found) == 0 {
		return nil, true
	}
	return []string{"words " + strings.Join(found, "、")}, true
}

// squeeze makes texts comparable: width, blanks and case do not count.
func squeeze(s string) string { return strings.ToLower(textzh.Squeeze(textzh.Fold(s))) }

// implements compares a wish, a number or a title, with the relations of a record.
func implements(rels []notice.Relation, wish string) bool {
	strip := func(s string) string { return strings.Trim(squeeze(textzh.Brackets(s)), "《》") }
	want := strip(wish)
	return want != "" && slices.ContainsFunc(rels, func(r notice.Relation) bool {
		return r.Type == notice.Implements && (strip(r.Number) == want || strip(r.Title) == want || wish == string(r.Work))
	})
}

// inRegion reports whether a code is one of the regions or lies in one.
func inRegion(regions []string, code string) bool {
	return code != "" && slices.ContainsFunc(regions, func(r string) bool {
		if r == "100000" || r == "" {
			return r == code
		}
		for len(r) > 2 && len(r)%2 == 0 && strings.HasSuffix(r, "00") {
			r = r[:len(r)-2]
		}
		return strings.HasPrefix(code, r)
	})
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func issuedBy(r *notice.Record, name string) bool {
	return name != "" && slices.ContainsFunc(r.Issuers, func(i string) bool { return strings.Contains(i, name) })
}
