package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"govwatch/crawler"
	"govwatch/notice"

	"github.com/spf13/cobra"
)

// maxSavedBytes bounds a saved body once it is inflated.
const maxSavedBytes = 256 << 20

// indexPage is the address of a folder written out, also of its further pages.
var indexPage = regexp.MustCompile(`(?i)/(?:index|list)(?:_?\d+)?\.(?:s?html?|jsp|aspx?|php)$`)

// savedAnswer is one line of the verdict command's manifest.
type savedAnswer struct {
	File string `json:"file"`
	URL  string `json:"url"`
	// FinalURL answered last, when redirects were followed.
	FinalURL string `json:"final_url"`
	// Status is 200 when the line has none.
	Status  int         `json:"status"`
	Headers headerField `json:"headers"`
	// Home is a saved copy of the site's home page, to know it again; empty when
	// there is none.
	Home string `json:"home"`
	// Kind "listing" and "attach" judge the file as a list or an attachment. Without
	// a kind an address that names a folder is a list.
	Kind string `json:"kind"`
}

// verdictLine is one line of the answer.
type verdictLine struct {
	File    string         `json:"file"`
	Outcome notice.Outcome `json:"outcome"`
	Quality float64        `json:"quality"`
	Reason  string         `json:"reason"`
}

// headerField reads {"Name": "value"}, {"Name": ["a", "b"]}, [["Name", "value"]]
// and the lines of a header as they came.
type headerField http.Header

func (h *headerField) UnmarshalJSON(b []byte) error {
	out := http.Header{}
	var pairs [][2]string
	if json.Unmarshal(b, &pairs) == nil {
		for _, p := range pairs {
			out.Add(p[0], p[1])
		}
		*h = headerField(out)
		return nil
	}
	var raw string
	if json.Unmarshal(b, &raw) == nil {
		for line := range strings.Lines(raw) {
			if name, value, ok := strings.Cut(line, ":"); ok {
				out.Add(strings.TrimSpace(name), strings.TrimSpace(value))
			}
		}
		*h = headerField(out)
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return fmt.Errorf("headers: %w", err)
	}
	for name, raw := range fields {
		var one string
		var many []string
		switch {
		case json.Unmarshal(raw, &one) == nil:
			out.Add(name, one)
		case json.Unmarshal(raw, &many) == nil:
			for _, v := range many {
				out.Add(name, v)
			}
		default:
			out.Add(name, string(raw))
		}
	}
	*h = headerField(out)
	return nil
}

func verdictCommand() *cobra.Command {
	var manifest, root string
	c := &cobra.Command{
		Use:   "verdict --manifest M --root DIR",
		Short: "Say what saved answers are: a page, a block, a challenge, a soft 404 …",
		Long: `verdict reads JSON lines with file, url, status, headers and, if there is one, home
(a saved copy of the site's home page), and prints a JSON line for each with file,
outcome, quality (0 to 1) and reason. It is the judgement that every run makes
before anything is compared.`,
		Example: `  govwatch verdict --manifest answers.jsonl --root saved | jq -r 'select(.outcome != "ok") | .file + " " + .reason'`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if manifest == "" {
				return usageError{errors.New("name the manifest: --manifest M.jsonl --root DIR")}
			}
			f, err := os.Open(manifest)
			if err != nil {
				return usageError{err}
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			if root == "" {
				root = filepath.Dir(manifest)
			}
			return judgeAll(c.OutOrStdout(), f, manifest, root)
		},
	}
	c.Flags().StringVar(&manifest, "manifest", "", "JSON lines with file, url, status, headers, home")
	c.Flags().StringVar(&root, "root", "", "folder the manifest's files are in (default: the manifest's)")
	return c
}

// judgeAll judges every answer that can be read; of those that cannot be it
// tells at the end.
func judgeAll(w io.Writer, manifest io.Reader, name, root string) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	lines := bufio.NewScanner(manifest)
	lines.Buffer(nil, 8<<20)
	var unread []error
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var row savedAnswer
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return usageError{fmt.Errorf("%s:%d: %w; each line is one JSON object with file, url, status, headers", name, n, err)}
		}
		if row.File == "" {
			return usageError{fmt.Errorf("%s:%d: file is empty", name, n)}
		}
		a, err := row.answer(root)
		if err != nil {
			unread = append(unread, fmt.Errorf("%s:%d: %w", name, n, err))
			continue
		}
		v := crawler.Judge(a)
		if err := out.Encode(verdictLine{row.File, v.Outcome, v.Quality, v.Reason}); err != nil {
			return err
		}
	}
	return errors.Join(append(unread, lines.Err())...)
}

// answer builds what the fetch layer would have handed over.
func (r savedAnswer) answer(root string) (crawler.Answer, error) {
	a := crawler.Answer{URL: r.URL, FinalURL: r.FinalURL, Status: r.Status, Header: http.Header(r.Headers), Role: notice.DetailRole}
	switch r.Kind {
	case "listing", "list":
		a.Role = notice.ListRole
	case "attach", "attachment":
		a.Role = notice.AttachmentRole
	case "":
		if u, err := url.Parse(r.URL); err == nil && (strings.HasSuffix(u.Path, "/") || indexPage.MatchString(u.Path)) && u.RawQuery == "" {
			a.Role = notice.ListRole
		}
	}
	if a.FinalURL == "" {
		a.FinalURL = a.URL
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	body, err := os.ReadFile(filepath.Join(root, r.File))
	if err != nil {
		return a, err
	}
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Body, a.Err = crawler.Inflate(body, a.Header, maxSavedBytes)
	if r.Home != "" {
		home, err := os.ReadFile(filepath.Join(root, r.Home))
		if err != nil {
			return a, fmt.Errorf("home page: %w", err)
		}
		a.Home = crawler.ShapeOf(home, "")
	}
	return a, nil
}
