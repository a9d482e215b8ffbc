package cluster

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	natsserver "github.com/nats-io/nats-server/v2/server"

	"govwatch/test/backends"
)

// loadCompose reads docker-compose.yml as docker would, with secrets beside it.
func loadCompose(t *testing.T) *types.Project {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "docker-compose.yml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	opts, err := cli.NewProjectOptions([]string{file}, cli.WithWorkingDirectory(dir))
	if err != nil {
		t.Fatal(err)
	}
	project, err := opts.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// roles are the services that run govwatch, by their role.
func roles(t *testing.T, p *types.Project) map[string]types.ServiceConfig {
	t.Helper()
	out := map[string]types.ServiceConfig{}
	for name, s := range p.Services {
		if s.Image != "govwatch" {
			continue
		}
		role := flagOf(s.Command, "--roles")
		if role != name {
			t.Errorf("service %s runs role %q", name, role)
		}
		out[name] = s
	}
	return out
}

func flagOf(args []string, name string) string {
	if i := slices.Index(args, name); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

var flagWord = regexp.MustCompile(`--[a-z][a-z-]*`)

// knownFlags asks the program itself.
func knownFlags(t *testing.T, command string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, command, "--help").CombinedOutput()
	if err != nil {
		t.Fatalf("govwatch %s --help: %v: %s", command, err, out)
	}
	return flagWord.FindAllString(string(out), -1)
}

// Every flag, role, port, volume, secret and host name of the file must be one
// that the program, or the configuration inside the file, has.
func TestComposeNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	p := loadCompose(t)
	services := roles(t, p)
	if got := slices.Sorted(maps.Keys(services)); !slices.Equal(got, []string{"alert", "crawl", "extract", "relay", "schedule", "web"}) {
		t.Errorf("there are services for roles %v", got)
	}
	for name, s := range services {
		if s.Command[0] != "run" || s.HealthCheck.Test[1] != "/govwatch" || s.HealthCheck.Test[2] != "health" {
			t.Errorf("%s: command %v, health check %v", name, s.Command, s.HealthCheck.Test)
		}
		for command, args := range map[string][]string{"run": s.Command, "health": s.HealthCheck.Test} {
			known := knownFlags(t, command)
			for _, a := range args {
				if strings.HasPrefix(a, "--") && !slices.Contains(known, a) {
					t.Errorf("%s: govwatch %s has no flag %s", name, command, a)
				}
			}
		}
		if len(s.Environment) > 0 {
			t.Errorf("%s: variables %v; everything stands in the configuration", name, s.Environment)
		}
		_, port, err := net.SplitHostPort(flagOf(s.Command, "--listen"))
		if err != nil {
			t.Errorf("%s: --listen: %v", name, err)
		}
		if ready := flagOf(s.HealthCheck.Test, "--ready"); ready != "127.0.0.1:"+port {
			t.Errorf("%s listens at port %s, its health check asks %s", name, port, ready)
		}
		for _, published := range s.Ports {
			if fmt.Sprint(published.Target) != port || published.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes %+v", name, published)
			}
		}
		if len(s.Configs) != 1 || s.Configs[0].Target != flagOf(s.Command, "--config") {
			t.Errorf("%s: --config %s, mounted is %+v", name, flagOf(s.Command, "--config"), s.Configs)
		}
		checkSecrets(t, name, s, p.Configs["govwatch"].Content)
	}
	for name, s := range p.Services {
		if s.HealthCheck == nil || len(s.HealthCheck.Test) == 0 {
			t.Errorf("%s has no health check", name)
		}
		checkSecrets(t, name, s, strings.Join(s.Entrypoint, " ")+value(s.Environment["POSTGRES_PASSWORD_FILE"]))
	}
	checkAddresses(t, p)
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

var secretPath = regexp.MustCompile(`/run/secrets/([a-z0-9-]+)`)

// checkSecrets compares the files that a text reads with those that are mounted.
func checkSecrets(t *testing.T, name string, s types.ServiceConfig, text string) {
	t.Helper()
	for _, m := range secretPath.FindAllStringSubmatch(text, -1) {
		if !slices.ContainsFunc(s.Secrets, func(c types.ServiceSecretConfig) bool { return c.Source == m[1] }) {
			t.Errorf("%s reads secret %s, which it is not given", name, m[1])
		}
	}
}

