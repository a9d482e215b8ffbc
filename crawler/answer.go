package crawler

import (
	"net/http"
	"time"

	"govwatch/internal/textzh"
	"govwatch/notice"
)

// Answer is what a visit came to, redirects included. It is all that Judge looks at.
type Answer struct {
	// URL was asked for, FinalURL answered last.
	URL      string
	FinalURL string
	Hops     []notice.Hop
	Status   int
	Header   http.Header
	// Body holds the bytes after content coding, charset untouched.
	Body []byte
	// Served are the bytes as the server sent them where Body is what a browser
	// drew of them, nil for all other answers; ServedType is their media type.
	Served     []byte
	ServedType string
	// Err is why the exchange failed or was not begun; the body may hold a part.
	Err  error
	Role notice.Role
	// Home and Bad are shapes of the site's home page and of its answer to an
	// address that cannot exist; nil when not known.
	Home *Shape
	Bad  *Shape
	// OffHost is set when the last hop points to a host outside the task's own:
	// it was not followed.
	OffHost string

	Method    string
	Wire      int64
	Started   time.Time
	Duration  time.Duration
	FirstByte time.Duration
	RemoteIP  string
	Egress    string
	Insecure  bool
	Sequence  int
	// Endpoint is the interface that filled the page while it was drawn, method
	// first when it is not GET; empty when none was seen.
	Endpoint string
	// Robots are the exchanges for robots.txt that came before.
	Robots []Exchange

	// said is the body as text once somebody asked for it; all copies share it.
	said *said
}

// said is a body in UTF-8 (see textzh.Decode).
type said struct {
	known         bool
	text, charset string
	replaced      int
}

// decode is textzh.Decode of the body, done once for an answer of Visit.
func (a Answer) decode() (text, charset string, replaced int) {
	s := a.said
	if s == nil {
		s = &said{}
	}
	if !s.known {
		s.text, s.charset, s.replaced = textzh.Decode(a.Body, a.Header.Get("Content-Type"))
		s.known = true
	}
	return s.text, s.charset, s.replaced
}
