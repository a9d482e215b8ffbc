package authority

import "strings"

// English is the name of a body in English: of central bodies as the table has
// it, of provincial ones the province and the word for the department. It is
// empty for all others; no name is transcribed.
func (b *Book) English(a Agency) string {
	if a.English != "" {
		return a.English
	}
	r, ok := b.Region(a.Region)
	if !ok || r.English == "" || r.Code == Nation {
		return ""
	}
	for _, place := range []string{r.Name, r.Short} {
		if rest, cut := strings.CutPrefix(a.Name, place); cut {
			if dept := b.names.English.Departments[strings.TrimLeft(rest, "省市")]; dept != "" {
				return r.English + " " + dept
			}
		}
	}
	return ""
}

// EnglishColumn is the usual name of a site's column in English, empty when
// there is none.
func (b *Book) EnglishColumn(column string) string { return b.names.English.Columns[column] }
