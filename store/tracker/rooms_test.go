package tracker_test

import (
	"govwatch/bus"
	"govwatch/schedules"
	"govwatch/store/tracker"
)

// What the rooms ask of their memory, in their own words.
var (
	_ bus.Outbox     = (*tracker.Tracker)(nil)
	_ schedules.Book = (*tracker.Tracker)(nil)
)
