package family

// trs is TRS WCM, the commonest system: rows with ./YYYYMM/tYYYYMMDD_id.html and
// pages index_1, index_2 … announced by createPageHTML, createPage or countPage.
// The environment ministry counts index_{block}_{k}; the block is in the call.
func trs() Family {
	return markup{
		name: "trs",
		marks: []fingerprint{
			{"createPageHTML(", 0.8}, {"createPage(", 0.6}, {"countPage", 0.5}, {"TRS_", 0.4}, {"/t20", 0.3},
		},
		containers: []string{"ul.u-list", "ul.list", "div.list", ".commonlist", "ul.liBox", "#result", ".news_list", ".xxgk_list", ".list_con", "ul.gl-list"},
	}
}
