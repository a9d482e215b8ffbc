package crawler

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"govwatch/internal/service"
)

// Options is what the fetch layer is told once at start. Zero fields take the
// values of DefaultOptions, save Pace, where zero means zero.
type Options struct {
	// Agent is the product token that robots.txt is asked for and that opens the
	// User-Agent; Contact is an address where a webmaster finds us.
	Agent   string
	Version string
	Contact string

	// Pace is the time between two starts on one host. Less than MinPace is kept
	// to only for hosts under AllowPrivate and HostMap.
	Pace time.Duration
	// MaxWait is the longest pause a task sits out; a longer one ends the task
	// with a RestError, so that a worker is not held by a site that rests.
	MaxWait time.Duration
	// HostBudget and Budget are requests a day in Beijing, for one host and for
	// this process; zero is no limit. InFlight is the number of exchanges at once.
	HostBudget int
	Budget     int
	InFlight   int

	// ConnectTimeout bounds dialling and TLS, HeaderTimeout the wait for the first
	// byte, IdleTimeout a pause inside a body, PageTimeout the whole exchange.
	ConnectTimeout time.Duration
	HeaderTimeout  time.Duration
	IdleTimeout    time.Duration
	PageTimeout    time.Duration
	// MinRate is bytes a second, asked for once an exchange has lasted RateGrace:
	// a slow drip ends as a timeout long before PageTimeout.
	MinRate   int
	RateGrace time.Duration
	// MaxBody bounds a body in bytes, on the wire and inflated; past it the answer
	// is too_large. MaxHeader bounds the header of an answer.
	MaxBody   int64
	MaxHeader int64

	// AllowPrivate lists host:port pairs that may lie on a private address; all
	// others are refused there, whatever their name resolves to.
	AllowPrivate []string
	// HostMap sends a host name (or host:port) to a fixed address instead of
	// resolving it: a world of invented names on one listener.
	HostMap map[string]string
	// Egress holds the URLs of HTTP proxies by the name that declarations use.
	Egress map[string]string
	// Browser is the program that draws lists which only a script can draw; empty
	// looks for Debian's chromium.
	Browser string

	Clock service.Clock
}

// MinPace is the shortest pause between two starts on a public host.
const MinPace = time.Second

// DefaultOptions is how a stranger's site may be visited without asking: 3 s
// between starts, as announced in the README.
func DefaultOptions() Options {
	return Options{
		Agent: "govwatch", Version: "1.0", Contact: "https://govwatch.example/bot",
		Pace: 3 * time.Second, MaxWait: 2 * time.Minute,
		HostBudget: 5000, InFlight: 32,
		ConnectTimeout: 15 * time.Second, HeaderTimeout: 30 * time.Second,
		IdleTimeout: 20 * time.Second, PageTimeout: 90 * time.Second,
		MinRate: 512, RateGrace: 15 * time.Second,
		MaxBody: 64 << 20, MaxHeader: 256 << 10,
		Clock: service.Real(),
	}
}

// withDefaults fills what is unset and refuses what cannot work.
func (o Options) withDefaults() (Options, error) {
	d := DefaultOptions()
	fill(&o.Agent, d.Agent)
	fill(&o.Version, d.Version)
	fill(&o.Contact, d.Contact)
	fill(&o.MaxWait, d.MaxWait)
	fill(&o.InFlight, d.InFlight)
	fill(&o.ConnectTimeout, d.ConnectTimeout)
	fill(&o.HeaderTimeout, d.HeaderTimeout)
	fill(&o.IdleTimeout, d.IdleTimeout)
	fill(&o.PageTimeout, d.PageTimeout)
	fill(&o.MinRate, d.MinRate)
	fill(&o.RateGrace, d.RateGrace)
	fill(&o.MaxBody, d.MaxBody)
	fill(&o.MaxHeader, d.MaxHeader)
	if o.Clock == nil {
		o.Clock = d.Clock
	}
	if productToken(o.Agent) != o.Agent {
		return o, fmt.Errorf("read fetch options: agent %q: use letters, - and _ only, robots.txt knows no others", o.Agent)
	}
	for name, proxy := range o.Egress {
		if u, err := url.Parse(proxy); err != nil || u.Host == "" {
			return o, fmt.Errorf("read fetch options: egress %s: want the URL of an HTTP proxy, such as http://10.0.0.1:3128", name)
		}
	}
	return o, nil
}

func fill[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// UserAgent is the full header: who we are and where to find us.
func (o Options) UserAgent() string {
	return strings.TrimSpace(o.Agent + "/" + o.Version + " (+" + o.Contact + ")")
}
