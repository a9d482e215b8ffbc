// Package email sends alerts by SMTP.
package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"govwatch/alert/post"
	"govwatch/internal/fault"
	"govwatch/internal/secret"
	"govwatch/notice"
)

// TLS says how the way to the server is protected.
type TLS string

// Ways to protect the connection. None is allowed to this machine only.
const (
	StartTLS TLS = "starttls"
	Implicit TLS = "tls"
	None     TLS = "none"
)

// Config of a mail server and its readers.
type Config struct {
	// Name defaults to email.
	Name string
	Host string
	// Port defaults to 587 for starttls, 465 for tls, 25 for none.
	Port int
	// TLS defaults to starttls.
	TLS  TLS
	From string
	To   []string
	// User and Password are used when User is set.
	User     string
	Password secret.Text
	// Roots are the authorities to trust; nil means the machine's.
	Roots   *x509.CertPool
	Timeout time.Duration
}

// Channel is a mail server.
type Channel struct {
	cfg    Config
	domain string
	opts   []mail.Option
}

// New checks addresses and the protection of the connection.
func New(cfg Config) (*Channel, error) {
	if cfg.Name == "" {
		cfg.Name = "email"
	}
	if cfg.TLS == "" {
		cfg.TLS = StartTLS
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = post.Timeout
	}
	bad := func(format string, a ...any) (*Channel, error) {
		return nil, fmt.Errorf("set up channel "+cfg.Name+": "+format, a...)
	}
	from, err := netmail.ParseAddress(cfg.From)
	if err != nil {
		return bad("sender %q is not a mail address", cfg.From)
	}
	if len(cfg.To) == 0 {
		return bad("no recipient")
	}
	for _, to := range cfg.To {
		if _, err := netmail.ParseAddress(to); err != nil {
			return bad("recipient %q is not a mail address", to)
		}
	}
	if cfg.Host == "" {
		return bad("no host of a mail server")
	}
	c := &Channel{cfg: cfg, domain: from.Address[strings.LastIndex(from.Address, "@")+1:]}
	c.opts = []mail.Option{mail.WithTimeout(cfg.Timeout), mail.WithoutNoop(), mail.WithHELO("localhost"),
		mail.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12, ServerName: cfg.Host, RootCAs: cfg.Roots})}
	port := 0
	switch cfg.TLS {
	case StartTLS:
		port, c.opts = 587, append(c.opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case Implicit:
		port, c.opts = 465, append(c.opts, mail.WithSSL())
	case None:
		if ip := net.ParseIP(cfg.Host); cfg.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return bad("tls none is allowed to this machine only, not to %s; use starttls or tls", cfg.Host)
		}
		port, c.opts = 25, append(c.opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return bad("tls %q; want starttls, tls or none", cfg.TLS)
	}
	if cfg.Port != 0 {
		port = cfg.Port
	}
	c.opts = append(c.opts, mail.WithPort(port))
	if cfg.User != "" {
		auth := mail.SMTPAuthAutoDiscover
		if cfg.TLS == None {
			auth = mail.SMTPAuthPlainNoEnc
		}
		c.opts = append(c.opts, mail.WithSMTPAuth(auth), mail.WithUsername(cfg.User), mail.WithPassword(cfg.Password.Reveal()))
	}
	if _, err := mail.NewClient(cfg.Host, c.opts...); err != nil {
		return bad("%v", err)
	}
	return c, nil
}

// Name is the configured name.
func (c *Channel) Name() string { return c.cfg.Name }

// Send mails the message to all recipients. A 5xx answer is Permanent, all
// other failures are Transient. A recipient that the server refuses for good
// does not keep the others from getting the message: it goes to each alone,
// and the error names the refused.
func (c *Channel) Send(ctx context.Context, m notice.Message) error {
	err := c.mail(ctx, m, c.cfg.To)
	if len(c.cfg.To) == 1 || !refusedRecipient(err) {
		return c.judge(err)
	}
	var failed []error
	permanent := true
	for _, to := range c.cfg.To {
		if err := c.judge(c.mail(ctx, m, []string{to})); err != nil {
			permanent = permanent && fault.Of(err) == fault.Permanent
			failed = append(failed, fmt.Errorf("recipient %s: %w", to, err))
		}
	}
	if len(failed) == 0 {
		return nil
	}
	err = fmt.Errorf("delivered to %d of %d: %w", len(c.cfg.To)-len(failed), len(c.cfg.To), errors.Join(failed...))
	if permanent {
		return fault.Wrap(fault.Permanent, err)
	}
	return fault.Wrap(fault.Transient, err)
}

func (c *Channel) mail(ctx context.Context, m notice.Message, to []string) error {
	msg := mail.NewMsg()
	if err := msg.From(c.cfg.From); err != nil {
		return fault.Wrap(fault.Permanent, err)
	}
	if err := msg.To(to...); err != nil {
		return fault.Wrap(fault.Permanent, err)
	}
	msg.Subject(strings.Join(strings.Fields(m.Subject), " "))
	msg.SetMessageIDWithValue(string(m.ID) + "@" + c.domain)
	msg.SetGenHeader(mail.Header(post.IDHeader), string(m.ID))
	msg.SetBulk()
	if !m.At.IsZero() {
		msg.SetDateWithValue(m.At)
	}
	msg.SetUserAgent("govwatch")
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	// A client holds one connection: each message has its own.
	client, err := mail.NewClient(c.cfg.Host, c.opts...)
	if err != nil {
		return fault.Wrap(fault.Permanent, err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() {
		// The server has taken the message; a failure to say goodbye is not one to send.
		return nil
	}
	return err
}

func refusedRecipient(err error) bool {
	var s *mail.SendError
	return errors.As(err, &s) && s.Reason == mail.ErrSMTPRcptTo && code(err) >= 500
}

// code is the server's answer, 0 when there was none.
func code(err error) int {
	var s *mail.SendError
	if errors.As(err, &s) && s.ErrorCode() != 0 {
		return s.ErrorCode()
	}
	var t *textproto.Error
	if errors.As(err, &t) {
		return t.Code
	}
	return 0
}

func (c *Channel) judge(err error) error {
	if err == nil {
		return nil
	}
	text := strings.Join(strings.Fields(err.Error()), " ")
	if p := c.cfg.Password.Reveal(); p != "" {
		text = strings.ReplaceAll(text, p, "***")
	}
	n := code(err)
	kind := fault.Transient
	switch {
	case n == 535 || n == 530 || n == 534:
		kind, text = fault.Permanent, text+"; check user and password"
	case n >= 500, fault.Of(err) == fault.Permanent:
		kind = fault.Permanent
	}
	return fault.Errorf(kind, "send to %s: %s", c.cfg.Name, text)
}
