package extractor

// Ruleset is the number of the rules that made a record. A raise means that old
// records may read differently; `govwatch reextract --below N` brings them up.
//
// Raise it with every change after which some page, file or answer is read into
// another record: a field's value, its evidence, a problem. What only makes rules
// faster, or reads pages that could not be read before, needs none.
// TestRulesetFollowsGoldens fails when the golden records change and this number
// does not: add a line here, then run `go test ./extractor -update`.
//
//	1  layout, field rules with evidence, classification
//	2  wrapped and columned signature blocks, departments that sign, numbers above
//	   the title, regions by host, more central bodies
//	3  marks before titles, reports and weather, calls for opinions, more words of
//	   sectors and of the climate
//	4  joint orders, text boxes of binary Word files, names of files beside their
//	   links, lists of other pages, turns of the calendar
const Ruleset = 4
