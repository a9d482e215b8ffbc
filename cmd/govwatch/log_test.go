package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Both forms of a line bear the same keys and the same values.
func TestLogFormsHaveTheSameKeys(t *testing.T) {
	t.Parallel()
	var text, object bytes.Buffer
	for format, to := range map[string]*bytes.Buffer{"text": &text, "json": &object} {
		log := newLogger(to, format, false)
		log.Debug("left out")
		log.Warn("source is not visited for now", "source", "mee", "task", "t1", "url", "https://a.example/列表", "verdict", "blocked_waf", "err", errors.New(`no "answer"`))
	}
	var fields map[string]any
	if err := json.Unmarshal(object.Bytes(), &fields); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, m := range regexp.MustCompile(`(\w+)=(?:"(?:[^"\\]|\\.)*"|\S+)`).FindAllStringSubmatch(text.String(), -1) {
		keys = append(keys, m[1])
	}
	slices.Sort(keys)
	if want := slices.Sorted(maps.Keys(fields)); !slices.Equal(keys, want) || len(keys) != 8 {
		t.Errorf("text has %v, json %v", keys, want)
	}
	if fields["err"] != `no "answer"` || fields["source"] != "mee" || fields["level"] != "WARN" || strings.Count(text.String(), "\n") != 1 {
		t.Errorf("json %v, text %s", fields, &text)
	}
}

// loggers are the names under which code holds a logger.
var loggers = regexp.MustCompile(`(?i)^(.*\.)?log(ger)?$`)

// Every key of a log line stands in the guide to operations.
func TestLogKeysAreDocumented(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/OPERATIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, about, _ := strings.Cut(string(guide), "Logs are lines")
	about, _, _ = strings.Cut(about, "\n## ")
	seen := map[string]bool{}
	for _, room := range []string{"alert", "bus", "cmd", "crawler", "extractor", "internal", "schedules", "store", "web"} {
		err := filepath.WalkDir(filepath.Join("../..", room), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				ast.Inspect(file, func(n ast.Node) bool {
					for _, key := range logKeys(n) {
						if seen[key] = true; !strings.Contains(about, "`"+key+"`") {
							t.Errorf("%s logs the key %s, which docs/OPERATIONS.md does not name", path, key)
						}
					}
					return true
				})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"source", "task", "doc", "url", "host", "verdict", "err"} {
		if !seen[key] {
			t.Errorf("nothing logs the key %s", key)
		}
	}
}

// logKeys are the keys of a log call or of slog's attributes.
func logKeys(n ast.Node) (keys []string) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	args := call.Args
	switch on, name := exprName(f.X), strings.TrimSuffix(f.Sel.Name, "Context"); {
	case on == "slog" && slices.Contains([]string{"String", "Int", "Uint64", "Any", "Duration"}, name) && len(args) == 2:
		args = args[:1]
	case loggers.MatchString(on) && name == "With":
	case loggers.MatchString(on) && slices.Contains([]string{"Debug", "Info", "Warn", "Error"}, name):
		if args = args[1:]; name != f.Sel.Name {
			args = args[1:]
		}
	default:
		return nil
	}
	for i := 0; i < len(args); i += 2 {
		if lit, ok := args[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if key, err := strconv.Unquote(lit.Value); err == nil {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func exprName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return exprName(x.X) + "." + x.Sel.Name
	}
	return ""
}
