package reader

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/richardlehane/mscfb"
)

// oleStreams returns the wanted streams of a compound file by name. Streams of
// the same name in embedded objects come later and do not replace the first.
func oleStreams(b []byte, want ...string) (map[string][]byte, error) {
	r, err := mscfb.New(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("open compound file: %w", err)
	}
	out := make(map[string][]byte, len(want))
	for _, f := range r.File {
		if !wanted(f.Name, want) || out[f.Name] != nil || len(f.Path) > 0 {
			continue
		}
		// A stream cannot be longer than the file; a damaged size can.
		s, err := io.ReadAll(io.LimitReader(f, int64(len(b))))
		if err != nil && !errors.Is(err, io.EOF) && len(s) == 0 {
			return out, fmt.Errorf("read stream %s: %w", f.Name, err)
		}
		out[f.Name] = s
	}
	return out, nil
}

func wanted(name string, want []string) bool {
	for _, w := range want {
		if name == w {
			return true
		}
	}
	return false
}

// le is a little-endian view of bytes that answers 0 outside of them, so that
// damaged offsets lead to empty results and not to panics.
type le []byte

func (b le) u8(i int) int {
	if i < 0 || i >= len(b) {
		return 0
	}
	return int(b[i])
}

func (b le) u16(i int) int { return b.u8(i) | b.u8(i+1)<<8 }

func (b le) u32(i int) int { return b.u16(i) | b.u16(i+2)<<16 }

// slice returns n bytes from i, or as many as there are.
func (b le) slice(i, n int) le {
	if i < 0 || n <= 0 || i >= len(b) {
		return nil
	}
	return b[i:min(i+n, len(b))]
}
