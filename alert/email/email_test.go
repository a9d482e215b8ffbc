package email_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"govwatch/alert/channeltest"
	"govwatch/alert/email"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
)

// server speaks enough SMTP for a client: one answer can be replaced by the
// first word of a command, or by the whole of it.
type server struct {
	addr     *net.TCPAddr
	tls      *tls.Config
	implicit bool
	answers  map[string]string
	silent   bool

	mu    sync.Mutex
	mails []string
	rcpts [][]string
	auth  []string
}

func serve(t *testing.T, s *server) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().(*net.TCPAddr)
	if s.implicit {
		l = tls.NewListener(l, s.tls)
	}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				stop := context.AfterFunc(ctx, func() { c.Close() })
				defer stop()
				if s.silent {
					<-ctx.Done()
					return
				}
				s.talk(c)
			})
		}
	})
	t.Cleanup(func() { cancel(); l.Close(); wg.Wait() })
	return s
}

func (s *server) talk(c net.Conn) {
	r := bufio.NewReader(c)
	say := func(line string) { io.WriteString(c, line+"\r\n") }
	say("220 test")
	var rcpts []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		word := strings.ToUpper(strings.Fields(line + " x")[0])
		if a, ok := s.answers[line]; ok {
			say(a)
			continue
		}
		if a, ok := s.answers[word]; ok {
			if a == "" {
				return
			}
			say(a)
			continue
		}
		switch word {
		case "EHLO":
			if _, secure := c.(*tls.Conn); s.tls != nil && !secure {
				say("250-test\r\n250-STARTTLS\r\n250 8BITMIME")
			} else {
				say("250-test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME")
			}
		case "STARTTLS":
			say("220 go")
			c = tls.Server(c, s.tls)
			r = bufio.NewReader(c)
		case "AUTH":
			s.mu.Lock()
			s.auth = append(s.auth, line)
			s.mu.Unlock()
			say("235 ok")
		case "RCPT":
			rcpts = append(rcpts, line)
			say("250 ok")
		case "DATA":
			say("354 go")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			s.mu.Lock()
			s.mails, s.rcpts = append(s.mails, b.String()), append(s.rcpts, rcpts)
			s.mu.Unlock()
			rcpts = nil
			say(orOK(s.answers["."]))
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func orOK(a string) string {
	if a == "" {
		return "250 taken"
	}
	return a
}

func (s *server) got() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mails...)
}

func (s *server) config() email.Config {
	return email.Config{Host: "127.0.0.1", Port: s.addr.Port, TLS: email.None, From: "监测 <watch@example.org>", To: []string{"a@example.org"}, Timeout: 2 * time.Second}
}

func send(t *testing.T, cfg email.Config) error {
	t.Helper()
	ch, err := email.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return ch.Send(t.Context(), channeltest.Message())
}

func TestMail(t *testing.T) {
	t.Parallel()
	s := serve(t, &server{})
	cfg := s.config()
	cfg.User, cfg.Password = "watch", secret.New("hunter2")
	for range 2 {
		if err := send(t, cfg); err != nil {
			t.Fatal(err)
		}
	}
	for _, raw := range s.got() {
		m, err := netmail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		want := channeltest.Message()
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || subject != want.Subject {
			t.Errorf("subject %q (%v), want %q", subject, err, want.Subject)
		}
		if got := m.Header.Get("Message-Id"); got != "<"+string(want.ID)+"@example.org>" {
			t.Errorf("message ID %s", got)
		}
		if got := m.Header.Get("X-Govwatch-Alert-Id"); got != string(want.ID) {
			t.Errorf("alert ID %q", got)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil || !strings.Contains(strings.ReplaceAll(string(body), "\r\n", "\n"), want.Text) {
			t.Errorf("body %q (%v)", body, err)
		}
		if d, err := m.Header.Date(); err != nil || !d.Equal(want.At) {
			t.Errorf("date %v (%v)", d, err)
		}
	}
	if len(s.got()) != 2 || len(s.auth) != 2 {
		t.Errorf("%d mails after %d logins, want 2 and 2", len(s.got()), len(s.auth))
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers map[string]string
		want    fault.Kind
		words   string
	}{
		"sender refused":            {map[string]string{"MAIL": "550 5.7.1 not allowed"}, fault.Permanent, "not allowed"},
		"recipient unknown":         {map[string]string{"RCPT": "550 5.1.1 no such user"}, fault.Permanent, "no such user"},
		"greylisted":                {map[string]string{"RCPT": "451 4.7.1 try later"}, fault.Transient, "try later"},
		"mailbox full":              {map[string]string{"DATA": "452 4.2.2 full"}, fault.Transient, "full"},
		"message refused":           {map[string]string{".": "554 5.6.0 spam"}, fault.Permanent, "spam"},
		"message put off":           {map[string]string{".": "421 4.3.0 closing"}, fault.Transient, "closing"},
		"server shuts down":         {map[string]string{"MAIL": ""}, fault.Transient, ""},
		"wrong password":            {map[string]string{"AUTH": "535 5.7.8 bad login hunter2"}, fault.Permanent, "check user and password"},
		"login is off for a moment": {map[string]string{"AUTH": "454 4.7.0 later"}, fault.Transient, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, &server{answers: c.answers})
			cfg := s.config()
			if c.answers["AUTH"] != "" {
				cfg.User, cfg.Password = "watch", secret.New("hunter2")
			}
			err := send(t, cfg)
			if err == nil || fault.Of(err) != c.want || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%v (%v), want %v and %q", err, fault.Of(err), c.want, c.words)
			} else if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
				t.Errorf("a secret or a line end: %q", err.Error())
			}
		})
	}
}

