//go:build race

package app_test

// underRace says that the race detector is on: it makes the simulated world ten
// times slower, so that world is played in a run of its own.
const underRace = true
