// Package crawler visits government sites: one task from its list pages to the
// documents behind them, politely, keeping the bytes as they came.
//
// It knows notices and page layouts; it must not know how records are read,
// who is told, or which backend stores what. Start reading at worker.go.
//
// What colly 2.3 does, and where each trap is handled:
//
//   - It rewrites bodies to UTF-8 in place, and destroys a PDF that is sent with
//     a charset: transport.go takes the bytes on the wire; colly's are not used.
//   - MaxBodySize cuts without an error: it is off, and transport.go fails loudly.
//   - LimitRule delays after the request, ignores cancellation, and skips
//     redirects and robots.txt: pace.go gates every hop instead.
//   - Its robots.txt reader is off by default, never expires and gets 27 of
//     Google's 400 cases wrong: robots.go and policy.go take its place.
//   - 304, 404 and 5xx arrive as errors unless ParseHTTPErrorResponse is set, and
//     a second visit of an address fails unless AllowURLRevisit is: collector.go.
//   - Its visited set never shrinks: a collector lives for one visit.
package crawler
