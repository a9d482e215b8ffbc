package schedules

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type schema struct {
	Properties map[string]json.RawMessage
	Required   []string
	Defs       map[string]struct {
		Properties map[string]json.RawMessage
	} `json:"$defs"`
}

func tags(v any) []string {
	var out []string
	t := reflect.TypeOf(v)
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func keys(m map[string]json.RawMessage) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// TestSchemaAndDecoderAgree keeps the schema that editors use equal to what Load takes.
func TestSchemaAndDecoderAgree(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("source.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	if got, want := keys(s.Properties), tags(declaration{}); !slices.Equal(got, want) {
		t.Errorf("schema keys %v, decoder keys %v", got, want)
	}
	if got, want := keys(s.Defs["list"].Properties), tags(listEntry{}); !slices.Equal(got, want) {
		t.Errorf("schema keys of a list %v, decoder keys %v", got, want)
	}
	var history struct {
		Items struct{ Properties map[string]json.RawMessage }
	}
	if err := json.Unmarshal(s.Properties["history"], &history); err != nil {
		t.Fatal(err)
	}
	if got, want := keys(history.Items.Properties), tags(historicalPart{}); !slices.Equal(got, want) {
		t.Errorf("schema keys of history %v, decoder keys %v", got, want)
	}
	// What the schema asks for, the decoder asks for too.
	whole := map[string]string{
		"id": "id: a", "name_zh": "name_zh: 甲", "issuer": "issuer: 甲", "level": "level: central", "region": `region: "100000"`,
		"lists": "lists: [{url: 'https://a.gov.cn/'}]", "cron": `cron: "1 9 * * *"`,
	}
	if len(whole) != len(s.Required) {
		t.Errorf("required %v", s.Required)
	}
	for _, gone := range append(s.Required, "") {
		var text strings.Builder
		for k, v := range whole {
			if k != gone {
				text.WriteString(v + "\n")
			}
		}
		if _, err := Parse("a.yaml", []byte(text.String())); (err == nil) != (gone == "") {
			t.Errorf("without %q: %v", gone, err)
		}
	}
}
