package change

import (
	"path"
	"slices"
	"strings"
)

// attachments compares the files: one file is the same by its address, else by
// its name, else by the name of its file.
func (d *difference) attachments() {
	rest := slices.Clone(d.b.of(AttachLine))
	var added []string
	for _, a := range d.a.of(AttachLine) {
		i := partner(rest, a)
		if i < 0 {
			added = append(added, a)
			continue
		}
		bn, bu, _ := strings.Cut(rest[i], "|")
		an, au, _ := strings.Cut(a, "|")
		if bu == au && d.renamed(bn, an) || replaced(bn, bu, an, au) {
			d.gone, d.come = append(d.gone, Line{AttachLine, rest[i]}), append(d.come, Line{AttachLine, a})
		}
		rest = slices.Delete(rest, i, i+1)
	}
	for _, b := range rest {
		d.gone = append(d.gone, Line{AttachLine, b})
	}
	for _, a := range added {
		d.come = append(d.come, Line{AttachLine, a})
	}
}

// renamed says that one file has another name. A new template prints names in
// longer and shorter forms; the same template does not.
func (d *difference) renamed(b, a string) bool {
	kb, ka := fileKey(b), fileKey(a)
	if kb == ka {
		return false
	}
	if long, short := kb, ka; strings.Contains(long, short) || strings.Contains(short, long) {
		return d.sameTemplate() && short != "" && long != "" && !strings.HasSuffix(b, "…") && !strings.HasSuffix(a, "…") && !strings.HasSuffix(b, "...") && !strings.HasSuffix(a, "...")
	}
	return true
}

// replaced says that a file of the same name lies under another address of the
// same folder: it was uploaded anew.
func replaced(bn, bu, an, au string) bool {
	return bu != au && fileKey(bn) == fileKey(an) && path.Dir(bu) == path.Dir(au) && fileName.MatchString(bu) && fileName.MatchString(au)
}

func partner(list []string, file string) int {
	name, address, _ := strings.Cut(file, "|")
	for _, same := range []func(n, u string) bool{
		func(_, u string) bool { return u == address },
		func(n, _ string) bool { return fileKey(n) != "" && fileKey(n) == fileKey(name) },
		func(_, u string) bool { return path.Base(u) == path.Base(address) },
	} {
		if i := slices.IndexFunc(list, func(l string) bool { n, u, _ := strings.Cut(l, "|"); return same(n, u) }); i >= 0 {
			return i
		}
	}
	return -1
}

// fileKey is a file's name as two pages may print it: 附件1：名单.pdf, 名单.
func fileKey(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 5 {
		name = name[:i]
	}
	name = strings.TrimLeft(strings.TrimPrefix(name, "附件"), "0123456789一二三四五六七八九十.、:： ")
	return loose(strings.NewReplacer("点击下载", "", "下载", "").Replace(name))
}
