package compare_test

import (
	"testing"

	"govwatch/extractor/compare"
	"govwatch/notice"
)

// A visit that has compared two answers of one moment knows what moves by itself.
func TestConfineLeavesMovingLinesOut(t *testing.T) {
	t.Parallel()
	before := notice.Record{Body: "一、到2030年能耗下降18%。\n每日一句：绿水青山。\n二、加强管理。\n甲市\t100"}
	after := notice.Record{Body: "一、到2030年能耗下降20%。\n每日一句：和谐共生。\n二、加强管理。\n甲市\t200"}
	b, a := compare.Confine(before, after, "- 一、到2030年能耗下降18%。\n+ 一、到2030年能耗下降20%。")
	if b.Body != "一、到2030年能耗下降18%。\n二、加强管理。\n甲市\t100" || a.Body != "一、到2030年能耗下降20%。\n二、加强管理。\n甲市\t200" {
		t.Errorf("%q\n%q", b.Body, a.Body)
	}
	for _, seen := range []string{"", "the text changed", "- 一、…"} {
		if b, a := compare.Confine(before, after, seen); b.Body != before.Body || a.Body != after.Body {
			t.Errorf("with %q something was left out", seen)
		}
	}
}
