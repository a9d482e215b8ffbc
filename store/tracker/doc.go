// Package tracker is the memory of the system: sources, documents, captures,
// versions, records, works, incidents, alerts, and the outbox from which events
// are published. One SQL text serves SQLite and PostgreSQL; dialect.go is the
// only file that knows which. A fact and the event that announces it are always
// one transaction, and every write may be repeated: it then changes nothing.
//
// The tracker judges nothing and fetches nothing. It implements the small
// interfaces that crawler, extractor, bus, alert, schedules and web declare, and
// knows none of them. Errors are Transient faults unless a method says otherwise:
// whoever called may call again. Start at tracker.go, then documents.go.
package tracker
