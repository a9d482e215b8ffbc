package reader

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestMain lets the test binary be its own child, as a program is.
func TestMain(m *testing.M) {
	if childMisbehaves() || ChildMain() {
		return
	}
	os.Exit(m.Run())
}

// envTestChild makes a child of a test break in the way it names.
const envTestChild = "GOVWATCH_READER_TEST"

func childMisbehaves() bool {
	if os.Getenv(envChild) == "" {
		return false
	}
	switch os.Getenv(envTestChild) {
	case "panic":
		panic("made to fail")
	case "hang":
		select {}
	case "memory":
		var hoard [][]byte
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			hoard = append(hoard, b)
			if len(hoard) > 1000 {
				return true
			}
		}
	case "babble":
		fmt.Print("this is no frame")
		// Ending at once would break the pipe under the request.
		_, err := io.Copy(io.Discard, os.Stdin)
		return err == nil
	}
	return false
}

func testGuard(t testing.TB, o Options) *Guard {
	t.Helper()
	g, err := NewGuard(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return g
}

// corpus returns a file of the corpus of real documents, or skips.
func corpus(t testing.TB, name string) []byte {
	t.Helper()
	dir := os.Getenv("GOVWATCH_CORPUS")
	if dir == "" {
		t.Skip("GOVWATCH_CORPUS names no folder of real documents")
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
