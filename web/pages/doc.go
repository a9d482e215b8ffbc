// Package pages draws what people read in a browser: one status page that says
// how each source fares, what was found last, and which alerts went out, and two
// versions of a document side by side. It reads through one small interface and
// never writes.
package pages
