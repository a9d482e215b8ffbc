package extractor

import (
	"context"

	"govwatch/notice"
)

// Preview reads an archived version by the declaration in in.Source, which may
// differ from the stored one, as the worker would have read it on the day it was
// fetched: files of any kind through the same readers, the files of a page with
// it. Nothing is saved.
func (w *Worker) Preview(ctx context.Context, in notice.Reading) (notice.Record, error) {
	then := *w
	then.Clock = moment(in.Version.FetchedAt)
	return then.read(ctx, in, notice.Publisher)
}
