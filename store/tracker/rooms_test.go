package tracker_test

import (
	"govwatch/alert"
	"govwatch/bus"
	"govwatch/crawler"
	"govwatch/extractor"
	"govwatch/schedules"
	"govwatch/store/tracker"
	"govwatch/web/pages"
)

// What the rooms ask of their memory, in their own words.
var (
	_ crawler.Ledger    = (*tracker.Tracker)(nil)
	_ extractor.Records = (*tracker.Tracker)(nil)
	_ extractor.Agenda  = (*tracker.Tracker)(nil)
	_ bus.Outbox        = (*tracker.Tracker)(nil)
	_ alert.Log         = (*tracker.Tracker)(nil)
	_ schedules.Book    = (*tracker.Tracker)(nil)
	_ pages.Reader      = (*tracker.Tracker)(nil)
)
