package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"govwatch/alert"
	"govwatch/alert/dingtalk"
	"govwatch/alert/email"
	"govwatch/alert/feishu"
	"govwatch/alert/slack"
	"govwatch/alert/stdout"
	"govwatch/alert/webhook"
	"govwatch/alert/wecom"
	"govwatch/internal/secret"
	"govwatch/notice"
)

// AlertConfig is a rule and the channel it sends to. An entry that names a
// channel alone sends the shipped rules there.
type AlertConfig struct {
	Name            string                 `yaml:"name"`
	Kinds           []notice.EventKind     `yaml:"kinds"`
	Changes         []notice.ChangeKind    `yaml:"changes"`
	Levels          []notice.Level         `yaml:"levels"`
	Regions         []string               `yaml:"regions"`
	Issuers         []string               `yaml:"issuers"`
	Classes         []notice.Class         `yaml:"classes"`
	Sectors         []string               `yaml:"sectors"`
	ActionTypes     []string               `yaml:"action_types"`
	Words           []string               `yaml:"words"`
	AllWords        []string               `yaml:"all_words"`
	Not             []string               `yaml:"not"`
	TitleOnly       bool                   `yaml:"title_only"`
	Climate         *bool                  `yaml:"climate"`
	MinSignificance float64                `yaml:"min_significance"`
	HasTarget       bool                   `yaml:"has_target"`
	Implements      []string               `yaml:"implements"`
	Incidents       []notice.IncidentClass `yaml:"incidents"`
	Sources         []notice.SourceID      `yaml:"sources"`
	Channel         ChannelConfig          `yaml:"channel"`
}

// ChannelConfig is where messages go. Type decides which keys count.
type ChannelConfig struct {
	Type string `yaml:"type"`
	// Name tells two channels of one type apart; it is part of an alert's identity.
	Name   string                 `yaml:"name"`
	URL    secret.Text            `yaml:"url"`
	Secret secret.Text            `yaml:"secret"`
	Header map[string]secret.Text `yaml:"header"`
	// JSON makes stdout print one object a line.
	JSON bool `yaml:"json"`
	// Host, Port, TLS (starttls, tls, none), From, To, User, Password are for email.
	Host     string      `yaml:"host"`
	Port     int         `yaml:"port"`
	TLS      string      `yaml:"tls"`
	From     string      `yaml:"from"`
	To       []string    `yaml:"to"`
	User     string      `yaml:"user"`
	Password secret.Text `yaml:"password"`
}

// UnmarshalYAML also takes the short form `channel: stdout`.
func (c *ChannelConfig) UnmarshalYAML(b []byte) error {
	var short string
	if err := yaml.Unmarshal(b, &short); err == nil {
		*c = ChannelConfig{Type: short}
		return nil
	}
	type plain ChannelConfig
	return yaml.UnmarshalWithOptions(b, (*plain)(c), yaml.Strict())
}

// rule turns the configuration into a rule, without its channel.
func (a AlertConfig) rule() alert.Rule {
	return alert.Rule{
		Name: a.Name, Kinds: a.Kinds, Changes: a.Changes, Levels: a.Levels, Regions: a.Regions, Issuers: a.Issuers,
		Classes: a.Classes, Sectors: a.Sectors, ActionTypes: a.ActionTypes, Words: a.Words, AllWords: a.AllWords,
		Not: a.Not, TitleOnly: a.TitleOnly, Climate: a.Climate, MinSignificance: a.MinSignificance,
		HasTarget: a.HasTarget, Implements: a.Implements, Incidents: a.Incidents, Sources: a.Sources,
	}
}

// validate refuses an entry without a channel, and a rule without a name.
func (a AlertConfig) validate() error {
	if a.Channel.Type == "" {
		return errors.New("channel is empty; name a type: stdout, webhook, email, wecom, dingtalk, feishu, slack")
	}
	if a.Name == "" && !reflect.DeepEqual(a.rule(), alert.Rule{}) {
		return errors.New("name is empty; it is part of every alert's identity")
	}
	return nil
}

