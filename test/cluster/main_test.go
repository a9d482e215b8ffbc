package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"govwatch/test/backends"
)

// servers are shared by the tests of this package.
var servers backends.Set

// program is the govwatch binary under test.
var program string

// root is the folder of the product; the S3 store of the tests changes this
// program's folder.
var root string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if backends.IsServer() {
		return servers.Main(m)
	}
	dir, err := os.MkdirTemp("", "govwatch-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the program:", err)
		return 1
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, "clear away:", err)
		}
	}()
	if root, err = filepath.Abs(filepath.Join("..", "..")); err != nil {
		fmt.Fprintln(os.Stderr, "find the product:", err)
		return 1
	}
	program = filepath.Join(dir, "govwatch")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", program, "./cmd/govwatch")
	build.Dir = root // The product is built with its own module, not with this one.
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build govwatch: %v: %s\n", err, out)
		return 1
	}
	return servers.Main(m)
}
