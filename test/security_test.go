package test

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"govwatch/bus"
	"govwatch/bus/bustest"
	"govwatch/test/backends"
)

// A server that wants a client certificate takes ours, and nobody without one;
// a server that another authority vouches for is refused by us.
func TestBusOverTLS(t *testing.T) {
	t.Parallel()
	a := backends.NewAuthority(t)
	certFile, keyFile := a.Files("server")
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := a.Pool()
	s := single(t, func(o *server.Options) {
		o.TLS, o.TLSVerify, o.TLSTimeout = true, true, 5
		o.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}
	})
	url := strings.Replace(s.url(), "nats://", "tls://", 1)
	ca := a.CA()
	cert, key := a.Files("govwatch")
	right := bus.Options{CA: ca, Cert: cert, Key: key}
	b := bustest.Open(t, bustest.Server{URL: url, Options: right})
	if err := b.PublishTask(t.Context(), bustest.NewTask("mee", "h", 1)); err != nil {
		t.Error(err)
	}
	other := backends.NewAuthority(t)
	otherCA := other.CA()
	for name, o := range map[string]bus.Options{
		"no client certificate": {CA: ca}, "another authority": {CA: otherCA, Cert: cert, Key: key},
		"no authority": {Cert: cert, Key: key}, "authority not there": {CA: ca + "x", Cert: cert, Key: key},
	} {
		o.OpenTimeout = 2 * time.Second
		if _, err := bus.Open(t.Context(), url, o); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A server with accounts takes the user of a credentials file, and no other.
func TestBusCredentialsFile(t *testing.T) {
	t.Parallel()
	pair := func(make func() (nkeys.KeyPair, error)) (nkeys.KeyPair, string) {
		t.Helper()
		k, err := make()
		if err != nil {
			t.Fatal(err)
		}
		public, err := k.PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		return k, public
	}
	encode := func(text string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	operator, operatorID := pair(nkeys.CreateOperator)
	account, accountID := pair(nkeys.CreateAccount)
	_, systemID := pair(nkeys.CreateAccount)
	claims := jwt.NewAccountClaims(accountID)
	claims.Limits.JetStreamLimits = jwt.JetStreamLimits{DiskStorage: -1, MemoryStorage: -1, Streams: -1, Consumer: -1}
	resolver := &server.MemAccResolver{}
	for id, text := range map[string]string{
		accountID: encode(claims.Encode(operator)), systemID: encode(jwt.NewAccountClaims(systemID).Encode(operator)),
	} {
		if err := resolver.Store(id, text); err != nil {
			t.Fatal(err)
		}
	}
	s := single(t, func(o *server.Options) {
		o.TrustedKeys, o.AccountResolver, o.SystemAccount = []string{operatorID}, resolver, systemID
	})
	creds := func(signer nkeys.KeyPair) string {
		user, id := pair(nkeys.CreateUser)
		seed, err := user.Seed()
		if err != nil {
			t.Fatal(err)
		}
		text, err := jwt.FormatUserConfig(encode(jwt.NewUserClaims(id).Encode(signer)), seed)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "user.creds")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	bustest.Open(t, bustest.Server{URL: s.url(), Options: bus.Options{Creds: creds(account)}})
	stranger, _ := pair(nkeys.CreateAccount)
	for name, o := range map[string]bus.Options{"none": {}, "another account's": {Creds: creds(stranger)}} {
		o.OpenTimeout = 5 * time.Second
		if _, err := bus.Open(t.Context(), s.url(), o); err == nil || !strings.Contains(err.Error(), "credentials file") || strings.Contains(err.Error(), "\n") {
			t.Errorf("credentials %s: %v", name, err)
		}
	}
}
