package tracker_test

import (
	"testing"

	"govwatch/notice"
)

// The bands of a schema before 5 had another width: its works must be found all
// the same, and no longer by what was in them.
func TestWorksOfAnOlderSchemaAreFound(t *testing.T) {
	t.Parallel()
	path, _ := newFile(t)
	raw(t, path, `INSERT INTO works (id, number, squeezed, year, body) VALUES ('w', '', 'x', 2024, '{"ID":"w","Year":2024,"SimHash":17361641481138401520}')`)
	raw(t, path, `INSERT INTO work_bands (year, band, value, work) VALUES (2024, 3, 240, 'w')`)
	raw(t, path, `DELETE FROM goose_db_version WHERE version_id = 5`)
	tr := openAt(t, path)
	for differs, want := range map[uint64]int{0: 1, 0x0101_0101_0101_0100: 1, 0xFF: 0} {
		got, err := tr.Works(t.Context(), notice.Work{Year: 2024, SimHash: 17361641481138401520 ^ differs})
		if err != nil || len(got) != want {
			t.Errorf("bits %x differ: works %+v, %v; want %d", differs, got, err, want)
		}
	}
}
