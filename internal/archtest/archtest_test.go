package archtest

import (
	"go/token"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type tree struct {
	packages []Package
	fset     *token.FileSet
}

// theTree is this module, parsed once for all tests.
var theTree = sync.OnceValues(func() (tree, error) {
	fset := token.NewFileSet()
	packages, err := Load("../..", fset)
	return tree{packages, fset}, err
})

func load(t *testing.T) tree {
	t.Helper()
	all, err := theTree()
	if err != nil {
		t.Fatal(err)
	}
	if len(all.packages) < 10 {
		t.Fatalf("found only %d packages", len(all.packages))
	}
	return all
}

func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

func TestImportDirection(t *testing.T) {
	t.Parallel()
	report(t, Direction(load(t).packages))
}

func TestErrorCodes(t *testing.T) {
	t.Parallel()
	all := load(t)
	report(t, Codes(all.packages, all.fset))
}

func TestPackagesExplainThemselves(t *testing.T) {
	t.Parallel()
	report(t, Explained(load(t).packages))
}

// A rule that names a package which is gone protects nothing.
func TestRulesNamePackagesThatExist(t *testing.T) {
	t.Parallel()
	for _, layer := range append(layers, aside) {
		for _, name := range layer {
			if info, err := os.Stat(filepath.Join("../..", name)); err != nil || !info.IsDir() {
				t.Errorf("internal/archtest/direction.go mentions %s, which does not exist", name)
			}
		}
	}
}

// The rules must catch what they are for.
func TestJudge(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to string
		ok       bool
	}{
		{"api", "campaign", true},
		{"api", "postgres", false},
		{"web", "postgres", false},
		{"worker", "postgres", true},
		{"worker", "github.com/jackc/pgx/v5", true},
		{"worker", "github.com/labstack/echo/v4", false},
		{"campaign", "delivery", false},
		{"campaign", "segment", true},
		{"segment", "templating", false},
		{"segment", "net/http", false},
		{"segment", "net/url", true},
		{"templating", "templating/internal/jsontext", true},
		{"templating/internal/jsontext", "errs", true},
		{"templating/internal/jsontext", "campaign", false},
		{"line", "net/http", true},
		{"line", "line/message", true},
		{"line/message", "line", false},
		{"line/message", "net/http", false},
		{"line/simulator", "line", true},
		{"delivery", "github.com/riverqueue/river", false},
		{"postgres", "github.com/riverqueue/river", false},
		{"errs", "ref", false},
		{"errs", "fmt", true},
		{"cmd/linecast", "internal/app", true},
		{"cmd/linecast", "github.com/jackc/pgx/v5", false},
		{"internal/app", "github.com/jackc/pgx/v5/pgxpool", true},
		{"internal/app", "cmd/linecast", false},
		{"internal/localpg", "postgres", false},
		{"worker", "internal/pgtest", false},
		{"audience", "testing", false},
		{"audience", "testing/fstest", true},
	}
	for _, test := range tests {
		t.Run(test.from+" imports "+test.to, func(t *testing.T) {
			t.Parallel()
			if problem := judge(test.from, test.to); (problem == "") != test.ok {
				t.Errorf("judge = %q", problem)
			}
		})
	}
}

func TestFits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		format string
		n      int
		want   bool
	}{
		{"plain", 0, true},
		{"plain", 1, false},
		{"%s and %d", 2, true},
		{"%s and %d", 1, false},
		{"%s and %d", 3, false},
		{"100%% of %.1f", 1, true},
		{"%[1]s, %[1]q", 1, true},
	}
	for _, test := range tests {
		if got := fits(test.format, test.n); got != test.want {
			t.Errorf("fits(%q, %d) = %v", test.format, test.n, got)
		}
	}
}

// A small tree with one mistake of each kind.
func TestMistakesAreFound(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"segment/segment.go": `package segment
			import ("net/http"; "github.com/linecast/linecast/errs")
			var _ = http.StatusOK
			var code = "schema.older"
			func f() { errs.New(code, 1, 2); errs.New("no.such"); errs.New("schema.older", 1); errs.New("schema.older", 1, 2) }
			func missing(err error, code string, id any) error { return errs.New(code, id) }
			func (p parser) fail(code string, args ...any) error { return errs.New(code, args...) }
			func g(p parser) {
				missing(nil, "schema.older", 1); missing(nil, "request.timeout", 1); p.fail("schema.older"); p.fail("schema.older", 1, 2)
			}`,
		"audience/audience.go":       "// Package other is audience.\npackage audience",
		"audience/example_test.go":   "package audience\nfunc Example() {\n\t// Output: x\n}",
		"templating/templating.go":   "// Package templating renders.\npackage templating",
		"templating/example_test.go": "package templating\nfunc Example() {}\n// Output: outside\n",
		"surprise/surprise.go":       "// Package surprise is new.\npackage surprise",
		"surprise/example_test.go":   "package surprise\nfunc ExampleX() {\n\t// Unordered output: x\n}",
		"internal/x/testdata/bad.go": "this is not Go",
		"tools/go.mod":               "module tools",
		"tools/tools.go":             "this is not Go either",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fset := token.NewFileSet()
	packages, err := Load(root, fset)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"segment imports net/http: a domain package knows nothing of HTTP, SQL drivers or the queue",
		"surprise: no rule mentions it: place it in the layers of internal/archtest/direction.go",
		`segment/segment.go:5: "no.such" is not in errs/catalogue.go`,
		`segment/segment.go:5: "schema.older" is made with 1 arguments and its detail is "the schema is at version %d, this binary needs %d"`,
		"segment/segment.go:5: the code is not a string literal, so nobody can search for it",
		`segment/segment.go:9: "schema.older" is made with 0 arguments and its detail is "the schema is at version %d, this binary needs %d"`,
		`segment/segment.go:9: "schema.older" is made with 1 arguments and its detail is "the schema is at version %d, this binary needs %d"`,
		`audience: the package comment does not begin with "Package audience"`,
		"segment: no package comment",
		"segment: no Example with an Output",
		"templating: no Example with an Output",
	}
	codes := Codes(packages, fset)
	unused := len(codes) - 5 // nothing makes the other rows in so small a tree
	got := append(Direction(packages), codes[:5]...)
	got = append(got, Explained(packages)...)
	if diff := cmp.Diff(want, got); diff != "" || unused < 10 {
		t.Errorf("%d codes unused; problems (-want +got):\n%s", unused, diff)
	}
}
