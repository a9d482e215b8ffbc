// Package identity answers which policy a document is a copy of. One policy stands
// on many sites: reprints lose letters of its number, signers or half of its
// title, and another policy may bear the same number. It is pure: the worker
// brings the candidates. Start at Match.
package identity
