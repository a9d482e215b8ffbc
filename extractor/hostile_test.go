package extractor

import (
	"strings"
	"testing"
	"time"
)

// TestHostilePages: pages made to cost much take time in proportion to their
// size. A rule that looks back without a bound would need minutes for these.
func TestHostilePages(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"links":    strings.Repeat(`<p><a href="a.pdf">附件下载某某文件</a></p>`, 20000),
		"pairs":    "<table>" + strings.Repeat(`<tr><td>索引号：</td><td>1/2</td><td>发文字号</td><td>某府〔2024〕1号</td></tr>`, 10000) + "</table>",
		"inline":   "<p>" + strings.Repeat(`发布时间：2024-01-01 来源：某局 `, 20000) + "</p>",
		"dates":    strings.Repeat(`<p align=right>某某省人民政府</p><p align=right>2024年1月1日</p>`, 10000),
		"titles":   strings.Repeat(`<h1 class=title>关于某某某某某某的通知</h1>`, 10000),
		"nest":     strings.Repeat(`<div class=title><span>`, 20000) + "x",
		"sentence": "<div>" + strings.Repeat(`为深入贯彻落实，自2024年1月1日起施行。第一条，有效期5年。`, 15000) + "</div>",
		"lines":    "<div>" + strings.Repeat(`<p>为深入贯彻落实，《某办法》（某发〔2024〕1号）自2024年1月1日起施行，到2030年达到50%以上。</p>`, 10000) + "</div>",
		"labels":   "<table>" + strings.Repeat(`<th>索引号</th><th>文号</th>`, 10000) + "<tr><td>x</table>",
		"names":    "<p>" + strings.Repeat("国家发展和改革委员会", 15000) + "</p><p>2024年1月1日</p>",
		"style":    "<style>" + strings.Repeat(".a{display:none}", 50000) + "</style><p>x",
		"brackets": "<p>" + strings.Repeat("[", 100000) + "</p>",
	} {
		start := time.Now()
		Extract(Input{Body: []byte("<html><body>" + body)})
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: %d bytes took %s", name, len(body), d)
		}
	}
}
