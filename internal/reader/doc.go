// Package reader turns the bytes of a document into text: PDF, Word, Excel,
// OFD, RTF, HTML and archives of them. It knows nothing of notices.
//
// Documents come from strangers, so parsing happens in a child process, which is
// our own program started again with GOVWATCH_READER_CHILD set. The parent
// (Guard) watches its memory and time, kills it above a limit, and starts another
// for the next file. Whatever is wrong with a file is a Problem of its Text; an
// error means that there is no Text at all.
//
// A program that uses Guard must call ChildMain first thing in main, and a test
// binary in TestMain. Start reading at reader.go, then guard.go and child.go.
package reader
