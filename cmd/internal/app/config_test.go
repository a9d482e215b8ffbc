package app_test

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"govwatch/cmd/internal/app"
)

const example = "../../../config.example.yaml"

func noEnv(string) string { return "" }

func TestExampleIsTheDefault(t *testing.T) {
	t.Parallel()
	got, err := app.Load(example, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	want, err := app.Load("", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	got.Bus, got.Archive, got.Tracker = want.Bus, want.Archive, want.Tracker
	// An empty list and none mean the same.
	got.AllowPrivate, got.Egress, got.Alerts = want.AllowPrivate, want.Egress, want.Alerts
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the example differs from the defaults:\n%+v\n%+v", got, want)
	}
}

// keys are the yaml names of a type, nested ones included.
func keys(t reflect.Type, into map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			into[name] = true
			keys(t.Field(i).Type, into)
		}
	}
}

func TestExampleDocumentsEveryKey(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	keys(reflect.TypeFor[app.Config](), want)
	for k := range want {
		if !regexp.MustCompile(`[\s{,]` + regexp.QuoteMeta(k) + `:`).Match(b) {
			t.Errorf("config.example.yaml does not mention %s", k)
		}
	}
}

// The commented example of rules must be one that the program takes.
func TestExampleRulesWork(t *testing.T) {
	t.Parallel()
	f, err := os.Open(example)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimPrefix(strings.TrimPrefix(lines.Text(), "#"), " ")
		if lines.Text() == "# alerts:" {
			inside = true
		}
		if inside && (lines.Text() == "#" || !strings.HasPrefix(lines.Text(), "#")) {
			break
		}
		if inside {
			out.WriteString(line + "\n")
		}
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := app.Load(path, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Alerts) != 3 || c.Validate(nil) != nil {
		t.Errorf("%d rules, %v", len(c.Alerts), c.Validate(nil))
	}
}

func TestBadConfigurationsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, want string }{
		"unknown key":          {"sorces: ./x\n", "sorces"},
		"wrong type":           {"pace: often\n", "duration"},
		"negative pace":        {"pace: -1s\n", "3s is the default"},
		"form of the log":      {"log: {format: xml}\n", "text or json"},
		"host budget":          {"adaptive: {host_budget: 0}\n", "144 is the default"},
		"address without port": {"allow_private: [127.0.0.1]\n", "host:port"},
		"proxy":                {"egress: {beijing: nowhere}\n", "proxy"},
		"rule without channel": {"alerts: [{name: a}]\n", "name a type"},
		"rule without name":    {"alerts: [{words: [x], channel: stdout}]\n", "identity"},
		"unknown channel key":  {"alerts: [{channel: {type: webhook, adress: x}}]\n", "adress"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "c.yaml")
			if err := os.WriteFile(path, []byte(c.body), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := app.Load(path, noEnv)
			if err == nil {
				err = cfg.Validate(nil)
			}
			if !errors.Is(err, app.ErrConfig) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, c.want)
			}
		})
	}
}

func TestSplitRolesNeedExternalBackends(t *testing.T) {
	t.Parallel()
	c, err := app.Load("", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	roles, err := app.ParseRoles("crawl,extract")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Validate(roles); !errors.Is(err, app.ErrConfig) {
		t.Errorf("split roles on embedded backends: %v", err)
	}
	c.Bus, c.Archive, c.Tracker = "nats://a,b,c", "s3://b?endpoint=x:1", "postgres://h/db"
	if err := c.Validate(roles); err != nil {
		t.Errorf("split roles on external backends: %v", err)
	}
	if _, err := app.ParseRoles("cook"); !errors.Is(err, app.ErrConfig) {
		t.Errorf("an unknown role: %v", err)
	}
}

func TestTwoProcessesDoNotShareAFolder(t *testing.T) {
	t.Parallel()
	cfg := app.Default()
	cfg.Data = t.TempDir()
	cfg, err := filled(cfg)
	if err != nil {
		t.Fatal(err)
	}
	first, err := app.New(t.Context(), cfg, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := app.New(t.Context(), cfg, app.Options{}); err == nil || !strings.Contains(err.Error(), "in use by process") {
		t.Errorf("a second process opened the folder: %v", err)
	}
	t.Logf("refused after %s", time.Since(began))
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	second, err := app.New(t.Context(), cfg, app.Options{})
	if err != nil {
		t.Fatalf("the folder is not given back: %v", err)
	}
	if err := second.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// filled derives the URLs from the folder, as Load does.
func filled(c app.Config) (app.Config, error) {
	return app.Load("", func(name string) string {
		if name == "GOVWATCH_DATA" {
			return c.Data
		}
		return ""
	})
}
