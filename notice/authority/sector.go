package authority

import "slices"

// Sector is one field of climate policy with the words that speak for it.
type Sector struct {
	ID       string
	NameZH   string `json:"name_zh"`
	NameEN   string `json:"name_en"`
	Keywords []string
	// Negative words hold a keyword by chance (能源基金会) and are not counted.
	Negative []string
	// Weights of keywords; one that is not named weighs 1.
	Weights map[string]int
}

// Scope is the word list that separates climate matters from others.
type Scope struct {
	Strong       []string
	Weak         []string
	ExcludeTitle []string `json:"exclude_title"`
}

// Sectors returns the sectors in the table's order.
func (b *Book) Sectors() []Sector { return slices.Clone(b.sectors) }

// Scope returns the words of the climate gate.
func (b *Book) Scope() Scope { return b.scope }

// NonPolicy returns the title words of one kind of paper that is no policy: 解读, 新闻,
// 征求意见, 公示, 名单, 批复.
func (b *Book) NonPolicy(kind string) []string { return slices.Clone(b.nonKinds[kind]) }
