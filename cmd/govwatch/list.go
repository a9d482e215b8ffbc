package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"govwatch/crawler/family"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

// listAnswer is one line of the list command.
type listAnswer struct {
	File  string     `json:"file"`
	Items []listItem `json:"items"`
	Next  *string    `json:"next"`
	// Reason says why nothing was found.
	Reason string `json:"reason,omitempty"`
}

type listItem struct {
	Title string      `json:"title"`
	URL   string      `json:"url"`
	Date  notice.Date `json:"date"`
}

func listCommand() *cobra.Command {
	var in inputFlags
	c := &cobra.Command{
		Use:   "list [--url URL] FILE…",
		Short: "Read saved list pages or API answers",
		Long: `list prints one JSON object a line: file, items (title, url, date) and the address
of the next page. It needs no declaration: the list is found by its shape.`,
		Example: `  govwatch list --url http://example.gov.cn/zcfb/index.html page.html
  govwatch list --manifest manifest.jsonl --root pages`,
		RunE: func(c *cobra.Command, args []string) error {
			files, err := in.inputs(args, "listing")
			if err != nil {
				return err
			}
			out := json.NewEncoder(c.OutOrStdout())
			out.SetEscapeHTML(false)
			for _, f := range files {
				a, err := readList(f)
				if err != nil {
					return err
				}
				if err := out.Encode(a); err != nil {
					return err
				}
			}
			return nil
		},
	}
	in.add(c)
	return c
}

// readList never fails on what a page holds, only on a file that cannot be read.
func readList(f input) (listAnswer, error) {
	a := listAnswer{File: f.File, Items: []listItem{}}
	b, err := os.ReadFile(f.Path)
	if err != nil {
		return a, fmt.Errorf("read list: %w", err)
	}
	l, err := family.ListAny(family.NewPage(f.URL, "", b))
	if err != nil && !errors.Is(err, family.ErrEmptyList) {
		return a, fmt.Errorf("read list %s: %w", f.File, err)
	}
	if err != nil {
		a.Reason = err.Error()
	}
	for _, i := range l.Items {
		a.Items = append(a.Items, listItem{i.Title, i.URL, i.Date})
	}
	if len(l.Next) > 0 {
		a.Next = &l.Next[0].URL
	}
	return a, nil
}
