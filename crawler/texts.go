package crawler

import (
	"container/list"
	"sync"

	"govwatch/crawler/change"
	"govwatch/notice"
)

// textBytes bounds the comparable texts that are remembered, in bytes: those of
// about 2,000 pages, as many as 200 busy sites have in the days of daily visits.
const textBytes = 16 << 20

// texts remembers the comparable text of heads, by their bytes: a document is
// visited every day of its first week, and most pages carry noise, so that the
// head would be opened and parsed again each time. It is safe for concurrent use;
// what it returns is shared and must not be changed.
type texts struct {
	mu    sync.Mutex
	held  map[textKey]*list.Element
	order *list.List // of *heldText, the latest used in front
	size  int
}

// textKey is all that the text of a head depends on.
type textKey struct {
	blob      notice.BlobKey
	url, name string
}

type heldText struct {
	key  textKey
	text change.Text
	size int
}

func newTexts() *texts { return &texts{held: map[textKey]*list.Element{}, order: list.New()} }

func (t *texts) get(k textKey) (change.Text, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.held[k]
	if !ok {
		return change.Text{}, false
	}
	t.order.MoveToFront(e)
	return e.Value.(*heldText).text, true
}

func (t *texts) put(k textKey, text change.Text) {
	text = text.Compact()
	h := &heldText{k, text, text.Size() + len(k.url) + len(k.name) + 32*len(text.Lines) + 200}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.held[k]; ok || h.size > textBytes/16 {
		return
	}
	t.held[k] = t.order.PushFront(h)
	for t.size += h.size; t.size > textBytes; {
		last := t.order.Remove(t.order.Back()).(*heldText)
		delete(t.held, last.key)
		t.size -= last.size
	}
}
