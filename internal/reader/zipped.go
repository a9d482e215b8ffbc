package reader

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	// XML of office files shrinks ten to forty times. A member may grow this
	// many times, and small ones up to growthFloor whatever their ratio.
	growth      = 60
	growthFloor = 8 << 20
	growthRoof  = 256 << 20
)

// errGrowth means that a member inflates beyond its limit.
var errGrowth = fmt.Errorf("member inflates more than %d times", growth)

// pack is a zip file whose members are found by name, whatever slashes and
// case the writer used.
type pack struct{ members map[string]*zip.File }

func openPack(b []byte) (pack, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return pack{}, err
	}
	p := pack{members: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		p.members[memberName(f.Name)] = f
	}
	return p, nil
}

func memberName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (p pack) has(name string) bool {
	_, ok := p.members[memberName(name)]
	return ok
}

// read returns a whole member. With errGrowth it returns what came before the
// limit.
func (p pack) read(name string) ([]byte, error) {
	f, ok := p.members[memberName(name)]
	if !ok {
		return nil, fmt.Errorf("member %s is missing", name)
	}
	return inflate(f)
}

func inflate(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("open member %s: %w", f.Name, err)
	}
	limit := inflatedLimit(int64(f.CompressedSize64))
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if int64(len(b)) > limit {
		return b[:limit], errGrowth
	}
	if err != nil {
		return b, fmt.Errorf("inflate member %s: %w", f.Name, err)
	}
	return b, nil
}

func inflatedLimit(packed int64) int64 {
	return min(max(packed, 0)*growth+growthFloor, growthRoof)
}
