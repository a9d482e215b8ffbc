package reader

import (
	"strings"
	"testing"
	"unicode/utf16"
)

func TestSniff(t *testing.T) {
	t.Parallel()
	wide := []byte{}
	for _, u := range utf16.Encode([]rune("<html><head><meta charset=gb2312></head>通知")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	cases := []struct {
		name string
		file []byte
		want Kind
	}{
		{"pdf", []byte("%PDF-1.7"), KindPDF},
		{"pdf after junk", []byte(strings.Repeat("\n", 1000) + "%PDF-1.7"), KindPDF},
		{"pdf named late", []byte(strings.Repeat("x", 2000) + "%PDF-1.7"), KindText},
		{"docx", zipFile(t, "word/document.xml", "<a/>"), KindDocx},
		{"docx in a zip", zipFile(t, "a.docx", string(zipFile(t, "word/document.xml", "<a/>"))), KindZip},
		{"xlsx", zipFile(t, `xl\workbook.xml`, "<a/>"), KindXlsx},
		{"pptx", zipFile(t, "ppt/presentation.xml", "<a/>"), KindPptx},
		{"ofd", zipFile(t, "OFD.xml", "<a/>"), KindOFD},
		{"doc", oleFile(oleStream{"WordDocument", nil}), KindDoc},
		{"wps", oleFile(oleStream{"WordDocument", []byte("KSOProductBuildVer")}), KindWPS},
		{"xls", oleFile(oleStream{"Workbook", nil}), KindXls},
		{"old xls", oleFile(oleStream{"Book", nil}), KindXls},
		{"doc cut short", append(append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 504)...), 0xEC, 0xA5), KindDoc},
		{"other ole", oleFile(oleStream{"Other", nil}), KindUnknown},
		{"rar", []byte("Rar!\x1A\x07\x01\x00"), KindRar},
		{"rtf", []byte(`{\rtf1`), KindRTF},
		{"jpeg", []byte("\xFF\xD8\xFF\xE0"), KindJPEG},
		{"tiff", []byte("II*\x00"), KindTIFF},
		{"gif", []byte("GIF89a"), KindGIF},
		{"gzip", []byte("\x1F\x8B\x08"), KindGzip},
		{"html", []byte("\xEF\xBB\xBF \n<!DOCTYPE html><html>"), KindHTML},
		{"xhtml", []byte(`<?xml version="1.0"?><!DOCTYPE html><html>`), KindHTML},
		{"fragment", []byte("<div class=x>通知</div>"), KindHTML},
		{"utf-16 page", wide, KindHTML},
		{"xml", []byte(`<?xml version="1.0"?><datastore/>`), KindXML},
		{"json", []byte(` {"a":1}`), KindJSON},
		{"json list", []byte(`[{"a":1}]`), KindJSON},
		{"number in brackets", []byte("[2024]1号"), KindText},
		{"gbk text", []byte("\xB9\xFA\xB0\xEC\xB7\xA2"), KindText},
		{"nothing", nil, KindUnknown},
		{"binary", []byte{0, 1, 2, 3, 0, 5}, KindUnknown},
	}
	for _, c := range cases {
		if got := Sniff(c.file); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
