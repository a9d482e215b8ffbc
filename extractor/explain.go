package extractor

import (
	"fmt"
	"slices"
	"strings"

	"govwatch/notice"
)

// Explain tells in plain lines why a field of a record holds what it holds: the
// winner, the runners-up with rule, weight and place, and every problem. An empty
// field name explains all fields. The text depends on the record alone, so that
// the same version and ruleset give the same text, byte for byte.
func Explain(r notice.Record, field string) string {
	var b strings.Builder
	names := make([]string, 0, len(r.Evidence))
	for name := range r.Evidence {
		names = append(names, name)
	}
	for _, p := range r.Problems {
		if !slices.Contains(names, p.Field) {
			names = append(names, p.Field)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if field != "" {
		if !slices.Contains(names, field) {
			return fmt.Sprintf("%s: no rule found anything; fields with evidence: %s\n", field, strings.Join(names, ", "))
		}
		names = []string{field}
	}
	fmt.Fprintf(&b, "ruleset %d, confidence %.2f", r.Ruleset, r.Confidence)
	if r.Review {
		b.WriteString(", for review")
	}
	b.WriteByte('\n')
	for _, name := range names {
		explainField(&b, r, name)
	}
	return b.String()
}

func explainField(b *strings.Builder, r notice.Record, name string) {
	c := r.Evidence[name]
	b.WriteString(name)
	if !slices.ContainsFunc(c, func(x notice.Candidate) bool { return x.Won }) {
		b.WriteString(": left empty")
	}
	b.WriteByte('\n')
	for _, x := range c {
		sign := ' '
		if x.Won {
			sign = '*'
		}
		fmt.Fprintf(b, "  %c %.2f %-28s %s", sign, x.Weight, x.Rule, x.Value)
		switch {
		case x.Span.End > x.Span.Start:
			fmt.Fprintf(b, "  [%s %d–%d]", x.Span.Text, x.Span.Start, x.Span.End)
		case x.Span.Text != "":
			fmt.Fprintf(b, "  [%s]", x.Span.Text)
		}
		if x.Context != "" && x.Context != x.Value {
			fmt.Fprintf(b, "  « %s »", strings.ReplaceAll(x.Context, "\n", " "))
		}
		b.WriteByte('\n')
	}
	for _, p := range r.Problems {
		if p.Field == name {
			fmt.Fprintf(b, "  ! %s: %s\n", p.Code, p.Detail)
		}
	}
}
