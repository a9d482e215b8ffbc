// Package urlx gives every address one form. Government sites write the same
// page as http and https, with and without visit tokens, with ./ and leading
// /../, backslashes and raw Chinese; documents are told apart by Identity. The
// package knows nothing of notices and opens no connection. Every function is
// pure and safe for concurrent use. Start reading at Canonical.
package urlx

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

var (
	// ErrScheme means that the address is not one to fetch, such as
	// javascript:void(0) or mailto:.
	ErrScheme = errors.New("only http and https addresses are fetched")
	// ErrHost means that the address has no host or none that can exist.
	ErrHost = errors.New("the address has no usable host")
)

// parts is an absolute address after cleaning; path begins with a slash.
type parts struct {
	scheme, host, path, query, fragment string
	hasQuery                            bool
}

func (p parts) String() string {
	s := p.scheme + "://" + p.host + p.path
	if p.hasQuery {
		s += "?" + p.query
	}
	if p.fragment != "" {
		s += "#" + p.fragment
	}
	return s
}

// Canonical returns the one form of an absolute address: scheme and host in
// lower case, IDNA, no default port, no user name, dot segments resolved (a
// leading /../ as browsers do), percent-encoding normalised, parameters that
// change with each visit dropped and the order of the others kept, no fragment
// but a route (#/…). The result is stable: Canonical of it is itself. The error
// is ErrScheme or ErrHost.
func Canonical(raw string) (string, error) {
	p, err := split(raw)
	if err != nil {
		return "", fmt.Errorf("read address %q: %w", shorten(raw), err)
	}
	p.path = dropPathSession(p.path)
	p.query = dropVisitParams(p.query)
	p.hasQuery = p.query != ""
	return p.String(), nil
}

// Identity is Canonical with https as scheme: the key under which a document is
// known, because sites serve each page under both schemes. A port that is not
// the default is part of it.
func Identity(raw string) (string, error) {
	c, err := Canonical(raw)
	if err != nil {
		return "", err
	}
	rest, ok := strings.CutPrefix(c, "http://")
	if !ok {
		return c, nil
	}
	end := strings.IndexByte(rest, '/')
	return "https://" + strings.TrimSuffix(rest[:end], ":443") + rest[end:], nil
}

// Host returns host, or host:port for a port that is not the scheme's default,
// in lower case; empty when raw has none.
func Host(raw string) string {
	p, err := split(raw)
	if err != nil {
		return ""
	}
	return p.host
}

// SameSite is true when both addresses belong to one registrable domain: under
// gov.cn and the provincial second-level domains that is the name below them
// (www.zj.gov.cn and jxt.zj.gov.cn, not zj.gov.cn and gd.gov.cn). It takes
// addresses or bare hosts; ports do not count. IP addresses must be equal.
func SameSite(a, b string) bool {
	x, y := site(a), site(b)
	return x != "" && x == y
}

func site(raw string) string {
	if !strings.Contains(raw, "://") {
		raw = "http://" + strings.TrimPrefix(raw, "//")
	}
	host := Host(raw)
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "" || isIP(host) {
		return host
	}
	if host == "gov.cn" {
		host = "www.gov.cn"
	}
	name, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil { // the host is itself a public suffix, or one word
		return host
	}
	return name
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

func split(raw string) (parts, error) {
	var p parts
	s := tidy(raw)
	scheme, rest, ok := cutScheme(s)
	if !ok || scheme != "http" && scheme != "https" {
		return p, ErrScheme
	}
	p.scheme = scheme
	rest, ok = strings.CutPrefix(rest, "//")
	if !ok {
		return p, ErrHost
	}
	rest, p.fragment, _ = strings.Cut(rest, "#")
	if !strings.HasPrefix(p.fragment, "/") && !strings.HasPrefix(p.fragment, "!/") {
		p.fragment = ""
	}
	p.fragment = encode(p.fragment)
	rest, p.query, p.hasQuery = strings.Cut(rest, "?")
	p.query = encode(p.query)
	authority, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	host, err := cleanHost(authority, scheme)
	if err != nil {
		return p, err
	}
	p.host = host
	p.path = dotless(encode(path))
	return p, nil
}

// tidy does to an address what browsers do before they parse it, and makes the
// backslashes of the path into slashes.
func tidy(raw string) string {
	s := strings.TrimFunc(raw, func(r rune) bool {
		return r <= ' ' || r == 0xA0 || r == 0x3000 || r == 0x200B || r == 0xFEFF
	})
	if strings.ContainsAny(s, "\t\r\n") {
		s = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(s)
	}
	if strings.Contains(s, `\`) {
		end := strings.IndexAny(s, "?#")
		if end < 0 {
			end = len(s)
		}
		s = strings.ReplaceAll(s[:end], `\`, "/") + s[end:]
	}
	return s
}

func cutScheme(s string) (scheme, rest string, ok bool) {
	for i := range len(s) {
		c := s[i] | 0x20
		switch {
		case c >= 'a' && c <= 'z':
		case i > 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		case i > 0 && s[i] == ':':
			return strings.ToLower(s[:i]), s[i+1:], true
		default:
			return "", s, false
		}
	}
	return "", s, false
}

func cleanHost(authority, scheme string) (string, error) {
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	host, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		host, port = authority[:i], strings.TrimLeft(authority[i+1:], "0")
		if len(port) > 5 || strings.Trim(port, "0123456789") != "" {
			return "", ErrHost
		}
	}
	if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		port = ""
	}
	host, err := asciiHost(host)
	if err != nil {
		return "", err
	}
	if port != "" {
		host += ":" + port
	}
	return host, nil
}

func asciiHost(host string) (string, error) {
	if strings.HasPrefix(host, "[") {
		addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if err != nil || addr.Zone() != "" {
			return "", ErrHost
		}
		return "[" + addr.String() + "]", nil
	}
	host = strings.ToLower(host)
	if strings.ContainsFunc(host, notInHost) || strings.Contains(host, "xn--") {
		profile := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))
		ascii, err := profile.ToASCII(host)
		if err != nil {
			return "", ErrHost
		}
		host = ascii
	}
	host = strings.TrimRight(host, ".")
	if host == "" || len(host) > 253 || strings.ContainsFunc(host, notInHost) {
		return "", ErrHost
	}
	return host, nil
}

func notInHost(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
}

func shorten(s string) string {
	const longest = 200
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest], "") + "…"
}
