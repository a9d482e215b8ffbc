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
	if c.Before.Hash == c.After.Hash {
		return c
	}
	c.Gone, c.Come = Differences(c.Before, c.After)
	if c.Diff = Diff(c.Before, c.After); c.Diff != "" {
		c.Kind = notice.ChangeEdited
	}
	return c
}
