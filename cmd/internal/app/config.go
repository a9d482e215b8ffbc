// Package app wires the rooms together: it reads the configuration, opens each
// backend from its URL, and runs the roles. Nothing here judges a page or a
// document. Start at config.go, then app.go, then roles.go.
package app

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"govwatch/internal/secret"
	"govwatch/schedules"
)

// ErrConfig marks misuse: the command exits with 2.
var ErrConfig = errors.New("configuration")

// Config is what a person may set. Every key is documented in config.example.yaml.
type Config struct {
	// Data is the folder of the embedded backends, the lock and the clock.
	Data string `yaml:"data"`
	// Sources is a folder of declarations; empty means the embedded ones.
	Sources string `yaml:"sources"`
	// AllowPrivate lists host:port pairs that may be visited although they are
	// loopback or private addresses.
	AllowPrivate []string `yaml:"allow_private"`
	// Pace is the time between two starts on one host.
	Pace time.Duration `yaml:"pace"`
	// Bus, Archive and Tracker are URLs; open.go knows their schemes.
	Bus     string `yaml:"bus"`
	Archive string `yaml:"archive"`
	Tracker string `yaml:"tracker"`
	// Listen is the address of the status page and of /healthz; empty means none.
	Listen string `yaml:"listen"`
	// Contact is a URL or mail address that goes into the User-Agent.
	Contact string `yaml:"contact"`
	// GraceDays is how recent a baseline document must be to raise an alert.
	GraceDays int `yaml:"grace_days"`
	// Budget is the most requests a day in all; zero means no limit.
	Budget int `yaml:"budget"`
	// HostBudget is the most requests a day to one host; zero means no limit.
	HostBudget int `yaml:"host_budget"`
	// Adaptive bounds the visits of sources that declare schedule: adaptive.
	Adaptive AdaptiveConfig `yaml:"adaptive"`
	// Timeout bounds one request.
	Timeout time.Duration `yaml:"timeout"`
	// MaxBody is the size at which a body is refused, in bytes.
	MaxBody int64 `yaml:"max_body"`
	// Egress names HTTP proxies that declarations may ask for.
	Egress map[string]string `yaml:"egress"`
	// OCR reads scanned files with tesseract when it is installed.
	OCR bool `yaml:"ocr"`
	// Browser draws lists that only a script can draw; empty looks for chromium.
	Browser string `yaml:"browser"`
	// Log is how steps and failures are written to standard error.
	Log LogConfig `yaml:"log"`
	// Workers is how many extractions run side by side.
	Workers int `yaml:"workers"`
	// NATS, S3 and Postgres hold what the URLs cannot: credentials and certificates.
	NATS     NATSConfig     `yaml:"nats"`
	S3       S3Config       `yaml:"s3"`
	Postgres PostgresConfig `yaml:"postgres"`
	// Alerts are rules with a channel each; none means the shipped rules on standard output.
	Alerts []AlertConfig `yaml:"alerts"`
}

// LogConfig is the form of log lines; their keys are the same in each.
type LogConfig struct {
	// Format is text (key=value) or json (one object a line).
	Format string `yaml:"format"`
}

// AdaptiveConfig is what the adaptive sources may ask of the sites, in requests
// for lists a day.
type AdaptiveConfig struct {
	// Budget is for all of them together; zero means as many as their cron lines make.
	Budget int `yaml:"budget"`
	// HostBudget is for one host.
	HostBudget int `yaml:"host_budget"`
}

func (c AdaptiveConfig) limits() schedules.Limits {
	return schedules.Limits{Total: float64(c.Budget), PerHost: float64(c.HostBudget)}
}

// NATSConfig is how to reach an external bus.
type NATSConfig struct {
	// Credentials is the path of a NATS credentials file.
	Credentials string `yaml:"credentials"`
	CA          string `yaml:"ca"`
	Cert        string `yaml:"cert"`
	Key         string `yaml:"key"`
	// User and Password are for servers without credentials files. The password
	// may be "env:NAME" or "file:PATH".
	User     string      `yaml:"user"`
	Password secret.Text `yaml:"password"`
	// Takeover is how long a silent worker keeps its hosts, tasks and events
	// before another one gets them. All processes of a cluster must agree on it.
	Takeover time.Duration `yaml:"takeover"`
}

// PostgresConfig holds what the tracker's URL should not.
type PostgresConfig struct {
	// Password may be "env:NAME" or "file:PATH".
	Password secret.Text `yaml:"password"`
}

// S3Config is how to reach an object store. Secrets may be "env:NAME" or "file:PATH".
type S3Config struct {
	AccessKey secret.Text `yaml:"access_key"`
	SecretKey secret.Text `yaml:"secret_key"`
}

// minTakeover leaves a worker on a busy machine time to report.
const minTakeover = 3 * time.Second

