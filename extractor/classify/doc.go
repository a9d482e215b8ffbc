// Package classify judges a record whose fields are read: what kind of thing it
// is, whom it concerns, how far it concerns the climate, which figures it sets and
// which documents it refers to. Every judgement is pure, works on the record's
// own text, and leaves its evidence in it. Names of places, bodies and sectors
// come from notice/authority; nothing here knows of pages, storage or time.
//
// Start at Rules.Apply.
package classify
