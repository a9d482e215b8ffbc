package schedules

import (
	_ "embed" // the schema
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"govwatch/notice"
)

var (
	slug   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	region = regexp.MustCompile(`^[0-9]{6}$`)
	night  = regexp.MustCompile(`^([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-4])$`)
)

// minInterval is the shortest pause between two visits that a declaration may ask for.
const minInterval = time.Minute

// check says what is wrong with a declaration and how to mend it.
func check(s notice.Source) error {
	levels := []notice.Level{notice.Central, notice.Provincial, notice.Municipal, notice.County, notice.Nongov}
	states := []notice.SourceState{notice.Active, notice.Paused, notice.Degraded, notice.Quarantined, notice.Broken, notice.Retired, notice.Draft}
	switch {
	case !slug.MatchString(string(s.ID)):
		return fmt.Errorf("id %q: use lower-case letters, digits and single hyphens", s.ID)
	case s.NameZH == "":
		return fmt.Errorf("name_zh is empty; give the Chinese name of the site")
	case s.Issuer == "":
		return fmt.Errorf("issuer is empty; give the official name of the body that runs the site")
	case !slices.Contains(levels, s.Level):
		return fmt.Errorf("level %q: use one of %v", s.Level, levels)
	case !region.MatchString(s.Region):
		return fmt.Errorf("region %q: use a six-digit code, 100000 for the nation; quote it", s.Region)
	case !slices.Contains(states, s.State):
		return fmt.Errorf("state %q: use one of %v", s.State, states)
	case s.Pace < 0:
		return fmt.Errorf("pace %s is negative", s.Pace)
	case s.MinInterval != 0 && s.MinInterval < minInterval:
		return fmt.Errorf("min_interval %s: use at least %s", s.MinInterval, minInterval)
	case s.MaxInterval != 0 && s.MaxInterval < max(minInterval, s.MinInterval):
		return fmt.Errorf("max_interval %s: use at least min_interval and %s", s.MaxInterval, minInterval)
	case s.Night != "" && !night.MatchString(s.Night):
		return fmt.Errorf("night %q: use two hours in Beijing time, such as 22-6", s.Night)
	case len(s.Lists) == 0 && s.State != notice.Draft:
		return errNoList
	}
	if s.Verified != "never" {
		if _, err := notice.ParseDate(s.Verified); err != nil {
			return fmt.Errorf("verified %q: use never, or the date of the last live check", s.Verified)
		}
	}
	for i, l := range s.Lists {
		if err := checkList(s, l); err != nil {
			return fmt.Errorf("lists[%d]: %w", i, err)
		}
	}
	if s.State.Scheduled() || s.Cron != "" {
		if _, err := parseCron(s.Cron); err != nil {
			return err
		}
	}
	return nil
}

func checkList(s notice.Source, l notice.List) error {
	u, err := url.Parse(strings.ReplaceAll(l.URL, "{year}", "2024"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("url %q: give a whole http or https address", l.URL)
	}
	names, err := families()
	if err != nil {
		return err
	}
	if !slices.Contains(names, l.Family) {
		return fmt.Errorf("family %q: use one of %s, or leave it out", l.Family, strings.Join(names, ", "))
	}
	for k := range l.Selectors {
		if !slices.Contains([]string{"item", "link", "title", "date", "next", "body"}, k) {
			return fmt.Errorf("selectors: unknown key %q; use item, link, title, date, next, body", k)
		}
	}
	if !slices.Contains(s.Hosts, strings.ToLower(u.Host)) {
		return fmt.Errorf("url %s: host %s is not among hosts %v; add it", l.URL, u.Host, s.Hosts)
	}
	return nil
}

//go:embed source.schema.json
var schemaText []byte

// Schema is the JSON Schema of declarations, for editors.
func Schema() []byte { return slices.Clone(schemaText) }

// families are the names that the schema allows: this room reads declarations
// and does not know the readers behind the names. A test of the readers keeps
// both lists equal.
var families = sync.OnceValues(func() ([]string, error) {
	var s struct {
		Defs struct {
			List struct {
				Properties struct {
					Family struct{ Enum []string }
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schemaText, &s); err != nil {
		return nil, fmt.Errorf("read the built-in schema of declarations: %w", err)
	}
	return s.Defs.List.Properties.Family.Enum, nil
})
