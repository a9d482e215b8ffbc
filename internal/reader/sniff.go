package reader

import (
	"archive/zip"
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"govwatch/internal/textzh"
)

// headSize is how much of a file text formats are recognised from.
const headSize = 2 << 10

// Sniff tells the kind of a file from its bytes. Servers and file names on
// government sites say doc for HTML, docx for Word 97 and pdf for error pages.
func Sniff(b []byte) Kind {
	switch {
	case bytes.Contains(b[:min(len(b), 1024+5)], []byte("%PDF-")):
		return KindPDF
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return sniffOLE(b)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return sniffZip(b)
	case bytes.HasPrefix(b, []byte("Rar!\x1A\x07")):
		return KindRar
	case bytes.HasPrefix(b, []byte(`{\rtf`)):
		return KindRTF
	case bytes.HasPrefix(b, []byte("\xFF\xD8\xFF")):
		return KindJPEG
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1A\n")):
		return KindPNG
	case bytes.HasPrefix(b, []byte("II*\x00")), bytes.HasPrefix(b, []byte("MM\x00*")):
		return KindTIFF
	case bytes.HasPrefix(b, []byte("GIF8")):
		return KindGIF
	case bytes.HasPrefix(b, []byte("\x1F\x8B\x08")):
		return KindGzip
	}
	return sniffText(b[:min(len(b), headSize)])
}

// sniffOLE tells the users of Microsoft's compound file apart by the names of
// their streams, which stand in UTF-16 in the directory.
func sniffOLE(b []byte) Kind {
	has := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for i := range len(name) {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(b, wide)
	}
	switch {
	case has("WordDocument"):
		if bytes.Contains(b, []byte("KSOProductBuildVer")) || has("KSOProductBuildVer") {
			return KindWPS
		}
		return KindDoc
	case has("Workbook\x00"), has("Book\x00"):
		return KindXls
	case has("EncryptedPackage"):
		return KindDocx
	}
	return sniffCutOLE(b)
}

// sniffCutOLE looks where the first stream usually stands, for the directory of
// a file that ends early is often lost.
func sniffCutOLE(b []byte) Kind {
	const firstSector = 512
	switch {
	case len(b) < firstSector+2:
	case bytes.HasPrefix(b[firstSector:], []byte("\xEC\xA5")):
		return KindDoc
	case bytes.HasPrefix(b[firstSector:], []byte("\x09\x08")):
		return KindXls
	}
	return KindUnknown
}

func sniffZip(b []byte) Kind {
	names := ""
	if z, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
		var sb strings.Builder
		for i, f := range z.File {
			if i == 200 {
				break
			}
			sb.WriteString("\n" + strings.ReplaceAll(f.Name, `\`, "/") + "\n")
		}
		names = sb.String()
	} else {
		// A cut file has no directory; its first member still names the format.
		names = strings.ReplaceAll(string(b[:min(len(b), 4<<10)]), "word/document.xml", "\nword/document.xml\n")
	}
	switch {
	case strings.Contains(names, "\nword/document"):
		return KindDocx
	case strings.Contains(names, "\nxl/workbook"):
		return KindXlsx
	case strings.Contains(names, "\nppt/presentation.xml\n"):
		return KindPptx
	case strings.Contains(strings.ToLower(names), "\nofd.xml\n"):
		return KindOFD
	}
	return KindZip
}

func sniffText(head []byte) Kind {
	if len(head) == 0 {
		return KindUnknown
	}
	text, _, replaced := textzh.Decode(head, "")
	slack := 0
	if len(head) == headSize {
		slack = 2 // the character cut at the end of the head
	}
	if !readable(text, replaced-slack) {
		return KindUnknown
	}
	s := strings.ToLower(strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }))
	xml := strings.HasPrefix(s, "<?xml")
	switch {
	case looksHTML(s):
		return KindHTML
	case xml:
		return KindXML
	case looksJSON(s):
		return KindJSON
	case strings.HasPrefix(s, "<") && strings.Contains(s, ">"):
		return KindXML
	}
	return KindText
}

// readable is false for binary data. A NUL left after decoding, or many control
// characters, or many unreadable places are not text.
func readable(s string, replaced int) bool {
	bad, total := replaced, 0
	for _, r := range s {
		total++
		if r == 0 {
			return false
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != 0x1A {
			bad++
		}
	}
	return bad <= (total+10)/20
}

func looksHTML(s string) bool {
	if !strings.Contains(s, "<") {
		return false
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<title", "<script", "<meta "} {
		if strings.Contains(s, tag) {
			return true
		}
	}
	for _, tag := range []string{"<div", "<p>", "<p ", "<table", "<span", "<ul", "<li", "<a ", "<h1", "<br", "<!--"} {
		if strings.HasPrefix(s, tag) {
			return true
		}
	}
	return false
}

func looksJSON(s string) bool {
	if s == "" || s[0] != '{' && s[0] != '[' {
		return false
	}
	rest := strings.TrimLeftFunc(s[1:], unicode.IsSpace)
	r, _ := utf8.DecodeRuneInString(rest)
	if s[0] == '{' {
		return r == '"' || r == '}'
	}
	// Digits are left out: [2024] may begin a line of text.
	return strings.ContainsRune(`"{[]`, r)
}
