package authority

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"govwatch/notice"
)

//go:embed data/*.json
var files embed.FS

// Book answers questions about names. It is read-only once loaded and may be
// used by any number of goroutines.
type Book struct {
	regions []Region
	byCode  map[string]int
	byName  map[string]int
	places  *trie
	// districts holds, by province, the places whose bare names other provinces bear too.
	districts map[string][]int
	bodies    []body
	byBody    map[string]int
	generic   map[string]bool
	depts     map[string]string
	starts    *trie
	names     namesFile
	branchOf  map[string]bool
	prefixes  map[string]prefix
	sectors   []Sector
	scope     Scope
	nonKinds  map[string][]string
}

// loaded is parsed once per process: the tables are embedded and never change,
// so every caller can share one read-only Book.
var loaded = sync.OnceValues(build)

// Load returns the tables. It fails only when an embedded file is damaged.
func Load() (*Book, error) { return loaded() }

func build() (*Book, error) {
	b := &Book{}
	var rf regionsFile
	var af agenciesFile
	var sf sectorsFile
	for name, into := range map[string]any{"regions": &rf, "agencies": &af, "sectors": &sf, "names": &b.names} {
		raw, err := files.ReadFile("data/" + name + ".json")
		if err != nil {
			return nil, fmt.Errorf("read authority table %s: %w", name, err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return nil, fmt.Errorf("read authority table %s: %w", name, err)
		}
	}
	b.buildRegions(rf)
	b.buildDepartments()
	if err := b.buildBodies(af); err != nil {
		return nil, err
	}
	b.buildStarts()
	b.buildPrefixes(rf, af)
	b.sectors, b.scope, b.nonKinds = sf.Sectors, sf.Scope, sf.NonPolicy
	for i := range b.sectors {
		b.sectors[i].Keywords = append(b.sectors[i].Keywords, b.names.SectorWords[b.sectors[i].ID]...)
	}
	return b, nil
}

// The shapes of the JSON files.
type (
	regionsFile struct {
		Regions []struct {
			Code, Name, Short, Abbr, Type, En string
			AbbrAlt                           []string `json:"abbr_alt"`
			Docnum                            struct{ Gov, Office string }
			Cities                            []struct{ Code, Name, Level, Short string }
		}
	}
	agenciesFile struct {
		Central []struct {
			ID       string
			Name     string `json:"name_zh"`
			NameEN   string `json:"name_en"`
			Aliases  []string
			Abbr     string
			Kind     string
			Host     string
			Prefixes []string `json:"doc_prefixes"`
		}
	}
	sectorsFile struct {
		Scope     Scope               `json:"scope_gate"`
		NonPolicy map[string][]string `json:"non_policy_kinds"`
		Sectors   []Sector
	}
	namesFile struct {
		DropAliases    []string `json:"drop_aliases"`
		GenericAliases []string `json:"generic_aliases"`
		Aliases        map[string]string
		Former         []struct {
			Name, Until, Successor string
			Aliases                []string
		}
		Departments []struct {
			Name    string
			Aliases []string
			Number  []string
		}
		Branches struct {
			Parents  []string
			Suffixes []string
			Short    []struct{ Suffix, Parent, Full, From string }
			Areas    map[string]string
		}
		Tax             struct{ Suffix, Parent, From string }
		RenamedBranches []struct{ Parent, Old, New, From string } `json:"renamed_branches"`
		LocalFull       map[string]map[string]string              `json:"local_full"`
		Suffixes        []string
		English         struct{ Departments, Columns map[string]string }
		NotBodies       []string          `json:"not_bodies"`
		Blockers        []string          `json:"place_blockers"`
		NeedsSuffix     []string          `json:"place_needs_suffix"`
		CityMarks       map[string]string `json:"city_marks"`
		// Hosts are domains under gov.cn with the code of the region that runs them.
		Hosts map[string]string
		// SectorWords go on where the shared keyword lists stop.
		SectorWords map[string][]string `json:"sector_words"`
	}
)

// since reports that a day lies on or after a table's date; an unknown day does not.
func since(at notice.Date, table string) bool {
	d, err := notice.ParseDate(table)
	return err == nil && !at.IsZero() && at.Compare(d) >= 0
}
