package app_test

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeQuotesTheSimulation holds that the figures of the README are those
// of the last play that was kept.
func TestReadmeQuotesTheSimulation(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../../docs/SIMULATION.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(doc), "\nIn short: ")
	line, _, _ := strings.Cut(rest, "\n")
	if !found || !strings.Contains(string(readme), line) {
		t.Errorf("the README does not quote docs/SIMULATION.md: %q", line)
	}
}
