package crawler

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// Verdict names what an answer is, before anything in it is compared.
type Verdict struct {
	Outcome notice.Outcome
	// Quality is 0 to 1: how sure we are that the body is what was asked for.
	Quality float64
	// Reason is one line for people, empty for a plain page.
	Reason string
	// Refresh is where a page without content sends a browser, if it does.
	Refresh string
}

// Judge names an answer by its bytes, header and way. It is pure, never
// panics, and asks in this order: did anything come, does it bear the mark of a
// protection, what does the status say, is it what was asked for.
//
// Words alone never make a block page: a policy about 网站安全 says 拦截 too. They
// count where the page has hardly any text of its own and no mark of an article.
func Judge(a Answer) Verdict {
	switch {
	case a.Err != nil:
		return judgeError(a)
	case a.Status == http.StatusNotModified:
		return Verdict{notice.NotModified, 1, "", ""}
	case a.OffHost != "":
		return Verdict{notice.Redirected, 0, "it moved to another host: " + a.OffHost, ""}
	}
	kind := sniff(a)
	if kind == markupBody || kind == textBody {
		return judgeText(a)
	}
	if v, ok := judgeHeader(a, &look{}); ok {
		return v
	}
	if v, done := judgeStatus(a, &look{}); done {
		return v
	}
	switch kind {
	case noBody:
		return Verdict{notice.Empty, 0, "the answer is empty", ""}
	case jsonBody:
		return judgeJSON(a)
	}
	return judgeFile(a)
}

func judgeError(a Answer) Verdict {
	v := Verdict{Reason: a.Err.Error()}
	var dns *net.DNSError
	var rest *RestError
	var status *statusError
	var timeout net.Error
	switch {
	case errors.As(a.Err, &status):
		v.Outcome = notice.HTTP5xx
		if status.status == http.StatusTooManyRequests {
			v.Outcome = notice.BlockedWAF
		}
	case errors.Is(a.Err, ErrNoBrowser):
		v.Outcome, v.Reason = notice.Empty, ErrNoBrowser.Error()
	case errors.Is(a.Err, ErrTooLarge):
		v.Outcome = notice.TooLarge
	case errors.Is(a.Err, ErrTruncated):
		v.Outcome = notice.Truncated
	case errors.Is(a.Err, ErrHops):
		v.Outcome = notice.Redirected
		if selfRedirect(a.Hops) {
			v.Outcome, v.Reason = notice.ChallengeJS, "it redirects to itself until a script sets a cookie"
		}
	case errors.As(a.Err, &rest):
		v.Outcome = notice.HTTP5xx
	case errors.Is(a.Err, ErrSlow), errors.Is(a.Err, context.DeadlineExceeded), errors.As(a.Err, &timeout) && timeout.Timeout():
		v.Outcome = notice.Timeout
	case errors.As(a.Err, &dns):
		v.Outcome = notice.DNS
	case isTLS(a.Err):
		v.Outcome = notice.TLS
	case errors.Is(a.Err, ErrRobots) && !brokenOff(a.Err):
		v.Outcome = notice.ForbiddenRobots
	default:
		v.Outcome = notice.Connect
	}
	return v
}

