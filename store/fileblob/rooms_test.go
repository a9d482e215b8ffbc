package fileblob_test

import (
	"govwatch/crawler"
	"govwatch/extractor"
	"govwatch/store/fileblob"
)

// What the workers ask of an archive, in their own words.
var (
	_ crawler.Archive   = (*fileblob.Store)(nil)
	_ extractor.Archive = (*fileblob.Store)(nil)
)
