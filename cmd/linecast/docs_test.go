package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	named  = regexp.MustCompile("`(Test\\w+)`")
	path   = regexp.MustCompile("`([a-z][\\w.-]*(?:/[\\w.-]+)+)`")
	linked = regexp.MustCompile(`\]\(([^)#:]+)\)`)
)

// TestDocsNameWhatExists: a recipe that names a test which is gone protects
// nothing, and a path that is gone leads nowhere.
func TestDocsNameWhatExists(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	tests := allTests(t, root)
	for _, doc := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/recipes.md", "docs/operations.md"} {
		raw, err := os.ReadFile(filepath.Join(root, doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(raw), -1) {
			if !strings.Contains(tests, "func "+m[1]+"(") {
				t.Errorf("%s names %s, which is no test", doc, m[1])
			}
		}
		for _, m := range path.FindAllStringSubmatch(string(raw), -1) {
			exists(t, doc, filepath.Join(root, m[1]))
		}
		for _, m := range linked.FindAllStringSubmatch(string(raw), -1) {
			exists(t, doc, filepath.Join(root, filepath.Dir(doc), m[1]))
		}
	}
}

func exists(t *testing.T, doc, file string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Errorf("%s: %v", doc, err)
	}
}

// allTests is the text of every test file.
func allTests(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(name)
		all.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
