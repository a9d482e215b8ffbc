package reader

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestMutations changes single bytes all over a file of each format. Reading
// must neither panic (a damaged problem that says so) nor take long.
func TestMutations(t *testing.T) {
	t.Parallel()
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	files := map[string][]byte{
		"doc":  wordFile("国办发\x13x\x14〔2024〕\x15\r\a\a", "latin\r", 0),
		"xls":  oleFile(oleStream{"Workbook", biff(biff(biff(nil, recBOF, 0, 6, 0x10, 0), recNumber, xlsCell(1, 1, 1, xlsFloat(46331)...)...), recEOF)}),
		"docx": docxFile(t, p("正文")),
		"zip":  zipFile(t, "a.txt", "text", "b.rtf", `{\rtf1 x}`),
		"rar":  rarFile("a.txt", "text", "b", "more"),
		"ofd":  zipFile(t, "OFD.xml", "<a><DocBody><DocRoot>d.xml</DocRoot></DocBody></a>", "d.xml", "<d><Pages><Page BaseLoc='p.xml'/></Pages></d>", "p.xml", "<p><TextCode>x</TextCode></p>"),
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(1, uint64(len(file))))
			begin := time.Now()
			for range rounds {
				b := append([]byte(nil), file...)
				for range 1 + rng.IntN(4) {
					b[rng.IntN(len(b))] = byte(rng.IntN(256))
				}
				for _, problem := range readHere(b).Problems {
					if strings.Contains(problem, "panic") {
						t.Errorf("%s in %q", problem, b[:min(len(b), 64)])
					}
				}
			}
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("%d files took %v", rounds, took)
			}
		})
	}
}
