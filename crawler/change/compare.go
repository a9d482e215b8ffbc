package change

import (
	"govwatch/crawler/family"
	"govwatch/notice"
)

// Comparison is what two saved pages of one document come to.
type Comparison struct {
	// Kind is same, cosmetic or edited.
	Kind notice.ChangeKind
	Gone []Line
	Come []Line
	Diff string
	// Before and After are the comparable texts.
	Before, After Text
	// Foreign says that a page holds no Chinese and was read by its landmarks.
	Foreign bool
	// Retemplated says that the same statements stand in another template.
	Retemplated bool
}

// Compare decides between two pages as a visit does, without a second fetch to
// help: what moves by itself must be told by its structure.
func Compare(before, after family.Page) Comparison {
	lb, la := family.Read(before), family.Read(after)
	c := Comparison{Kind: notice.ChangeSame, Before: NormalizeLayout(lb), After: NormalizeLayout(la), Foreign: foreign(&lb) && foreign(&la)}
	if before.Text == after.Text {
		return c
	}
	c.Kind = notice.ChangeCosmetic
	c.Retemplated = !alike(frame(&lb), frame(&la))
	if c.Before.Hash == c.After.Hash {
		return c
	}
	c.Gone, c.Come = Differences(c.Before, c.After)
	if c.Diff = Diff(c.Before, c.After); c.Diff != "" {
		c.Kind = notice.ChangeEdited
	}
	return c
}

// frame are the classes and ids of the elements that hold a page's lines.
func frame(l *family.Layout) map[string]bool {
	out := map[string]bool{}
	for i := range l.Lines {
		for n, depth := l.Lines[i].Node, 0; n != nil && depth < 6; n, depth = n.Parent, depth+1 {
			if c := attr(n, "class"); c != "" {
				out["."+c] = true
			}
			if id := attr(n, "id"); id != "" {
				out["#"+id] = true
			}
		}
	}
	return out
}

// alike says that two frames share half of their names.
func alike(a, b map[string]bool) bool {
	both := 0
	for k := range a {
		if b[k] {
			both++
		}
	}
	return 2*both >= max(len(a), len(b)) || max(len(a), len(b)) < 3
}
