package extractor

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rulesetFile holds the ruleset and the hash of the golden records that it made.
const rulesetFile = "testdata/ruleset.txt"

var rulesetLine = regexp.MustCompile(`(?m)^ *"Ruleset": \d+,?\n`)

// goldenSum hashes all golden records without the number of the ruleset.
func goldenSum(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "fixtures", "pages", "*", "*.golden.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden records: %v", err)
	}
	slices.Sort(files)
	h := sha256.New()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		// A checkout may end lines its own way.
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		if _, err := fmt.Fprintf(h, "%s %s\n", filepath.Base(filepath.Dir(f)), filepath.Base(f)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Write(rulesetLine.ReplaceAll(b, nil)); err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// TestRulesetFollowsGoldens: records that read differently need another ruleset, or
// archives read by the old rules are never brought up.
func TestRulesetFollowsGoldens(t *testing.T) {
	t.Parallel()
	if !*update { // TestGoldenPages checks when it has written
		checkRuleset(t)
	}
}

func checkRuleset(t *testing.T) {
	t.Helper()
	raw, err := os.ReadFile(rulesetFile)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	was, sum, _ := strings.Cut(strings.TrimSpace(string(raw)), " ")
	now, got := fmt.Sprint(Ruleset), goldenSum(t)
	switch {
	case was == now && sum == got:
	case was == now:
		t.Errorf("the golden records changed and Ruleset is still %s: raise it in ruleset.go with a line that says why, then run go test ./extractor -update", now)
	case !*update:
		t.Errorf("ruleset %s is not the %s of %s: run go test ./extractor -update and read the difference", now, was, rulesetFile)
	default:
		if err := os.WriteFile(rulesetFile, []byte(now+" "+got+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
