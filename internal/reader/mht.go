package reader

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// isMHT recognises a web archive, which Word offers as "single file web page"
// and which then goes by the name of doc.
func isMHT(b []byte) bool {
	head := bytes.ToLower(b[:min(len(b), headSize)])
	return bytes.Contains(head, []byte("mime-version:")) && bytes.Contains(head, []byte("multipart/related"))
}

// readMHT reads the first HTML part.
func readMHT(t *Text, b []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return errors.New("the web archive holds no page")
		}
		if err != nil {
			t.Truncated = true
			return err
		}
		if !strings.HasPrefix(strings.ToLower(p.Header.Get("Content-Type")), "text/html") {
			continue
		}
		page, err := io.ReadAll(decodePart(p))
		if err != nil {
			t.Truncated = true
			t.problem(problemDamaged, "the page of the web archive: %v", err)
		}
		return readHTML(t, page)
	}
}

func decodePart(p *multipart.Part) io.Reader {
	switch strings.ToLower(p.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		return quotedprintable.NewReader(p)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, p)
	}
	return p
}
