package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
)

// input is one saved page to read.
type input struct {
	// File is as the user named it, Path where it is.
	File string
	Path string
	URL  string
	Kind string
}

// inputFlags are the two ways to name saved pages: arguments, or a manifest.
type inputFlags struct {
	url      string
	manifest string
	root     string
}

func (f *inputFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.url, "url", "", "address the file was saved from; links are resolved against it")
	c.Flags().StringVar(&f.manifest, "manifest", "", "JSON lines with file, url, kind")
	c.Flags().StringVar(&f.root, "root", "", "folder the manifest's files are in (default: the manifest's)")
}

// inputs lists the files to read, of the kinds given when they come from a manifest.
func (f *inputFlags) inputs(args []string, kinds ...string) ([]input, error) {
	if f.manifest == "" {
		if len(args) == 0 {
			return nil, usageError{errors.New("name at least one file, or --manifest M.jsonl --root DIR")}
		}
		var in []input
		for _, a := range args {
			in = append(in, input{File: a, Path: a, URL: f.url})
		}
		return in, nil
	}
	if len(args) > 0 {
		return nil, usageError{fmt.Errorf("%q stands beside --manifest; give files or a manifest, not both", args[0])}
	}
	file, err := os.Open(f.manifest)
	if err != nil {
		return nil, usageError{err}
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	root := f.root
	if root == "" {
		root = filepath.Dir(f.manifest)
	}
	return readManifest(file, f.manifest, root, kinds)
}

func readManifest(r io.Reader, name, root string, kinds []string) ([]input, error) {
	var in []input
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var row struct {
			File string  `json:"file"`
			URL  *string `json:"url"`
			Kind string  `json:"kind"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return nil, usageError{fmt.Errorf("%s:%d: %w; each line is one JSON object with file, url, kind", name, n, err)}
		}
		if row.File == "" {
			return nil, usageError{fmt.Errorf("%s:%d: file is empty", name, n)}
		}
		if row.Kind != "" && !slices.Contains(kinds, row.Kind) {
			continue
		}
		i := input{File: row.File, Path: filepath.Join(root, row.File), Kind: row.Kind}
		if row.URL != nil {
			i.URL = *row.URL
		}
		in = append(in, i)
	}
	return in, lines.Err()
}
