// Package notice holds the words that every room shares: sources, documents,
// captures, versions, records, events, alerts. It imports the standard library
// only and does nothing: no clock, no network, no storage.
//
// Glossary (Chinese term, our word):
//
//	发文机关 issuer · 发文字号 number · 成文日期 written date · 发布日期 published date
//	印发日期 printed date · 施行日期 effective date · 索引号 index number
//	主题词 subject words · 时效性 validity · 转发 relay · 解读 interpretation
//	征求意见稿 draft · 栏目 column (a List of a Source)
//
// One word for one thing: a Work is the policy itself, a Document is one page
// or attachment at one address of one source, a Capture is one HTTP exchange, a
// Version is a state of a document that is kept, a Record is what the field
// rules read from a version. Start reading at document.go.
package notice
