package s3blob_test

import (
	"govwatch/crawler"
	"govwatch/extractor"
	"govwatch/store/s3blob"
)

// What the workers ask of an archive, in their own words.
var (
	_ crawler.Archive   = (*s3blob.Store)(nil)
	_ extractor.Archive = (*s3blob.Store)(nil)
)