var hostPort = regexp.MustCompile(`\b([a-z][a-z0-9-]*):(\d{4,5})\b`)

// checkAddresses holds every HOST:PORT of the configurations against the
// services and what they listen at.
func checkAddresses(t *testing.T, p *types.Project) {
	t.Helper()
	listens := map[string][]string{"s3": {"7070"}, "postgres": {"5432"}}
	if entry := strings.Join(p.Services["s3"].Entrypoint, " "); !strings.Contains(entry, "--port :7070") {
		t.Errorf("s3 listens elsewhere: %s", entry)
	}
	for i := range 3 {
		o := natsOptions(t, p, i)
		listens[fmt.Sprint("nats-", i+1)] = []string{fmt.Sprint(o.Port), fmt.Sprint(o.Cluster.Port)}
		if !o.JetStream || !o.SyncAlways || o.HTTPPort != 8222 || o.Username != "govwatch" || o.Password != "it's 1e5" || len(o.Routes) != 3 {
			t.Errorf("the NATS configuration says %+v", o)
		}
		if dir := o.StoreDir; len(p.Services[fmt.Sprint("nats-", i+1)].Volumes) != 1 || p.Services[fmt.Sprint("nats-", i+1)].Volumes[0].Target != dir {
			t.Errorf("NATS stores in %s, which is no volume", dir)
		}
	}
	for _, name := range []string{"govwatch", "nats"} {
		for _, m := range hostPort.FindAllStringSubmatch(p.Configs[name].Content, -1) {
			if !slices.Contains(listens[m[1]], m[2]) {
				t.Errorf("configuration %s names %s, where nothing listens", name, m[0])
			}
		}
	}
}

// natsOptions lets the server read its configuration, as its container would.
func natsOptions(t *testing.T, p *types.Project, i int) *natsserver.Options {
	t.Helper()
	file := filepath.Join(t.TempDir(), "nats.conf")
	text := p.Configs["nats"].Content
	text = strings.NewReplacer("$SERVER_NAME", fmt.Sprintf("nats-%d", i+1), "$NATS_PASSWORD", `"it's 1e5"`).Replace(text)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := natsserver.ProcessConfigFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The configuration of the file, with the addresses of this machine in place of
// the services', is accepted by the program, passes its own examination, and
// every service starts with its own command and becomes ready.
func TestComposeServicesStart(t *testing.T) {
	t.Parallel()
	p := loadCompose(t)
	cluster := newPipeline(t, "")
	c, _ := servers.S3(t)
	secrets := t.TempDir()
	for name, text := range map[string]string{"nats-password": "any", "s3-access-key": c.AccessKey, "s3-secret-key": c.SecretKey, "postgres-password": "any"} {
		if err := os.WriteFile(filepath.Join(secrets, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	database, err := url.Parse(cluster.tracker)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(
		"data: /data", "data: "+t.TempDir(), "/run/secrets", secrets,
		"nats://nats-1:4222,nats-2:4222,nats-3:4222", cluster.nats.URL(), "s3:7070", c.Endpoint,
		"postgres://govwatch@postgres:5432/govwatch", database.String(),
	).Replace(p.Configs["govwatch"].Content)
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), program, "doctor", "--config", config).CombinedOutput(); err != nil {
		t.Fatalf("doctor: %v\n%s", err, out)
	}
	services := roles(t, p)
	ports := backends.FreePorts(t, len(services))
	for i, name := range slices.Sorted(maps.Keys(services)) {
		address := fmt.Sprintf("127.0.0.1:%d", ports[i])
		command := slices.Clone(services[name].Command)
		command[slices.Index(command, "--config")+1] = config
		command[slices.Index(command, "--listen")+1] = address
		startProcess(t, name, command...)
		backends.Eventually(t, 20*time.Second, name+" is ready", func() bool {
			return exec.CommandContext(t.Context(), program, "health", "--ready", address).Run() == nil
		})
	}
}
