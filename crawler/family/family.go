// Package family knows page layouts: how each content management system (CMS)
// draws its lists and its documents. It is pure: bytes in, links and nodes out;
// no clock, no network. The crawler and the extractor both read it, and it is
// the only leaf they share. Start with Page, then Listing, then one family file.
package family

import (
	"errors"

	"govwatch/notice"
)

// ErrEmptyList says that a page holds no list where one was expected. It is
// never a quiet day; the wrapping error says why.
var ErrEmptyList = errors.New("no list found")

// Family is one CMS. Implementations hold no state and may be used concurrently.
type Family interface {
	// Name is the family's identifier in declarations, such as "hanweb-jpage".
	Name() string
	// List reads one list page or API answer. It returns an error that wraps
	// ErrEmptyList, with the reason, when nothing was found; it never panics.
	List(Page) (Listing, error)
}

// Listing is what one list page or API answer says.
type Listing struct {
	Items []Item
	// Next are the requests that bring the following page, best first; empty on the last page.
	Next []Request
	// Total is the number of items the list says it holds, Pages the number of
	// pages; zero when it does not say.
	Total int
	Pages int
	// Page is the number of this page, from 1; zero when unknown.
	Page int
	// First is set when this answer only tells where the list is (a shell page):
	// the requests to make instead. Items is then empty and there is no error.
	First []Request
	// Family names the family that read it; auto names the shape.
	Family string
	// Endpoint names a JSON address behind a script-drawn list, when one is seen.
	Endpoint string
}

// Item is one entry of a list. URL is absolute and canonical.
type Item struct {
	Title string
	URL   string
	// Link is the address as the page writes it, made absolute: every parameter
	// stays, for a site may ask for it.
	Link string
	// Date is the publication date the list shows, zero when it shows none or
	// one that cannot be completed (a day without a year).
	Date   notice.Date
	Number string
	Issuer string
	// Written is the 成文日期 where the list tells it.
	Written notice.Date
	// Pinned (置顶) items stand out of date order and do not end a walk.
	Pinned bool
	// Validity is the list's flag (失效, 废止), empty when it has none.
	Validity notice.Validity
}

// Request is one further page to fetch.
type Request struct {
	Method string // GET or POST
	URL    string
	Body   string
	// ContentType of the body; empty for GET.
	ContentType string
	// Page is the page number it brings, zero when unknown.
	Page int
	// Before counts the entries of the pages before it, for answers that say a
	// total and no page size.
	Before int
}
