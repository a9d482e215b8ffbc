package family

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"govwatch/notice"
)

// TestAnswersOfSearchEngines reads the answers of the search engines behind
// provincial policy libraries, without the address of the answer: a saved file
// has none.
func TestAnswersOfSearchEngines(t *testing.T) {
	t.Parallel()
	const host = "http://www.example.gov.cn/zwgk/"
	url := func(i int) string { return host + abc[i].tail[1:7] + "/" + abc[i].tail }
	each := func(row func(i int) string) string { return row(0) + "," + row(1) + "," + row(2) }
	for name, body := range map[string]string{
		"jsearch: markup in an array": `{"matched":true,"total":"3","result":[` + each(func(i int) string {
			return fmt.Sprintf("%q", fmt.Sprintf("<div class=\"comprehensiveItem\"><div class=\"titleWrapper\"><a target=\"_blank\" href=\"visit/link.do?url=http%%3A%%2F%%2Fwww.example.gov.cn%%2Fzwgk%%2F%s%%2F%s&q=&webid=1\">%s</a></div><div class=\"newsDescribe\"><a href=\"visit/link.do?url=http%%3A%%2F%%2Fwww.example.gov.cn%%2Fzwgk%%2F%s%%2F%s\">各市、县（市、区）人民政府：现将方案印发给你们，请认真贯彻执行。</a></div><div class=\"sourceTime\"><span>来源：政府门户</span><span>时间：%s</span></div></div>", abc[i].tail[1:7], abc[i].tail, abc[i].title, abc[i].tail[1:7], abc[i].tail, abc[i].date))
		}) + `]}`,
		"irs": `{"code":200,"data":{"middle":{"list":[` + each(func(i int) string {
			return fmt.Sprintf(`{"title":"<em>%s</em>","title_no_tag":%q,"url":%q,"time":"%s 09:10","content_no_tag":"%s","source":"本网","label":"政策文件","hasAttachment":0}`, abc[i].title, abc[i].title, url(i), abc[i].date, strings.Repeat("正文", 200))
		}) + `],"total":3},"right":{"hotWords":[{"word":"社保","url":"/s?q=1"},{"word":"医保","url":"/s?q=2"}]}}}`,
		"docs in data": `{"resultDocs":[` + each(func(i int) string {
			return fmt.Sprintf(`{"score":1.2,"data":{"titleO":%q,"url":%q,"docDate":"%s","siteName":"首都之窗","zzjg":"市政府","content":"%s"}}`, abc[i].title, url(i), abc[i].date, strings.Repeat("正文内容", 80))
		}) + `],"totalHits":3}`,
		"underscored names": `{"datas":[` + each(func(i int) string {
			return fmt.Sprintf(`{"_doctitle":%q,"docpuburl":%q,"docreltime":"%s 10:00:00","crtime":"2018-01-01 00:00:00","fileno":"闽政〔2024〕%d号","chnldesc":"政策文件"}`, abc[i].title, url(i), abc[i].date, i+1)
		}) + `],"count":3}`,
		"one array a category": `{"searchVO":{"catMap":{"gongwen":{"totalCount":2,"listVO":[` + fmt.Sprintf(`{"title":%q,"url":%q,"pubtimeStr":"%s","pubtime":%d},{"title":%q,"url":%q,"pubtimeStr":"%s"}`, abc[0].title, url(0), strings.ReplaceAll(abc[0].date, "-", "."), 1710205200000, abc[1].title, url(1), strings.ReplaceAll(abc[1].date, "-", ".")) +
			`]},"bumenfile":{"totalCount":1,"listVO":[` + fmt.Sprintf(`{"title":%q,"url":%q,"pubtimeStr":"%s"}`, abc[2].title, url(2), strings.ReplaceAll(abc[2].date, "-", ".")) + `]}}}}`,
		"cut title": `{"rows":[` + each(func(i int) string {
			r := []rune(abc[i].title)
			return fmt.Sprintf(`{"title":"%s...","fullTitle":%q,"link":%q,"releaseDate":"%s"}`, string(r[:10]), abc[i].title, url(i), abc[i].date)
		}) + `]}`,
		"domain metas": `{"data":{"results":[` + each(func(i int) string {
			return fmt.Sprintf(`{"title":%q,"url":%q,"publishedTimeStr":"%s 08:00:00","publishedTime":1500000000000,"channelName":"省政府文件","domainMetaList":[{"resultList":[{"key":"refno","name":"文号","value":"黑政发〔2024〕1号"}]}]}`, abc[i].title, url(i), abc[i].date)
		}) + `]}}`,
		"column names": `{"data":[` + each(func(i int) string {
			return fmt.Sprintf(`{"文件名称":%q,"链接":%q,"发布日期":"%s","成文日期":"2019-01-01"}`, abc[i].title, url(i), abc[i].date)
		}) + `]}`,
		"rows by position": `var list = [` + each(func(i int) string {
			return fmt.Sprintf(`['%d','%s','%s','%s']`, i, abc[i].title, url(i), abc[i].date)
		}) + `];`,
		"numbered fields": `{"rows":{` + each(func(i int) string {
			return fmt.Sprintf(`"%d":{"title":%q,"url":%q,"date":"%s"}`, i, abc[i].title, url(i), abc[i].date)
		}) + `}}`,
		"feed": `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>政策文件</title><link>http://www.example.gov.cn/</link>` + strings.ReplaceAll(each(func(i int) string {
			d, _ := notice.ParseDate(abc[i].date)
			return fmt.Sprintf(`<item><title><![CDATA[%s]]></title><link>%s</link><pubDate>%s</pubDate><description>…</description></item>`, abc[i].title, url(i), d.Time().Format(time.RFC1123Z))
		}), "</item>,", "</item>") + `</channel></rss>`,
		"an object a line": strings.ReplaceAll(each(func(i int) string {
			return fmt.Sprintf(`{"_source":{"title":[%q],"url":[%q],"pubdate":["%sT01:00:00Z"]}}`, abc[i].title, url(i), abc[i].date)
		}), "}},{", "}}\n{"),
		"strings of numbers": `{"list":[` + each(func(i int) string {
			return fmt.Sprintf(`{"id":"%d","name":%q,"address":%q,"publishDate":"%s"}`, 20240101+i, abc[i].title, url(i), strings.ReplaceAll(abc[i].date, "-", ""))
		}) + `]}`,
	} {
		l, err := ListAny(NewPage("", "", []byte(body)))
		check(t, name, l, err, abc)
	}
}
