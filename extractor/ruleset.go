package extractor

// Ruleset is the number of the rules that made a record. A raise means that old
// records may read differently; `govwatch reextract --below N` brings them up.
//
//	1  layout, field rules with evidence, classification
const Ruleset = 1
