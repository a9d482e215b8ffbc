package fileblob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"govwatch/notice"
)

const (
	// siteDir holds one small file a host: its anchors, so that a program that is
	// started anew for each poll still finds a page alike. It is a hint: a file that
	// is lost or unreadable costs space, never data.
	siteDir = "sites"
	// siteAnchors is how many pages a host is remembered by: a few templates.
	siteAnchors = 4
	// heldSites bounds what is held in memory, at about 4 kB a site.
	heldSites = 512
	maxSketch = 256
	minSketch = 8
)

// anchor is a page that new pages of its site are compared with.
type anchor struct {
	key    notice.BlobKey
	sketch []uint32
}

// siteOf is the host of an address, empty when it has none.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// sketchOf samples a text by the hashes of its tags and lines, sorted: pages
// from one template share most of them.
func sketchOf(body []byte) []uint32 {
	var sketch []uint32
	for len(body) > 0 {
		n := bytes.IndexAny(body[1:], "<\n") + 1
		if n == 0 {
			n = len(body)
		}
		h := uint32(2166136261) // FNV-1a, 32 bits
		for _, c := range body[:min(n, 256)] {
			h = (h ^ uint32(c)) * 16777619
		}
		// One in four, by value, so that both pages drop the same ones.
		if h>>30 == 0 {
			sketch = append(sketch, h)
		}
		body = body[n:]
	}
	slices.Sort(sketch)
	sketch = slices.Compact(sketch)
	return sketch[:min(len(sketch), maxSketch)]
}

// common counts the values that two sorted sketches share.
func common(a, b []uint32) (n int) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}

// nearest returns the anchor of a site that shares most, or nothing.
func (s *Store) nearest(site string, sketch []uint32) (best notice.BlobKey) {
	most := 0
	for _, a := range s.anchors(site) {
		if n := common(a.sketch, sketch); n > most {
			best, most = a.key, n
		}
	}
	return best
}

func (s *Store) anchors(site string) []anchor {
	p := s.packer
	p.mu.Lock()
	held, ok := p.sites[site]
	p.mu.Unlock()
	if ok {
		return held
	}
	var found []anchor
	for _, key := range s.readSite(site) {
		if body, err := s.base(key, 0); err == nil {
			found = append(found, anchor{key, sketchOf(body)})
		}
	}
	s.hold(site, found)
	return found
}

func (s *Store) hold(site string, anchors []anchor) {
	p := s.packer
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sites) >= heldSites {
		clear(p.sites)
	}
	p.sites[site] = anchors
}

// remember makes a page an anchor of its site; the oldest of too many goes.
func (s *Store) remember(site string, a anchor) error {
	anchors := append([]anchor{a}, s.anchors(site)...)
	anchors = anchors[:min(len(anchors), siteAnchors)]
	s.hold(site, anchors)
	var b strings.Builder
	b.WriteString(site + "\n")
	for _, a := range anchors {
		b.WriteString(string(a.key) + "\n")
	}
	tmp, err := s.disk.writeTemp(filepath.Join(s.dir, tempDir), []byte(b.String()))
	if err != nil {
		return err
	}
	return os.Rename(tmp, s.sitePath(site))
}

func (s *Store) sitePath(site string) string {
	sum := sha256.Sum256([]byte(site))
	return filepath.Join(s.dir, siteDir, hex.EncodeToString(sum[:12]))
}

func (s *Store) readSite(site string) []notice.BlobKey {
	b, err := os.ReadFile(s.sitePath(site))
	if err != nil {
		return nil
	}
	lines := strings.Fields(string(b))
	if len(lines) == 0 || lines[0] != site {
		return nil
	}
	var keys []notice.BlobKey
	for _, l := range lines[1:] {
		if k := notice.BlobKey(l); valid(k) && len(keys) < siteAnchors {
			keys = append(keys, k)
		}
	}
	return keys
}
