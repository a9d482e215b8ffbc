package bus_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"govwatch/bus"
	"govwatch/bus/bustest"
	"govwatch/notice"
)

// schema is the part of JSON Schema that docs/event.schema.json uses.
type schema struct {
	Type       string            `json:"type"`
	Const      any               `json:"const"`
	Enum       []string          `json:"enum"`
	Pattern    string            `json:"pattern"`
	Format     string            `json:"format"`
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Additional *bool             `json:"additionalProperties"`
}

func (s schema) check(path string, v any) (faults []string) {
	bad := func(format string, a ...any) { faults = append(faults, path+": "+fmt.Sprintf(format, a...)) }
	text, isText := v.(string)
	object, isObject := v.(map[string]any)
	_, isBool := v.(bool)
	switch {
	case s.Type == "string" && !isText, s.Type == "object" && !isObject, s.Type == "boolean" && !isBool:
		bad("%v is not a %s", v, s.Type)
	case s.Const != nil && v != s.Const:
		bad("%v is not %v", v, s.Const)
	case s.Enum != nil && !slices.Contains(s.Enum, text):
		bad("%v is not one of the list", v)
	case s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text):
		bad("%q does not match %s", text, s.Pattern)
	}
	if s.Format == "date-time" {
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			bad("%v", err)
		}
	}
	for _, r := range s.Required {
		if _, ok := object[r]; !ok {
			bad("%s is missing", r)
		}
	}
	for k, v := range object {
		p, ok := s.Properties[k]
		if !ok {
			bad("%s is not in the schema", k)
			continue
		}
		faults = append(faults, p.check(path+"."+k, v)...)
	}
	return faults
}

func readSchema(t *testing.T) schema {
	t.Helper()
	b, err := os.ReadFile("../docs/event.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// kinds reads the vocabulary from the source, so that a kind added there and
// forgotten in the documents fails.
func kinds(t *testing.T) (all []notice.EventKind) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../notice/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); ok && id.Name == "EventKind" {
			s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, notice.EventKind(s))
		}
		return true
	})
	if len(all) < 20 {
		t.Fatalf("%d event kinds found", len(all))
	}
	return all
}

func TestEventsAreAsDocumented(t *testing.T) {
	t.Parallel()
	s := readSchema(t)
	doc, err := os.ReadFile("../docs/EVENTS.md")
	if err != nil {
		t.Fatal(err)
	}
	all := kinds(t)
	if got := len(s.Properties["type"].Enum); got != len(all) {
		t.Errorf("the schema lists %d kinds, the code has %d", got, len(all))
	}
	for _, k := range all {
		if !strings.Contains(string(doc), "`"+string(k)+"`") {
			t.Errorf("docs/EVENTS.md does not explain %s", k)
		}
		full := notice.Event{ID: "i", Kind: k, Level: notice.Central, Region: "100000", Source: "mee", Document: "d", Version: "v",
			Record: "v", Incident: "x", Alert: "a", Baseline: true, Cause: notice.Publisher, At: time.Now()}
		for _, e := range []notice.Event{full, {ID: "i", Kind: k}} {
			b, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(b, &v); err != nil {
				t.Fatal(err)
			}
			for _, fault := range s.check("event", v) {
				t.Errorf("%s: %s", k, fault)
			}
		}
	}
	if s.check("event", map[string]any{"id": 1.0, "extra": true}) == nil {
		t.Error("the check accepts anything")
	}
}

// TestPlainClient is what another program does: a port asked for, plain
// nats.go, and the messages as documented.
func TestPlainClient(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if _, err := bus.Open(t.Context(), "embedded:"+t.TempDir()+"?listen="+addr, bus.Options{}); err == nil || !strings.Contains(err.Error(), "another port") {
		t.Errorf("busy port: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	b := bustest.Open(t, bustest.Server{URL: "embedded:" + t.TempDir() + "?listen=" + addr})
	e := bustest.NewEvent(notice.RecordExtracted, "d1", 1)
	if err := b.PublishEvent(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	inside, err := b.Client()
	if err != nil {
		t.Fatal(err)
	}
	outside, err := nats.Connect("nats://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, nc := range []*nats.Conn{inside, outside} {
		t.Cleanup(nc.Close)
		js, err := jetstream.New(nc)
		if err != nil {
			t.Fatal(err)
		}
		cons, err := js.OrderedConsumer(t.Context(), "EVENTS", jetstream.OrderedConsumerConfig{FilterSubjects: []string{"gov.*.*.*.record.extracted"}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := cons.Next(jetstream.FetchMaxWait(bustest.Limit))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(m.Data(), &v); err != nil {
			t.Fatal(err)
		}
		for _, fault := range readSchema(t).check("event", v) {
			t.Error(fault)
		}
		if got := m.Headers().Get("Content-Type"); got != "application/cloudevents+json" {
			t.Errorf("content type %q", got)
		}
		if got := m.Headers().Get("Nats-Msg-Id"); got != string(e.ID) {
			t.Errorf("message ID %q, want %q", got, e.ID)
		}
	}
	for _, spec := range []string{"?listen=0.0.0.0:1", "?listen=x", "?port=1", "?listen=127.0.0.1:0"} {
		if _, err := bus.Open(t.Context(), "embedded:"+t.TempDir()+spec, bus.Options{}); err == nil {
			t.Errorf("embedded:DIR%s was accepted", spec)
		}
	}
}
