package classify

import (
	"math"
	"slices"
	"sort"
	"strings"

	"govwatch/notice"
	"govwatch/notice/authority"
)

// governance is the sector of what has no other: it stands beside others only
// when the title itself is about the whole.
const governance = "governance"

func sectorWords(sectors []authority.Sector) *matcher {
	var words []string
	var owner []int
	var weight []float64
	for i, s := range sectors {
		for _, k := range s.Keywords {
			w := float64(s.Weights[k])
			if w == 0 {
				w = 1.5
			}
			if slices.Contains(generic, k) {
				w = 0.4
			}
			words, owner, weight = append(words, k), append(owner, i), append(weight, w)
		}
		for _, k := range s.Negative {
			words, owner, weight = append(words, k), append(owner, i), append(weight, 0)
		}
	}
	m := newMatcher(words)
	m.owner, m.weight = owner, weight
	return m
}

// generic words stand in policies of every sector.
var generic = []string{"标准", "检测", "认证", "科技", "人才", "示范工程", "高质量发展", "考核", "试点", "规划", "行动方案", "条例", "立法", "园区", "包装", "运输", "航空", "农村", "乡村", "财政", "保险", "基金", "核查", "配额", "履约", "清缴", "抵销", "政府采购", "建筑", "韧性", "交通", "生态保护", "能源", "农业"}

// theme is what a document is about by its own title, the issuers' names left out.
func theme(r notice.Record) string {
	if r.SubjectTitle != "" {
		return squeezeTitle(r.SubjectTitle)
	}
	t := squeezeTitle(r.Title)
	if inner := lastQuoted(t); len(inner) > 18 {
		return strings.TrimLeft(inner, "《")
	}
	return matter(t)
}

type tally struct {
	title, body, issuer float64
	words               []string
	counts              map[int]int
}

// bodyBytes is how much of a body the sectors are read from.
const bodyBytes = 9000

// Sectors weighs the sectors of a document by the table's words in its title, its
// issuers' names and the opening of its body, and keeps those near the strongest.
func (u *Rules) Sectors(r notice.Record) []notice.SectorWeight {
	tallies := make([]tally, len(u.sectors))
	u.count(theme(r), tallies, true)
	body := r.Body
	if len(body) > bodyBytes {
		body = body[:bodyBytes]
	}
	u.count(body, tallies, false)
	for n, issuer := range r.Issuers {
		for w, sector := range issuerHints {
			if strings.Contains(issuer, w) {
				for i, s := range u.sectors {
					if s.ID == sector {
						tallies[i].issuer = max(tallies[i].issuer, 6/float64(n+1))
						tallies[i].words = appendNew(tallies[i].words, w)
					}
				}
			}
		}
	}
	return u.choose(tallies)
}

// issuerHints lets the lead's own field speak where a title is short.
var issuerHints = map[string]string{"能源局": "energy", "住房和城乡建设": "buildings", "交通": "transport", "工业和信息化": "industry", "财政": "finance", "金融": "finance", "人民银行": "finance", "农业农村": "afolu", "林业": "afolu", "科学技术": "tech", "标准化": "standards", "气象": "adaptation"}

func (u *Rules) count(text string, tallies []tally, title bool) {
	covered := map[int]int{}
	u.words.each(text, func(w, at int) {
		owner, weight := u.words.owner[w], u.words.weight[w]
		word := u.words.words[w]
		// Inside one sector the longer word counts alone: 新型储能, not 储能 again.
		if at < covered[owner] {
			return
		}
		if longer := u.longerAt(text, at, owner, len(word)); longer {
			return
		}
		covered[owner] = at + len(word)
		if weight == 0 {
			return
		}
		t := &tallies[owner]
		if title {
			t.title += weight
		} else {
			if t.counts == nil {
				t.counts = map[int]int{}
			}
			t.counts[w]++
			// The first sight of a word says most; the tenth says little.
			t.body += weight * math.Pow(0.6, float64(t.counts[w]-1))
		}
		t.words = appendNew(t.words, word)
	})
}

// longerAt reports a longer word of the same sector at the same place.
func (u *Rules) longerAt(text string, at, owner, size int) bool {
	longer := false
	u.words.at(text, at, func(w int) {
		if u.words.owner[w] == owner && len(u.words.words[w]) > size {
			longer = true
		}
	})
	return longer
}

func appendNew(list []string, w string) []string {
	if len(list) >= 8 || slices.Contains(list, w) {
		return list
	}
	return append(list, w)
}

// choose turns tallies into weights from 0 to 1, strongest first.
func (u *Rules) choose(tallies []tally) []notice.SectorWeight {
	best, specific := 0.0, false
	total := make([]float64, len(tallies))
	for i, t := range tallies {
		total[i] = t.title*4 + math.Min(t.body, 14) + t.issuer
		if u.sectors[i].ID != governance {
			best = math.Max(best, total[i])
			specific = specific || t.title >= 1
		}
	}
	var out []notice.SectorWeight
	for i, s := range u.sectors {
		floor := math.Max(2.4, best*0.42)
		if s.ID == governance {
			if specific && tallies[i].title < 2.5 || total[i] < 2 {
				continue
			}
			floor = math.Max(2, best*0.4)
		}
		named := s.ID != governance && tallies[i].title >= 1 && total[i] >= best*0.25
		if total[i] >= floor || named {
			out = append(out, notice.SectorWeight{Sector: s.ID, Weight: total[i], Words: tallies[i].words})
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Weight > out[b].Weight })
	if len(out) > 4 {
		out = out[:4]
	}
	top := 1.0
	if len(out) > 0 {
		top = math.Max(out[0].Weight, 1)
	}
	for i := range out {
		out[i].Weight = math.Round(out[i].Weight/top*100) / 100
	}
	return out
}
