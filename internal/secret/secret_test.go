package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"govwatch/internal/secret"
)

func TestNeverPrinted(t *testing.T) {
	t.Parallel()
	type config struct {
		Password secret.Text
		Parts    map[string]secret.Text
		hidden   secret.Text
	}
	word := secret.New("hunter2")
	c := config{word, map[string]secret.Text{"a": word}, word}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, c)
		fmt.Fprintf(&out, verb, &c)
		fmt.Fprintf(&out, verb, word)
	}
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "p", c.Password, "c", c)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "p", c.Password, "c", c)
	for _, form := range []string{"hunter2", fmt.Sprintf("%x", "hunter2")} {
		if strings.Contains(out.String(), form) {
			t.Errorf("a secret was printed: %s", out.String())
		}
	}
	if c.Password.Reveal() != "hunter2" {
		t.Error("the secret is lost")
	}
	if secret.New("").String() != "" || secret.New("").Set() || !word.Set() {
		t.Error("an empty secret looks like one")
	}
	var y config
	if err := yaml.Unmarshal([]byte("password: hunter2"), &y); err != nil || y.Password.Reveal() != "hunter2" {
		t.Errorf("decode yaml: %v", err)
	}
	if b, err := yaml.Marshal(y); err != nil || strings.Contains(string(b), "hunter2") || !strings.Contains(string(b), "***") {
		t.Errorf("encode yaml: %q, %v", b, err)
	}
	var back config
	if err := json.Unmarshal([]byte(`{"Password":"x"}`), &back); err != nil || back.Password.Reveal() != "x" {
		t.Errorf("decode: %v", err)
	}
}
