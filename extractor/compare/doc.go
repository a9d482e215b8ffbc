// Package compare reads the records before and after an edit and says what the
// edit means, how much it weighs and, in words, what changed. It also recognises
// documents that moved to another address. It is pure: two records in, a
// judgement out. Start at Compare.
package compare
