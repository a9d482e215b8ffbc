package app_test

import (
	"os"
	"testing"
)

// The quick loop says what it does not try.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	if os.Getenv("GOVWATCH_REQUIRE_BACKENDS") == "" {
		t.Skip("LEFT OUT here: S3, PostgreSQL, NATS servers and clusters, processes that are killed. make test runs them (or: cd test && go test ./...)")
	}
}
