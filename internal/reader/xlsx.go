package reader

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXlsx gives each sheet as a page: its rows as lines, cells as they are
// displayed and separated by tabs.
func readXlsx(t *Text, b []byte, l Limits) error {
	limit := inflatedLimit(int64(len(b)))
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{
		UnzipSizeLimit:    limit,
		UnzipXMLSizeLimit: limit, // below it sheets would go to temporary files
		ShortDatePattern:  "yyyy-mm-dd",
		LongDatePattern:   "yyyy年m月d日",
		LongTimePattern:   "hh:mm:ss",
	})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			t.limited("%v", err)
			return nil
		}
		if errors.Is(err, excelize.ErrWorkbookPassword) || errors.Is(err, excelize.ErrWorkbookFileFormat) {
			return fmt.Errorf("open workbook: %w", err)
		}
		t.Truncated = true
		return fmt.Errorf("open workbook: %w", err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.problem(problemDamaged, "close workbook: %v", err)
		}
	}()
	if p, err := f.GetDocProps(); err == nil {
		t.Title = p.Title
	}
	if p, err := openPack(b); err == nil && p.has("xl/vbaProject.bin") {
		t.problem(problemMacros, "the file carries macros; they were not run")
	}
	left := l.OutputBytes
	for i, name := range f.GetSheetList() {
		if i == l.Pages || left <= 0 {
			t.limited("%d sheets read", i)
			return nil
		}
		text, err := sheetText(f, name, left)
		if err != nil {
			t.problem(problemDamaged, "sheet %s: %v", name, err)
		}
		left -= int64(len(text))
		t.addSheet(text)
	}
	return nil
}

// addSheet takes a sheet as a page and, when it has cells, as a table.
func (t *Text) addSheet(text string) {
	t.Pages = append(t.Pages, text)
	if text != "" {
		t.Tables++
	}
}

func sheetText(f *excelize.File, name string, left int64) (string, error) {
	rows, err := f.Rows(name)
	if err != nil {
		return "", err
	}
	var out sheetRows
	for rows.Next() && int64(out.b.Len()) <= left {
		cells, err := rows.Columns()
		if err != nil {
			return out.String(), errors.Join(err, rows.Close())
		}
		out.row(cells)
	}
	return out.String(), errors.Join(rows.Error(), rows.Close())
}

// sheetRows writes rows as lines and leaves out empty ones.
type sheetRows struct{ b strings.Builder }

func (s *sheetRows) row(cells []string) {
	last := len(cells)
	for last > 0 && strings.TrimSpace(cells[last-1]) == "" {
		last--
	}
	if last == 0 {
		return
	}
	flat := strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")
	for i, c := range cells[:last] {
		if i > 0 {
			s.b.WriteByte('\t')
		}
		s.b.WriteString(strings.TrimSpace(flat.Replace(c)))
	}
	s.b.WriteByte('\n')
}

func (s *sheetRows) String() string { return strings.TrimSuffix(s.b.String(), "\n") }
