package schedules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"govwatch/internal/urlx"
	"govwatch/notice"
)

//go:embed all:sources
var embedded embed.FS

// Embedded returns the declarations that are built into the program.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "sources")
	if err != nil {
		panic(err) // the folder is part of the build
	}
	return sub
}

// declaration is one file, key by key. A key that is not here is refused.
type declaration struct {
	ID           string           `yaml:"id"`
	NameZH       string           `yaml:"name_zh"`
	NameEN       string           `yaml:"name_en"`
	Issuer       string           `yaml:"issuer"`
	Level        string           `yaml:"level"`
	Branch       bool             `yaml:"branch"`
	Region       string           `yaml:"region"`
	Lists        []listEntry      `yaml:"lists"`
	Hosts        []string         `yaml:"hosts"`
	Cron         string           `yaml:"cron"`
	Schedule     string           `yaml:"schedule"`
	MinInterval  time.Duration    `yaml:"min_interval"`
	MaxInterval  time.Duration    `yaml:"max_interval"`
	Pace         time.Duration    `yaml:"pace"`
	Night        string           `yaml:"night"`
	Egress       string           `yaml:"egress"`
	InsecureTLS  bool             `yaml:"insecure_tls"`
	State        string           `yaml:"state"`
	Verified     string           `yaml:"verified"`
	Confidence   string           `yaml:"confidence"`
	Note         string           `yaml:"note"`
	KeepCosmetic bool             `yaml:"keep_cosmetic"`
	History      []historicalPart `yaml:"history"`
}

type listEntry struct {
	URL       string            `yaml:"url"`
	Column    string            `yaml:"column"`
	Family    string            `yaml:"family"`
	Render    bool              `yaml:"render"`
	Options   map[string]string `yaml:"options"`
	Selectors map[string]string `yaml:"selectors"`
}

type historicalPart struct {
	ValidUntil string      `yaml:"valid_until"`
	Lists      []listEntry `yaml:"lists"`
	Hosts      []string    `yaml:"hosts"`
}

// Load reads every *.yaml below the folder. It refuses the first file that is
// malformed, has an unknown key or a value that cannot work, or repeats an id;
// the error is one line with file, place and way out. The order is that of the file names.
func Load(dir fs.FS) ([]notice.Source, error) {
	var out []notice.Source
	seen := map[notice.SourceID]string{}
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read declarations: %w", err)
		}
		if ext := path.Ext(name); d.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		b, err := fs.ReadFile(dir, name)
		if err != nil {
			return fmt.Errorf("read declaration: %w", err)
		}
		s, err := Parse(name, b)
		if err != nil {
			return err
		}
		if first, ok := seen[s.ID]; ok {
			return fmt.Errorf("%s: id %s is taken by %s; ids are never reused, choose another", name, s.ID, first)
		}
		seen[s.ID] = name
		out = append(out, s)
		return nil
	})
	return out, err
}

// LoadDir reads the declarations below a folder of the file system.
func LoadDir(folder string) ([]notice.Source, error) {
	out, err := Load(os.DirFS(folder))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	return out, nil
}

// Parse reads one declaration; name is used in errors only.
func Parse(name string, b []byte) (notice.Source, error) {
	var d declaration
	if err := yaml.UnmarshalWithOptions(b, &d, yaml.Strict()); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(yaml.FormatError(err, false, false)), "\n")
		return notice.Source{}, fmt.Errorf("%s:%s; the keys are in schedules/source.schema.json", name, line)
	}
	s, err := d.source()
	if err != nil {
		return s, fmt.Errorf("%s:%d: %w", name, lineOf(b, err.Error()), err)
	}
	return s, nil
}

// place finds the key that a complaint begins with: "cron …", "lists[1]: url …".
var place = regexp.MustCompile(`^(?:(lists|history)\[(\d+)\][:.]\s*)?([a-z_]+)`)

// lineOf is the line of the key that a complaint is about, the first line when
// the key is not written.
func lineOf(b []byte, complaint string) int {
	g := place.FindStringSubmatch(complaint)
	if g == nil {
		return 1
	}
	skip, err := strconv.Atoi(g[2])
	if err != nil {
		skip = 0
	}
	for i, line := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(strings.TrimLeft(line, " -"), g[3]+":") {
			if skip == 0 {
				return i + 1
			}
			skip--
		}
	}
	return 1
}

func (d declaration) source() (notice.Source, error) {
	s := notice.Source{
		ID: notice.SourceID(d.ID), NameZH: d.NameZH, NameEN: d.NameEN, Issuer: d.Issuer, Level: notice.Level(d.Level),
		Branch: d.Branch, Region: d.Region, Hosts: d.Hosts, Cron: d.Cron, Pace: d.Pace, Night: d.Night, Egress: d.Egress,
		InsecureTLS: d.InsecureTLS, State: notice.SourceState(d.State), Verified: d.Verified, Confidence: d.Confidence,
		Note: d.Note, KeepCosmetic: d.KeepCosmetic,
		Adaptive: d.Schedule == "adaptive", MinInterval: d.MinInterval, MaxInterval: d.MaxInterval,
	}
	if d.Schedule != "" && d.Schedule != "cron" && d.Schedule != "adaptive" {
		return s, fmt.Errorf("schedule %q: use cron or adaptive, or leave it out for cron", d.Schedule)
	}
	if s.State == "" {
		s.State = notice.Active
	}
	if s.Verified == "" {
		s.Verified = "never"
	}
	s.Lists = lists(d.Lists)
	if len(s.Hosts) == 0 {
		s.Hosts = hosts(s.Lists)
	}
	for i, h := range d.History {
		until, err := notice.ParseDate(h.ValidUntil)
		if err != nil {
			return s, fmt.Errorf("history[%d].valid_until: %w", i, err)
		}
		s.History = append(s.History, notice.Declaration{ValidUntil: until, Lists: lists(h.Lists), Hosts: h.Hosts})
	}
	return s, check(s)
}

func lists(entries []listEntry) []notice.List {
	out := make([]notice.List, 0, len(entries))
	for _, e := range entries {
		l := notice.List{URL: e.URL, Column: e.Column, Family: e.Family, Render: e.Render, Options: e.Options, Selectors: e.Selectors}
		if l.Family == "" {
			l.Family = "auto"
		}
		out = append(out, l)
	}
	return out
}

// hosts are those of the lists, when the declaration names none.
func hosts(lists []notice.List) []string {
	var out []string
	seen := map[string]bool{}
	for _, l := range lists {
		if h := urlx.Host(l.URL); h != "" && !seen[h] {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}

var errNoList = errors.New("lists is empty; name at least one list page")
