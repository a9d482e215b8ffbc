package family

import (
	"govwatch/notice"

	"golang.org/x/net/html"
)

// Page is one answer to read. It is made once and passed by value; the parsed
// tree is shared and must not be changed.
type Page struct {
	// URL is the address that answered, for resolving links.
	URL string
	// Text is the body decoded to UTF-8.
	Text string
	// Root is the parsed tree; nil when the body is not markup.
	Root *html.Node
	// List is the declaration of the list; the zero value when there is none.
	List notice.List
	// Number is the number of the page, from 1.
	Number int
	// Today is the civil date of the visit: days without a year are completed by it.
	Today notice.Date
}
