// Package leftout holds nothing. go test shows of a package that passes its name
// alone, so the name of this folder is how go test ./... says what the quick loop
// leaves out: the suites of the module test/.
package leftout
