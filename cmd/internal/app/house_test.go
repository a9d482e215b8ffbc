package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "govwatch"

// rooms maps a package prefix to the packages of this module that it may
// import, and to the outside libraries that are its own. The drawing is in the
// README; a new arrow is a decision, not an accident.
var rooms = []struct {
	prefix string
	may    []string
}{
	{"notice/authority", []string{"notice"}},
	{"notice", nil},
	{"internal", []string{"internal"}},
	{"crawler/family/familytest", []string{"crawler/family", "notice", "internal", "fixtures"}},
	{"crawler/family", []string{"notice", "internal"}},
	{"crawler/change", []string{"crawler/family", "notice", "internal"}},
	{"crawler/health", []string{"notice", "internal"}},
	{"crawler", []string{"crawler", "notice", "internal"}},
	{"extractor", []string{"extractor", "crawler/family", "notice", "internal"}},
	{"schedules", []string{"schedules", "notice", "internal"}},
	{"bus", []string{"bus", "notice", "internal"}},
	{"alert", []string{"alert", "notice", "internal"}},
	{"store", []string{"store", "notice", "internal"}},
	{"web", []string{"web", "notice", "internal"}},
	{"fixtures", []string{"fixtures", "notice", "internal"}},
	{"cmd/internal/app", []string{"notice", "internal", "crawler", "extractor", "schedules", "bus", "alert", "store", "web", "fixtures", "cmd/internal/app"}},
	{"cmd/govwatch", []string{"cmd/internal/app", "notice", "internal", "cmd/internal", "crawler", "extractor", "schedules", "fixtures", "web"}},
}

// owners are libraries that one room alone may know.
var owners = map[string][]string{
	"github.com/gocolly/colly":       {"crawler"},
	"github.com/PuerkitoBio/goquery": {"crawler", "crawler/family", "crawler/change", "extractor", "fixtures"},
	"github.com/nats-io":             {"bus", "cmd/internal/app"},
	"github.com/minio":               {"store/s3blob"},
	"modernc.org/sqlite":             {"store/tracker"},
	"github.com/jackc/pgx":           {"store/tracker"},
	"github.com/robfig/cron":         {"schedules"},
	"github.com/spf13/cobra":         {"cmd/govwatch"},
	"github.com/klippa-app":          {"internal/reader"},
}

type pkg struct {
	path    string
	imports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports ","}}`, module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		path, imports, _ := strings.Cut(line, " ")
		all = append(all, pkg{strings.TrimPrefix(path, module+"/"), strings.Split(imports, ",")})
	}
	return all
}

func under(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

func TestImportsAreAsDrawn(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		i := slices.IndexFunc(rooms, func(r struct {
			prefix string
			may    []string
		}) bool {
			return under(p.path, r.prefix)
		})
		if i < 0 {
			t.Errorf("%s stands in no room of the house", p.path)
			continue
		}
		for _, imp := range p.imports {
			if own, ok := strings.CutPrefix(imp, module+"/"); ok {
				allowed := under(own, rooms[i].prefix) || slices.ContainsFunc(rooms[i].may, func(m string) bool { return under(own, m) })
				if !allowed {
					t.Errorf("%s imports %s; allowed are %v", p.path, own, rooms[i].may)
				}
				continue
			}
			for lib, homes := range owners {
				if strings.HasPrefix(imp, lib) && !slices.ContainsFunc(homes, func(h string) bool { return under(p.path, h) }) {
					t.Errorf("%s imports %s, which belongs to %v", p.path, imp, homes)
				}
			}
		}
	}
}

// Package names that say nothing of what is inside.
var banned = []string{"util", "utils", "common", "helper", "helpers", "base", "models", "types", "manager", "misc"}

func TestPackageNamesSaySomething(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if slices.Contains(banned, filepath.Base(p.path)) {
			t.Errorf("package %s has a name that says nothing", p.path)
		}
	}
}

// pureVerbs begin the names of functions that judge; they take no context.
var pureVerbs = []string{"Parse", "Decide", "List", "Layout", "Normalize", "Judge"}

// judging are the rooms where those verbs promise purity.
var judging = []string{"crawler/family", "crawler/change", "crawler/health", "extractor/field", "extractor/classify", "extractor/identity", "extractor/compare", "notice"}

// walk calls f with each Go file of the module.
func walk(t *testing.T, f func(path string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "data"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(rel), file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestJudgingIsPure(t *testing.T) {
	t.Parallel()
	walk(t, func(path string, file *ast.File, _ *token.FileSet) {
		in := slices.ContainsFunc(judging, func(j string) bool { return under(filepath.ToSlash(filepath.Dir(path)), j) })
		if !in || strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !slices.ContainsFunc(pureVerbs, func(v string) bool { return strings.HasPrefix(fn.Name.Name, v) }) {
				continue
			}
			for _, p := range fn.Type.Params.List {
				if sel, ok := p.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
					t.Errorf("%s: %s judges, so it takes no context", path, fn.Name.Name)
				}
			}
		}
	})
}

func TestNothingWaitsOrStartsByItself(t *testing.T) {
	t.Parallel()
	walk(t, func(path string, file *ast.File, fset *token.FileSet) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					t.Errorf("%s has an init function; pass what it prepares", fset.Position(n.Pos()))
				}
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
					if id, ok := sel.X.(*ast.Ident); ok && id.Name == "time" {
						t.Errorf("%s sleeps; wait on a clock that is passed in", fset.Position(n.Pos()))
					}
				}
			case *ast.StructType:
				for _, f := range n.Fields.List {
					if sel, ok := f.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
						if id, ok := sel.X.(*ast.Ident); ok && id.Name == "context" {
							t.Errorf("%s keeps a context in a struct; pass it", fset.Position(f.Pos()))
						}
					}
				}
			}
			return true
		})
	})
}

// maxLines is the size at which a file is two files.
const maxLines = 400

func TestFilesFitTheirRoom(t *testing.T) {
	t.Parallel()
	walk(t, func(path string, _ *ast.File, _ *token.FileSet) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		b, err := os.ReadFile(filepath.Join("../../..", path))
		if err != nil {
			t.Error(err)
			return
		}
		if n := strings.Count(string(b), "\n"); n > maxLines {
			t.Errorf("%s has %d lines; at most %d", path, n, maxLines)
		}
	})
}

// Where a backend lives is asked by one file, which then gives what differs; no
// other code takes one way in a cluster and another on a laptop. Validate alone
// refuses roles that cannot be split.
func TestOneFileKnowsWhereBackendsLive(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, f := range files {
		if f == "open.go" || strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"busInside(", "trackerFile(", ".Embedded() {", "backends.lock", `HasPrefix(c.Archive`} {
			if n := strings.Count(string(text), word); n > 0 && !(f == "config.go" && n == 1 && word == ".Embedded() {") {
				t.Errorf("%s asks %s where backends live; open.go is the place", f, word)
			}
		}
	}
}
