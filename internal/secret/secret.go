// Package secret holds values that must not be printed: passwords, tokens, and
// addresses that contain one.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const stars = "***"

// Text is a secret string. Every usual way to print, log or encode it yields
// ***; an empty one yields nothing, so that a missing secret is seen. It is
// behind a pointer because fmt prints the unexported fields of a struct without
// asking their methods. The zero value is empty.
type Text struct{ value *string }

// New wraps a secret.
func New(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{&s}
}

// Set reports that there is one.
func (t Text) Set() bool { return t.value != nil && *t.value != "" }

// Reveal returns the secret for the one place that sends it.
func (t Text) Reveal() string {
	if t.value == nil {
		return ""
	}
	return *t.value
}

// String returns the stars.
func (t Text) String() string {
	if !t.Set() {
		return ""
	}
	return stars
}

// Format prints the stars for every verb, the wrong ones included.
func (t Text) Format(f fmt.State, _ rune) {
	// A failed write is the writer's to report; fmt does not look at it either.
	if _, err := io.WriteString(f, t.String()); err != nil {
		return
	}
}

// MarshalText is what JSON and YAML write.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText is how JSON and YAML read one.
func (t *Text) UnmarshalText(b []byte) error {
	*t = New(string(b))
	return nil
}

// LogValue is what slog writes.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }
