// Package htmltree parses HTML into the nodes of golang.org/x/net/html: the very
// tree that html.Parse builds, at about a quarter of its cost.
//
// The price of html.Parse lies in copies and small allocations. Here the strings
// of the tree are parts of the page's text, nodes and attributes come out of
// slabs, and tags are read from the string in place. The rules of tree
// construction (WHATWG HTML 13.2.6) are followed for what pages are made of,
// unclosed and misnested tags and tables included. Constructs that are rare on
// pages to be read (template, frameset, MathML, NUL bytes …) are left to
// html.Parse: Parse starts over with it, so the tree is the same in any case. A
// fuzz target compares the two.
package htmltree
