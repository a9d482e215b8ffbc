// Package extractor turns one version of a document into a record: it reads the
// layout of the page, lets the rules of extractor/field leave their candidates,
// ranks them, and has extractor/classify judge the result. It knows nothing of
// the network; the worker opens bytes from the archive and saves what comes out.
// Start at extract.go.
package extractor
