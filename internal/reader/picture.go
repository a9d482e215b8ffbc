package reader

// readPicture has text only where OCR is asked for and present.
func (w *worker) readPicture(t *Text, b []byte) {
	t.Scanned = true
	t.problem(problemScanned, "the file is a picture")
	if w.ocr {
		w.recognisePicture(t, b)
	}
}