// Default is the configuration of a laptop: one process, everything in ./data.
func Default() Config {
	return Config{
		Data: "./data", Pace: 3 * time.Second, Contact: "https://github.com/govwatch/govwatch", GraceDays: 3,
		Timeout: 60 * time.Second, MaxBody: 64 << 20, Workers: 2, Log: LogConfig{Format: "text"}, Adaptive: AdaptiveConfig{HostBudget: schedules.DefaultPerHost}, NATS: NATSConfig{Takeover: 30 * time.Second},
	}
}

// Load reads the file (none when path is empty) over the defaults, then the
// environment (GOVWATCH_DATA, _SOURCES, _BUS, _ARCHIVE, _TRACKER, _LISTEN, _LOG_FORMAT)
// over it. Unknown keys and wrong types are refused with file and line.
func Load(path string, env func(string) string) (Config, error) {
	c := Default()
	if path != "" {
		if err := readFile(path, &c); err != nil {
			return c, err
		}
	}
	for name, to := range map[string]*string{
		"GOVWATCH_DATA": &c.Data, "GOVWATCH_SOURCES": &c.Sources, "GOVWATCH_BUS": &c.Bus,
		"GOVWATCH_ARCHIVE": &c.Archive, "GOVWATCH_TRACKER": &c.Tracker, "GOVWATCH_LISTEN": &c.Listen,
		"GOVWATCH_LOG_FORMAT": &c.Log.Format,
	} {
		if v := env(name); v != "" {
			*to = v
		}
	}
	c.fill()
	return c, c.fillSecrets()
}

func readFile(path string, c *Config) error {
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %s does not exist; start from config.example.yaml", ErrConfig, path)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if len(strings.TrimSpace(string(b))) == 0 {
		return nil
	}
	if err := yaml.UnmarshalWithOptions(b, c, yaml.Strict()); err != nil {
		return fmt.Errorf("%w: %s: %s; see config.example.yaml for the keys", ErrConfig, path, firstLine(yaml.FormatError(err, false, false)))
	}
	// Folders are meant from where the command runs, as in every URL; a folder of
	// declarations that lies beside the file is found there too.
	if beside := filepath.Join(filepath.Dir(path), c.Sources); c.Sources != "" && !filepath.IsAbs(c.Sources) && !isDir(c.Sources) && isDir(beside) {
		c.Sources = beside
	}
	return nil
}

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// fill derives the URLs of the embedded backends from the data folder.
func (c *Config) fill() {
	if c.Bus == "" {
		c.Bus = "embedded:" + filepath.Join(c.Data, "nats")
	}
	if c.Archive == "" {
		c.Archive = "file:" + filepath.Join(c.Data, "archive")
	}
	if c.Tracker == "" {
		c.Tracker = "sqlite:" + filepath.Join(c.Data, "tracker.db")
	}
}

// Validate refuses settings that cannot work together, each with the way out.
func (c Config) Validate(roles []Role) error {
	if c.Data == "" {
		return fmt.Errorf("%w: data is empty; name a folder", ErrConfig)
	}
	if c.Pace < 0 {
		return fmt.Errorf("%w: pace %s is negative; 3s is the default", ErrConfig, c.Pace)
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		return fmt.Errorf("%w: log.format %q: use text or json", ErrConfig, c.Log.Format)
	}
	if c.Adaptive.Budget < 0 || c.Adaptive.HostBudget < 1 {
		return fmt.Errorf("%w: adaptive: budget %d, host_budget %d: a budget is 0 (as the cron lines make) or more, that of a host at least 1 request a day; %d is the default",
			ErrConfig, c.Adaptive.Budget, c.Adaptive.HostBudget, schedules.DefaultPerHost)
	}
	if c.NATS.Takeover < minTakeover {
		return fmt.Errorf("%w: nats.takeover %s is too short for a busy machine; %s is the least, 30s the default", ErrConfig, c.NATS.Takeover, minTakeover)
	}
	for _, a := range c.AllowPrivate {
		if _, _, err := net.SplitHostPort(a); err != nil {
			return fmt.Errorf("%w: allow_private %q is not host:port; write for example 127.0.0.1:8080", ErrConfig, a)
		}
	}
	for name, proxy := range c.Egress {
		if u, err := url.Parse(proxy); err != nil || u.Host == "" {
			return fmt.Errorf("%w: egress %s: %q is not the URL of a proxy", ErrConfig, name, proxy)
		}
	}
	if len(roles) > 0 && !slices.Equal(roles, AllRoles()) && c.Embedded() {
		return fmt.Errorf("%w: roles %v alone need nats://, s3:// and postgres:// URLs for bus, archive and tracker; embedded backends serve one process", ErrConfig, roles)
	}
	for i, a := range c.Alerts {
		if err := a.validate(); err != nil {
			return fmt.Errorf("%w: alerts[%d]: %w", ErrConfig, i, err)
		}
	}
	return nil
}
