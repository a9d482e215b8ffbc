package compare

import (
	"slices"
	"strings"

	"govwatch/notice"
)

// annexes compares the files of a page. One file is the same by its address, else
// by its bytes, else by its name; new bytes under an old address or name are a
// replacement.
func (c *comparison) annexes(before, after []notice.AttachmentRef) {
	rest := slices.Clone(before)
	var added []notice.AttachmentRef
	for _, a := range after {
		i := partner(rest, a)
		if i < 0 {
			added = append(added, a)
			continue
		}
		if b := rest[i]; b.Blob != "" && a.Blob != "" && b.Blob != a.Blob {
			c.annex(notice.AnnexReplaced, "附件更换", label(b), label(a))
		}
		rest = slices.Delete(rest, i, i+1)
	}
	for _, a := range added {
		c.annex(notice.AnnexAdded, "附件增加", "", label(a))
	}
	for _, b := range rest {
		c.annex(notice.AnnexRemoved, "附件删除", label(b), "")
	}
}

func (c *comparison) annex(m notice.Meaning, what, before, after string) {
	c.mean(m)
	c.fieldCh = append(c.fieldCh, FieldChange{"attachments", before, after})
	line := what + ": " + shown(after)
	if after == "" {
		line = what + ": " + before
	}
	c.lines = append(c.lines, line)
}

func label(a notice.AttachmentRef) string {
	if a.Name != "" {
		return a.Name
	}
	return a.URL
}

// partner finds the file among list that a continues, -1 when it is new.
func partner(list []notice.AttachmentRef, a notice.AttachmentRef) int {
	for _, same := range []func(x notice.AttachmentRef) bool{
		func(x notice.AttachmentRef) bool { return x.URL != "" && address(x.URL) == address(a.URL) },
		func(x notice.AttachmentRef) bool { return x.Blob != "" && x.Blob == a.Blob },
		func(x notice.AttachmentRef) bool { return fileKey(x.Name) != "" && fileKey(x.Name) == fileKey(a.Name) },
	} {
		if i := slices.IndexFunc(list, same); i >= 0 {
			return i
		}
	}
	return -1
}

// address is a URL without its scheme and fragment: sites offer both http and https.
func address(u string) string {
	if _, rest, ok := strings.Cut(u, "://"); ok {
		u = rest
	}
	u, _, _ = strings.Cut(u, "#")
	return u
}

// fileKey is a file's name as two pages may print it: 附件1：名单.pdf, 名单.
func fileKey(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 5 {
		name = name[:i]
	}
	return keyOf(name)
}
