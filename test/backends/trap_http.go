package backends

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
)

// errSprung makes the proxy give no answer.
var errSprung = errors.New("the trap has sprung")

// HTTPWire returns the address of a wire to an HTTP server, such as an S3 store
// or the receiver of a webhook. Its writes are "PUT PATH" and "POST PATH".
func (tr *Trap) HTTPWire(server string) string {
	tr.t.Helper()
	proxy := &httputil.ReverseProxy{
		// The host stays as the client wrote it: its signature covers it.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: server})
			r.Out.Host = r.In.Host
		},
		ErrorLog: log.New(io.Discard, "", 0),
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) {
			panic(http.ErrAbortHandler) // The connection is cut, as the server's would be.
		},
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Method + " " + r.URL.Path
		if r.Method != http.MethodPut && r.Method != http.MethodPost {
			proxy.ServeHTTP(w, r)
			return
		}
		snare := tr.catch(name)
		switch {
		case snare == nil:
			proxy.ServeHTTP(w, r)
		case !snare.After:
			snare.spring(name)
			panic(http.ErrAbortHandler)
		default:
			one := *proxy
			one.ModifyResponse = func(*http.Response) error {
				snare.spring(name)
				return errSprung
			}
			one.ServeHTTP(w, r)
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	tr.t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}
