// Package alert decides whom to tell of what, and sees that they are told: the
// third worker. Deciding is pure (rules.go, render.go); sending is a loop over
// stored alerts (worker.go). Each channel stands in a folder of its own. The
// package knows nothing of pages, storage or the bus.
//
// Start reading at rules.go.
package alert