// TestTakenIsTaken: the server has taken the message and then fails. Sending it
// again would double it.
func TestTakenIsTaken(t *testing.T) {
	t.Parallel()
	for _, answers := range []map[string]string{{"QUIT": "500 what"}, {"QUIT": ""}, {"RSET": "500 what"}, {"RSET": ""}} {
		s := serve(t, &server{answers: answers})
		if err := send(t, s.config()); err != nil {
			t.Errorf("%v: %v", answers, err)
		}
	}
}

func TestOneBadRecipient(t *testing.T) {
	t.Parallel()
	s := serve(t, &server{answers: map[string]string{"RCPT TO:<b@example.org>": "550 5.1.1 no such user"}})
	cfg := s.config()
	cfg.To = []string{"a@example.org", "c@example.org", "b@example.org"}
	err := send(t, cfg)
	if fault.Of(err) != fault.Permanent || !strings.Contains(err.Error(), "delivered to 2 of 3") || !strings.Contains(err.Error(), "b@example.org") {
		t.Errorf("error %v", err)
	}
	if n := len(s.got()); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestProtection(t *testing.T) {
	t.Parallel()
	conf, roots := certificate(t)
	for way, implicit := range map[email.TLS]bool{email.StartTLS: false, email.Implicit: true} {
		s := serve(t, &server{tls: conf, implicit: implicit})
		cfg := s.config()
		cfg.TLS, cfg.Roots, cfg.User, cfg.Password = way, roots, "watch", secret.New("hunter2")
		if err := send(t, cfg); err != nil || len(s.got()) != 1 {
			t.Errorf("%s: %v, %d mails", way, err, len(s.got()))
		}
		cfg.Roots = nil
		if err := send(t, cfg); err == nil || len(s.got()) != 1 {
			t.Errorf("%s: a certificate that nobody trusts was accepted", way)
		}
	}
	plain := serve(t, &server{})
	cfg := plain.config()
	cfg.TLS = email.StartTLS
	if err := send(t, cfg); err == nil || len(plain.got()) != 0 {
		t.Error("a mail went out unprotected although starttls is asked for")
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	s := serve(t, &server{silent: true})
	cfg := s.config()
	cfg.Timeout = 200 * time.Millisecond
	if err := send(t, cfg); err == nil || fault.Of(err) != fault.Transient {
		t.Errorf("a server that is silent: %v", err)
	}
	cfg.Port = 1
	if err := send(t, cfg); err == nil || fault.Of(err) != fault.Transient {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	good := email.Config{Host: "mail.example.org", From: "a@example.org", To: []string{"b@example.org"}, Password: secret.New("hunter2")}
	if _, err := email.New(good); err != nil {
		t.Error(err)
	}
	for part, f := range map[string]func(*email.Config){
		"sender":                func(c *email.Config) { c.From = "x" },
		"no recipient":          func(c *email.Config) { c.To = nil },
		"recipient":             func(c *email.Config) { c.To = []string{"a@b", "x y"} },
		"no host":               func(c *email.Config) { c.Host = "" },
		"this machine":          func(c *email.Config) { c.TLS = email.None },
		"starttls, tls or none": func(c *email.Config) { c.TLS = "ssl3" },
	} {
		cfg := good
		f(&cfg)
		if _, err := email.New(cfg); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want %q in it", err, part)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v", good, good, good); strings.Contains(s, "hunter2") {
		t.Error("the password is printed")
	}
}
