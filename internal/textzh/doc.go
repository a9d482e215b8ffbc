// Package textzh turns Chinese text as found on the web into one form: bytes of
// any charset into UTF-8, wide and odd characters into plain ones, Chinese
// numerals into integers. It knows nothing of notices or HTML structure beyond
// the place where a page names its charset. Every function is pure, safe for
// concurrent use and accepts any bytes. Start reading at decode.go.
package textzh
