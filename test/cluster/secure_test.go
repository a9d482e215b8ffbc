package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"govwatch/test/backends"
)

// secured are backends that speak TLS alone and ask for passwords.
type secured struct {
	authority                 *backends.Authority
	bus, archive, tracker, ca string
	cert                      backends.Secured
	s3Access, s3Secret        string
}

func newSecured(t *testing.T) *secured {
	t.Helper()
	a := backends.NewAuthority(t)
	s := &secured{authority: a, ca: a.CA(), cert: backends.Secured{User: "watch", Password: "right-password"}}
	s.cert.Cert, s.cert.Key = a.Files("server")
	s.bus = strings.Replace(backends.StartSecureNATS(t, s.cert).URL(), "nats://", "tls://", 1)
	c := backends.StartSecureS3(t, s.cert)
	s.archive, s.s3Access, s.s3Secret = fmt.Sprintf("s3://%s?endpoint=%s&sse=s3", c.Bucket, c.Endpoint), c.AccessKey, c.SecretKey
	own := &backends.Set{}
	t.Cleanup(func() { own.Stop(t) })
	address, database := own.SecurePostgres(t, s.cert)
	s.tracker = fmt.Sprintf("postgres://watch@%s/%s?sslmode=verify-full&sslrootcert=%s", address, database, s.ca)
	return s
}

// run runs a command of the program against the backends, with texts of its
// configuration replaced, and returns what it says.
func (s *secured) run(t *testing.T, command, authority string, oldNew ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"bus-password": s.cert.Password, "db-password": s.cert.Password, "s3-secret": s.s3Secret}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "wrong"), []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`data: %[1]s
bus: %[2]s
archive: %[3]s
tracker: %[4]s
nats: {ca: %[5]s, user: watch, password: "file:%[1]s/bus-password"}
s3: {access_key: %[6]s, secret_key: "file:%[1]s/s3-secret"}
postgres: {password: "file:%[1]s/db-password"}
`, dir, s.bus, s.archive, s.tracker, s.ca, s.s3Access)
	changed := strings.NewReplacer(oldNew...).Replace(text)
	if len(oldNew) > 0 && changed == text {
		t.Fatalf("nothing of %q stands in the configuration", oldNew)
	}
	config := filepath.Join(dir, "secured.yaml")
	if err := os.WriteFile(config, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, append(strings.Fields(command), "--config", config)...)
	// The store's authority is the machine's, as for every program.
	c.Env = append(os.Environ(), "SSL_CERT_FILE="+authority)
	out, err := c.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// All three backends over TLS, with a user and a password each: the program takes
// what is right, and says in one line without a secret what is wrong.
func TestSecuredBackends(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	out, err := s.run(t, "doctor --json", s.ca)
	for _, check := range []string{"tracker", "archive", "bus"} {
		if !regexp.MustCompile(`"check": ?"` + check + `",\s*"state": ?"ok"`).MatchString(out) {
			t.Errorf("with everything right the doctor says of the %s (%v): %s", check, err, out)
		}
	}
	other := backends.NewAuthority(t).CA()
	for name, row := range map[string]struct {
		authority string
		oldNew    []string
		words     []string
	}{
		"wrong password of the bus":        {s.ca, []string{"bus-password", "wrong"}, []string{"bus", "check user, password"}},
		"wrong password of the database":   {s.ca, []string{"db-password", "wrong"}, []string{"tracker", "password"}},
		"wrong secret of the store":        {s.ca, []string{"s3-secret", "wrong"}, []string{"archive", "wrong credentials"}},
		"another authority of the store":   {other, nil, []string{"archive", "certificate"}},
		"another authority of the bus":     {s.ca, []string{"{ca: " + s.ca, "{ca: " + other}, []string{"bus", "certificate"}},
		"another authority of the tracker": {s.ca, []string{"sslrootcert=" + s.ca, "sslrootcert=" + other}, []string{"tracker", "TLS"}},
		"no TLS to the tracker":            {s.ca, []string{"sslmode=verify-full", "sslmode=disable"}, []string{"tracker"}},
		"no TLS to the store":              {s.ca, []string{"&sse", "&tls=off&sse"}, []string{"archive"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := s.run(t, "run --roles crawl", row.authority, row.oldNew...)
			if err == nil || strings.Contains(out, "\n") || strings.Contains(out, "hunter2") || strings.Contains(out, s.cert.Password) {
				t.Errorf("it says (%v)\n%s", err, out)
			}
			for _, w := range row.words {
				if !strings.Contains(out, w) {
					t.Errorf("it says %q, want %q in it", out, w)
				}
			}
		})
	}
}
