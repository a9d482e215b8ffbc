package crawler

import (
	"sync"

	"govwatch/crawler/family"
	"govwatch/notice"
)

// memoSize bounds the list pages that are remembered; one takes some kilobytes.
const memoSize = 2000

// memo remembers what list pages said, by their bytes: most list pages come
// unchanged, and reading one costs more than fetching it. It is safe for
// concurrent use; what it returns is shared and must not be changed.
type memo struct {
	mu    sync.Mutex
	said  map[memoKey]memoValue
	order []memoKey
}

// memoKey is all that a listing depends on. The year completes days without one.
type memoKey struct {
	family, list, address string
	page, year            int
	blob                  notice.BlobKey
}

type memoValue struct {
	listing family.Listing
	err     error
}

func newMemo() *memo { return &memo{said: map[memoKey]memoValue{}} }

// list returns what a page says, reading it when it was not read before.
func (m *memo) list(k memoKey, read func() (family.Listing, error)) (family.Listing, error) {
	m.mu.Lock()
	v, ok := m.said[k]
	m.mu.Unlock()
	if ok {
		return v.listing, v.err
	}
	v.listing, v.err = read()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.order) >= memoSize {
		delete(m.said, m.order[0])
		m.order = m.order[1:]
	}
	m.said[k], m.order = v, append(m.order, k)
	return v.listing, v.err
}