// brokenOff says that the connection failed: a robots.txt that could not be
// read for that is an outage, not a prohibition.
func brokenOff(err error) bool {
	return errors.As(err, new(*net.OpError)) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func selfRedirect(hops []notice.Hop) bool {
	for _, h := range hops {
		if h.URL != hops[0].URL {
			return false
		}
	}
	return len(hops) > 0
}

func isTLS(err error) bool {
	return errors.As(err, new(*tls.CertificateVerificationError)) || errors.As(err, new(x509.UnknownAuthorityError)) ||
		errors.As(err, new(x509.HostnameError)) || errors.As(err, new(x509.CertificateInvalidError)) ||
		errors.As(err, new(tls.RecordHeaderError)) || errors.As(err, new(tls.AlertError)) || strings.Contains(err.Error(), "tls: ")
}

type bodyKind int

const (
	noBody bodyKind = iota
	markupBody
	textBody
	jsonBody
	fileBody
)

// sniff tells by the first bytes what a body is; headers are often wrong.
func sniff(a Answer) bodyKind {
	head := bytes.TrimLeft(bytes.TrimPrefix(a.Body[:min(len(a.Body), 2048)], []byte("\xEF\xBB\xBF")), " \t\r\n")
	if len(head) == 0 {
		return noBody
	}
	for _, magic := range []string{"%PDF", "PK\x03\x04", "\xD0\xCF\x11\xE0", "Rar!", "7z\xBC\xAF", "\xFF\xD8\xFF", "\x89PNG", "GIF8", "{\\rtf", "II*\x00", "MM\x00*"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return fileBody
		}
	}
	if head[0] == '{' || head[0] == '[' {
		return jsonBody
	}
	if bytes.ContainsRune(head, '<') {
		return markupBody
	}
	if bytes.IndexByte(head, 0) >= 0 && !bytes.HasPrefix(head, []byte("\xFF\xFE")) && !bytes.HasPrefix(head, []byte("\xFE\xFF")) {
		return fileBody
	}
	return textBody
}

func judgeText(a Answer) Verdict {
	text, charset, replaced := a.decode()
	l := scan(text)
	if v, ok := judgeSigns(a, l, text); ok {
		return v
	}
	if v, done := judgeStatus(a, l); done {
		return v
	}
	if replaced > 8 && replaced*50 > utf8.RuneCountInString(text) {
		return Verdict{notice.BadCharset, 0.2, fmt.Sprintf("%d characters cannot be read as %s", replaced, charset), ""}
	}
	for _, rule := range []func(Answer, *look, string) (Verdict, bool){judgeStoreError, judgeServerPage, judgeMessage, judgeEnd, judgeLength, judgeShell, judgeShape, judgeKind} {
		if v, ok := rule(a, l, text); ok {
			return v
		}
	}
	v := Verdict{notice.OK, 1, "", ""}
	if replaced > 0 {
		v.Quality, v.Reason = 0.9, fmt.Sprintf("%d characters could not be read as %s", replaced, charset)
	}
	return v
}

// judgeStatus decides what a status says by itself.
func judgeStatus(a Answer, l *look) (Verdict, bool) {
	s := a.Status
	v := func(o notice.Outcome, why string) (Verdict, bool) {
		return Verdict{o, 0, fmt.Sprintf("status %d%s", s, why), ""}, true
	}
	switch {
	case s == 0 || s == 200 || s == 201 || s == 202 || s == 203 || s == 206:
		return Verdict{}, false
	case s < 300:
		return v(notice.Empty, ": no content")
	case s < 400:
		return v(notice.Redirected, " without a usable address")
	case s == 404:
		return v(notice.Gone404, "")
	case s == 410:
		return v(notice.Gone410, "")
	case s == 451:
		return v(notice.BlockedGeo, ": withheld for legal reasons")
	case s == 406:
		// We take anything, so it is not our Accept that is refused: filters answer so.
		return v(notice.BlockedWAF, ": a filter refuses the request")
	case s == 400 || s == 411 || s == 413 || s == 414 || s == 415 || s == 416 || s == 421 || s == 422:
		return v(notice.ErrorSink, ": the server does not take the request")
	case s == 407 || s == 408:
		return v(notice.Timeout, "")
	case s == 401 && l.password:
		return v(notice.ErrorSink, ": a login page")
	case s == 429:
		return v(notice.BlockedWAF, ": too many requests")
	case s < 500 || s >= 600:
		// Past 599 there is no status of HTTP: filters have their own.
		if who := whoBlocks(a, ""); who != "" {
			return v(notice.BlockedWAF, " by "+who)
		}
		return v(notice.BlockedWAF, ": the server refuses us")
	}
	return v(notice.HTTP5xx, "")
}
