// Package schedules knows which sources there are and when each is due. It
// reads declarations (one YAML file a source) strictly, and turns cron lines in
// Beijing time into tasks. It knows neither the bus nor the tracker: both are
// passed in. Start at load.go, then clock.go.
package schedules
