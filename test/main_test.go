package test

import (
	"os"
	"testing"

	"govwatch/test/backends"
)

// servers are shared by all tests of this package; each starts with the first test that needs it.
var servers backends.Set

func TestMain(m *testing.M) { os.Exit(servers.Main(m)) }
