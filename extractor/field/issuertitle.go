package field

import (
	"strings"
	"unicode/utf8"

	"govwatch/notice"
)

// TitleIssuers reads the bodies before 关于, 印发, 转发 … at the start of a title.
// more says that the title hides some (A等七部门).
func TitleIssuers(d *Doc, title string) (names []string, more bool) {
	head := titleHead(title)
	if head == "" {
		return nil, false
	}
	if i := strings.LastIndex(head, "等"); i > 0 {
		tail := head[i+len("等"):]
		if strings.HasSuffix(tail, "部门") || strings.HasSuffix(tail, "单位") || strings.HasSuffix(tail, "部委") || strings.HasSuffix(tail, "机构") || strings.HasSuffix(tail, "厅局") || strings.HasSuffix(tail, "委办局") || tail == "" || strings.HasSuffix(tail, "委") {
			head, more = head[:i], true
		}
	}
	for _, n := range d.Book.Split(head) {
		if !d.Book.Shape(n) {
			if _, ok := d.Book.Agency(n, notice.Date{}, d.Region); !ok {
				return nil, more
			}
		}
		names = append(names, cutOffice(n))
	}
	return names, more
}

// SignerCount is the number in 等七部门, zero when the title names none.
func SignerCount(title string) int {
	head := titleHead(title)
	i := strings.LastIndex(head, "等")
	if i < 0 {
		return 0
	}
	tail := strings.TrimLeft(head[i+len("等"):], " ")
	n, rest, ok := leadSerial(tail)
	if !ok || n < 2 || n > 60 {
		return 0
	}
	for _, w := range [...]string{"部门", "单位", "部委", "机构", "厅局", "委办局", "个部门", "个单位"} {
		if strings.HasPrefix(rest, w) {
			return n
		}
	}
	return 0
}

// headEnds are the words that end the part of a title that names issuers. The
// first strongEnds of them do so in every title; after the others the title must
// end in a document's kind, for 某局发布… is also how news begin.
var headEnds = [...]string{"关于", "印发", "转发", "批转", "《", "令", "行政处罚", "公告", "通告", "发布", "公布", "对", "办理", "决定", "答复", "公示", "通报", "批复", "贯彻"}

const strongEnds = 9

// titleHead returns the part of a title that can name issuers.
func titleHead(title string) string {
	t := strings.TrimSpace(title)
	for strings.HasPrefix(t, "【") || strings.HasPrefix(t, "[") {
		i := strings.IndexAny(t, "】]")
		if i < 0 || i > 40 {
			break
		}
		_, n := utf8.DecodeRuneInString(t[i:])
		t = strings.TrimSpace(t[i+n:])
	}
	for _, verb := range [...]string{"批转", "转发", "印发", "贯彻", "关于", "《", "发布", "公布"} {
		if strings.HasPrefix(t, verb) {
			return ""
		}
	}
	end, strong := len(t), false
	for i, w := range headEnds {
		if at := strings.Index(t, w); at > 0 && at < end {
			end, strong = at, i < strongEnds
		}
	}
	if end == len(t) || end < 6 || end > 420 || !strong && KindOf(t) == "" {
		return ""
	}
	return strings.TrimSpace(strings.TrimSuffix(t[:end], "办公厅（室）"))
}
