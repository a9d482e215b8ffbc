package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"govwatch/extractor"
	"govwatch/internal/reader"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

func extractCommand() *cobra.Command {
	var in inputFlags
	var ocr bool
	c := &cobra.Command{
		Use:   "extract [--url URL] FILE…",
		Short: "Read the fields of saved pages, PDF and Office files",
		Long: `extract prints one JSON object a line: title, issuers, number, dates, class,
region, sectors, targets, attachments, text, and the evidence for each. What the
page does not say is null or [], never a guess. The kind of a file is read from
its bytes, not from its name.`,
		Example: `  govwatch extract --url http://www.example.gov.cn/art/2024/3/12/art_1_2.html page.html
  govwatch extract notice.pdf | jq '{title, number, issuers}'
  govwatch extract --manifest manifest.jsonl --root pages > answers.jsonl`,
		RunE: func(c *cobra.Command, args []string) (err error) {
			files, err := in.inputs(args, "detail", "pdf", "attach")
			if err != nil {
				return err
			}
			guard, err := reader.NewGuard(reader.Options{OCR: ocr})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, guard.Close()) }()
			return extractAll(c.Context(), c.OutOrStdout(), guard, files)
		},
	}
	in.add(c)
	c.Flags().BoolVar(&ocr, "ocr", false, "read scanned files with tesseract when it is installed")
	return c
}

func extractAll(ctx context.Context, w io.Writer, guard *reader.Guard, files []input) error {
	for _, f := range files {
		body, err := os.ReadFile(f.Path)
		if err != nil {
			return fmt.Errorf("extract: %w", err)
		}
		record, err := extractFile(ctx, guard, f, body)
		if err != nil {
			return fmt.Errorf("extract %s: %w", f.File, err)
		}
		line, err := extractor.Answer(f.File, f.URL, record)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// extractFile fails only when the command is stopped: a file that cannot be
// read is a record with a problem.
func extractFile(ctx context.Context, guard *reader.Guard, f input, body []byte) (notice.Record, error) {
	in := extractor.Input{URL: f.URL, Body: body}
	switch reader.Sniff(body) {
	case reader.KindHTML, reader.KindXML, reader.KindJSON, reader.KindText, reader.KindUnknown:
		return extractor.Extract(in), nil
	}
	text, err := guard.Read(ctx, f.Path, body)
	if ctx.Err() != nil {
		return notice.Record{}, ctx.Err()
	}
	r := extractor.FromText(in, text)
	if err != nil {
		r.Problems = append(r.Problems, notice.Problem{Field: "body", Code: "unreadable", Detail: err.Error()})
	}
	return r, nil
}
