package notice

import "time"

// Outcome names what one HTTP exchange came to: a closed list.
type Outcome string

// Outcomes of a capture. Only OK and NotModified carry a document; every other
// one is a statement about the site or the way to it.
const (
	OK              Outcome = "ok"
	NotModified     Outcome = "not_modified"
	Redirected      Outcome = "redirected"
	Gone404         Outcome = "gone_404"
	Gone410         Outcome = "gone_410"
	ForbiddenRobots Outcome = "forbidden_robots"
	BlockedWAF      Outcome = "blocked_waf"
	BlockedGeo      Outcome = "blocked_geo"
	ChallengeJS     Outcome = "challenge_js"
	Soft404         Outcome = "soft_404"
	ErrorSink       Outcome = "error_sink"
	Empty           Outcome = "empty"
	Stub            Outcome = "stub"
	Truncated       Outcome = "truncated"
	Timeout         Outcome = "timeout"
	DNS             Outcome = "dns"
	TLS             Outcome = "tls"
	Connect         Outcome = "connect"
	HTTP5xx         Outcome = "http_5xx"
	TooLarge        Outcome = "too_large"
	BadCharset      Outcome = "bad_charset"
)

// Outcomes lists all outcomes in the order above, for tables and metrics.
func Outcomes() []Outcome {
	return []Outcome{OK, NotModified, Redirected, Gone404, Gone410, ForbiddenRobots, BlockedWAF, BlockedGeo,
		ChallengeJS, Soft404, ErrorSink, Empty, Stub, Truncated, Timeout, DNS, TLS, Connect, HTTP5xx, TooLarge, BadCharset}
}

// Good reports an answer that says something about the document itself.
func (o Outcome) Good() bool { return o == OK || o == NotModified }

// Blocked reports that the site turns us away: we say so and wait.
func (o Outcome) Blocked() bool { return o == BlockedWAF || o == BlockedGeo || o == ChallengeJS }

// Missing reports an answer that says the document is not there.
func (o Outcome) Missing() bool {
	return o == Gone404 || o == Gone410 || o == Soft404 || o == ErrorSink
}

// Role says what a capture was made for.
type Role string

// Roles of captures.
const (
	ListRole       Role = "list"
	DetailRole     Role = "detail"
	AttachmentRole Role = "attachment"
	RobotsRole     Role = "robots"
)

// Capture is one HTTP exchange, hops included, as it happened on the wire.
type Capture struct {
	ID       CaptureID
	Task     TaskID
	Source   SourceID
	Document DocumentID `json:",omitempty"`
	Role     Role
	// URL was asked for, FinalURL answered.
	URL      string
	FinalURL string
	Hops     []Hop `json:",omitempty"`
	// FetchedAt is when the request started, by the clock that schedules.
	FetchedAt time.Time
	Duration  time.Duration
	FirstByte time.Duration
	Status    int
	// Header keeps the fields that describe the body: Content-Type, Content-Encoding,
	// Content-Length, Content-Disposition, ETag, Last-Modified, Date, Server, Retry-After.
	Header map[string]string `json:",omitempty"`
	// Blob is set when the bytes are archived, else empty: a `same` answer stores the row alone.
	Blob BlobKey `json:",omitempty"`
	// Served is the page as the server sent it where Blob is what a browser drew of
	// it; empty for all other captures.
	Served    BlobKey `json:",omitempty"`
	Size      int64
	MediaType string
	Charset   string
	Outcome   Outcome
	// Quality is 0 to 1: how sure we are that the body is what was asked for.
	Quality float64
	Reason  string
	Egress  string
	// Insecure records that the certificate was not checked, by configuration.
	Insecure bool
	RemoteIP string
	Err      string `json:",omitempty"`
}

// Hop is one redirect on the way.
type Hop struct {
	URL      string
	Status   int
	Location string
}

// BlobMeta travels with archived bytes for people who look at the store alone.
type BlobMeta struct {
	MediaType string
	URL       string
	FetchedAt time.Time
	// Like is an archived blob that these bytes probably resemble, such as the
	// document's state before: a store may keep the difference alone. Empty is fine.
	Like BlobKey
}
