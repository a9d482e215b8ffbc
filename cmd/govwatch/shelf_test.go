package main

import (
	"strings"
	"testing"
)

// Commands that look documents up say in one line what is wrong.
func TestLookingUpSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	none := t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"review", "--data", none}, "no tracker at"},
		{[]string{"review", "--limit", "-1"}, "--limit is negative"},
		{[]string{"implements"}, "arg"},
		{[]string{"implements", "--data", none, "国发〔2024〕7号"}, "no tracker at"},
		{[]string{"diff", "--data", none, "x"}, "no tracker at"},
		{[]string{"diff", "x", "1"}, "name a document, and two versions or none"},
		{[]string{"diff", "--json", "--html", "p.html", "x"}, "choose one"},
		{[]string{"reextract", "--data", none}, "no tracker at"},
		{[]string{"reextract", "--below", "0"}, "counted from 1"},
		{[]string{"reextract", "--below", "many"}, "invalid"},
	} {
		got, exit := call(t, c.args...)
		if exit != exitMisuse || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%v: exit %d, %q", c.args, exit, got)
		}
	}
}
