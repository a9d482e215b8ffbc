//go:build !linux

package reader

import "syscall"

func dieWithParent() *syscall.SysProcAttr { return nil }

// residentBytes is known on Linux only; elsewhere GOMEMLIMIT, the cap of the PDF
// module and the timeout are what holds the child.
func residentBytes(int) int64 { return 0 }