// alerting builds the rules and channels that the configuration names; without
// any, the shipped rules print to out.
func (c Config) alerting(out io.Writer) (set alert.Set, channels []alert.Channel, err error) {
	set.GraceDays = c.GraceDays
	if c.GraceDays == 0 {
		set.GraceDays = -1 // zero days means never; the room's zero means its default
	}
	if len(c.Alerts) == 0 {
		ch, err := stdout.New(stdout.Config{Out: out})
		set.Rules = alert.DefaultRules()
		return set, []alert.Channel{ch}, err
	}
	made := map[string]ChannelConfig{}
	for i, a := range c.Alerts {
		cc := a.Channel
		if cc.Name == "" {
			cc.Name = cc.Type
		}
		if first, ok := made[cc.Name]; !ok {
			ch, err := cc.open(out)
			if err != nil {
				return set, nil, fmt.Errorf("%w: alerts[%d]: %w", ErrConfig, i, err)
			}
			made[cc.Name] = cc
			channels = append(channels, ch)
		} else if !reflect.DeepEqual(first, cc) {
			return set, nil, fmt.Errorf("%w: alerts[%d]: channel %s is set up differently before; give one of them a name", ErrConfig, i, cc.Name)
		}
		rules := []alert.Rule{a.rule()}
		if a.Name == "" {
			rules = alert.DefaultRules()
		}
		set.Rules = addRules(set.Rules, rules, cc.Name)
	}
	return set, channels, nil
}

// addRules lets one rule send to several channels when entries repeat it.
func addRules(have, add []alert.Rule, channel string) []alert.Rule {
	for _, r := range add {
		if i := slices.IndexFunc(have, func(h alert.Rule) bool { return h.Name == r.Name }); i >= 0 {
			have[i].Channels = append(have[i].Channels, channel)
			continue
		}
		r.Channels = []string{channel}
		have = append(have, r)
	}
	return have
}

// open makes the channel of a type.
func (c ChannelConfig) open(out io.Writer) (alert.Channel, error) {
	for _, s := range []*secret.Text{&c.URL, &c.Secret, &c.Password} {
		v, err := reveal(*s)
		if err != nil {
			return nil, err
		}
		*s = v
	}
	header := make(map[string]secret.Text, len(c.Header))
	for name, s := range c.Header {
		v, err := reveal(s)
		if err != nil {
			return nil, err
		}
		header[name] = v
	}
	switch c.Type {
	case "stdout":
		return stdout.New(stdout.Config{Name: c.Name, Out: out, JSON: c.JSON})
	case "webhook":
		return webhook.New(webhook.Config{Name: c.Name, URL: c.URL, Secret: c.Secret, Header: header})
	case "email":
		return email.New(email.Config{Name: c.Name, Host: c.Host, Port: c.Port, TLS: email.TLS(c.TLS), From: c.From, To: c.To, User: c.User, Password: c.Password})
	case "wecom":
		return wecom.New(wecom.Config{Name: c.Name, URL: c.URL})
	case "dingtalk":
		return dingtalk.New(dingtalk.Config{Name: c.Name, URL: c.URL, Secret: c.Secret})
	case "feishu":
		return feishu.New(feishu.Config{Name: c.Name, URL: c.URL, Secret: c.Secret})
	case "slack":
		return slack.New(slack.Config{Name: c.Name, URL: c.URL})
	}
	return nil, fmt.Errorf("channel type %q is not known; there are stdout, webhook, email, wecom, dingtalk, feishu, slack", c.Type)
}

// reveal reads a secret that the file only points to: env:NAME or file:PATH.
func reveal(s secret.Text) (secret.Text, error) {
	v := s.Reveal()
	if name, ok := strings.CutPrefix(v, "env:"); ok {
		got := os.Getenv(name)
		if got == "" {
			return secret.Text{}, fmt.Errorf("read secret: environment variable %s is empty; set it", name)
		}
		return secret.New(got), nil
	}
	if path, ok := strings.CutPrefix(v, "file:"); ok {
		b, err := os.ReadFile(path)
		if err != nil {
			return secret.Text{}, fmt.Errorf("read secret: %w", err)
		}
		return secret.New(strings.TrimSpace(string(b))), nil
	}
	return s, nil
}
