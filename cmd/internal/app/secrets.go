package app

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"govwatch/internal/secret"
)

// fillSecrets puts the passwords that files or variables hold into the URLs of
// tracker and bus, whose packages never print them.
func (c *Config) fillSecrets() error {
	pg, err := reveal(c.Postgres.Password)
	if err != nil {
		return fmt.Errorf("%w: postgres.password: %w", ErrConfig, err)
	}
	if pg.Set() {
		if c.Tracker, err = withUser(c.Tracker, "", pg); err != nil {
			return fmt.Errorf("%w: tracker: %w", ErrConfig, err)
		}
	}
	password, err := reveal(c.NATS.Password)
	if err != nil {
		return fmt.Errorf("%w: nats.password: %w", ErrConfig, err)
	}
	scheme, hosts, external := strings.Cut(c.Bus, "://")
	if c.NATS.User == "" || !external {
		return nil
	}
	// Each server of the list carries the user: the client asks whichever it reaches.
	var servers []string
	for _, h := range strings.Split(hosts, ",") {
		s, err := withUser(scheme+"://"+strings.TrimPrefix(h, scheme+"://"), c.NATS.User, password)
		if err != nil {
			return fmt.Errorf("%w: bus: %w", ErrConfig, err)
		}
		servers = append(servers, s)
	}
	c.Bus = strings.Join(servers, ",")
	return nil
}

// withUser returns an address with a user and password in it; an empty name
// keeps the user of the address.
func withUser(address, name string, password secret.Text) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		// The error of url.Parse quotes the address, which may hold a password.
		return "", errors.New("the address cannot be read")
	}
	if name == "" {
		name = u.User.Username()
	}
	u.User = url.UserPassword(name, password.Reveal())
	return u.String(), nil
}

// withoutPassword takes the password out of an address.
func withoutPassword(address string) (bare, password string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", errors.New("the tracker's address cannot be read")
	}
	if u.User == nil {
		return address, "", nil
	}
	password, _ = u.User.Password() // Without one there is none to pass on.
	u.User = url.User(u.User.Username())
	return u.String(), password, nil
}
