package crawler

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
)

// ErrPrivate says that an address leads into a private network: a page on the
// web must not make us knock at our own machines.
var ErrPrivate = errors.New("the address is private")

// dialer opens connections. Every address is checked after it is resolved, so a
// public name that points inwards is refused too, also when it does so only at
// the second look (DNS rebinding): the address checked is the one dialled.
type dialer struct {
	net     net.Dialer
	allowed []string
	mapped  map[string]string
}

func newDialer(o Options) *dialer {
	d := &dialer{allowed: o.AllowPrivate, mapped: o.HostMap}
	d.net.Timeout = o.ConnectTimeout
	return d
}

// exempt reports that a host (with port unless it is the scheme's default) may
// be private by configuration.
func (d *dialer) exempt(hostport string) bool {
	return d.mapsTo(hostport) != "" || slices.Contains(d.allowed, hostport)
}

func (d *dialer) mapsTo(hostport string) string {
	if to := d.mapped[hostport]; to != "" {
		return to
	}
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return d.mapped[host]
	}
	return d.mapped[hostport]
}

// DialContext dials host:port as http.Transport asks.
func (d *dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if to := d.mapsTo(addr); to != "" {
		return d.net.DialContext(ctx, network, to)
	}
	guarded := d.net
	if !slices.Contains(d.allowed, addr) {
		guarded.ControlContext = d.check
	}
	return guarded.DialContext(ctx, network, addr)
}

func (d *dialer) check(_ context.Context, _, resolved string, _ syscall.RawConn) error {
	if slices.Contains(d.allowed, resolved) {
		return nil
	}
	ap, err := netip.ParseAddrPort(resolved)
	if err != nil {
		return fmt.Errorf("check address %s: %w", resolved, err)
	}
	if !public(ap.Addr()) {
		return fmt.Errorf("dial %s: %w: list it under allow_private if it is meant", resolved, ErrPrivate)
	}
	return nil
}

// refused are the ranges that are global by their bits but not by their use.
var refused = func() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range strings.Fields(`0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
		198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
		::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fec0::/10`) {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// public reports an address on the open internet. Forms that carry an IPv4
// address inside (mapped, 6to4, NAT64) are judged by it or refused.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range refused {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// publicName refuses what is plainly inward when a proxy resolves the name for
// us: literal addresses and names that only a local network knows.
func publicName(host string) bool {
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return public(a)
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".local") &&
		!strings.HasSuffix(host, ".internal") && !strings.HasSuffix(host, ".localhost")
}
