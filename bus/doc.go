// Package bus carries tasks and events over NATS JetStream: a server inside the
// process (embedded:DIR) or a cluster (nats://a,b,c), with the same code behind
// both. It knows how messages are named, kept, retried and given up; it knows
// nothing of crawling, extraction or storage, whose work comes in as functions.
//
// Promises: at least once, never silently dropped. A message leaves its stream
// when its handler is done with it, or when it stands in the dead-letter stream
// with the reason. Handlers must be idempotent by Task.ID and Event.ID.
//
// Start reading at streams.go, the one table of streams, subjects and limits.
package bus
