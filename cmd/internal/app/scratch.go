package app

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// scratchRoom is what a simulated year of 200 sites leaves behind, in bytes,
// with room to spare.
const scratchRoom = 4 << 30

// scratch makes a folder for data that nobody needs after a play: in memory
// where the machine has a file system there with room, for then an fsync, which
// the play makes as often as any run, costs nothing. The caller removes it.
func scratch() (string, error) {
	const memory = "/dev/shm"
	var fs unix.Statfs_t
	if unix.Statfs(memory, &fs) == nil && uint64(fs.Bavail)*uint64(fs.Bsize) >= scratchRoom { //nolint:unconvert // the fields' types differ between systems
		if dir, err := os.MkdirTemp(memory, "govwatch-simulate-"); err == nil {
			return dir, nil
		}
	}
	dir, err := os.MkdirTemp("", "govwatch-simulate-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the play: %w; set TMPDIR to one that can be written", err)
	}
	return dir, nil
}
