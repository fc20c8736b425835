package message

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden checks every body of testdata: ok-*.json has no findings,
// warn-*.json only warnings, bad-*.json at least one error, and the findings
// are those of the .golden file beside it.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, file := range bodies(t, "testdata/*/*.json") {
		t.Run(file.name, func(t *testing.T) {
			t.Parallel()
			findings := Check(file.body)
			base := filepath.Base(file.path)
			if want := verdict(findings) + "-"; !strings.HasPrefix(base, want) {
				t.Errorf("findings say the file should be named %s…", want)
			}
			golden(t, strings.TrimSuffix(file.path, ".json")+".golden", listing(findings))
		})
	}
}

// TestCodes sees that each row of codes is reached by a file of testdata, and
// that no finding has a code without a row.
func TestCodes(t *testing.T) {
	t.Parallel()
	unused := map[string]bool{}
	for _, c := range Codes() {
		if c.Code == "" || c.Meaning == "" || !strings.HasSuffix(c.Fix, ".") {
			t.Errorf("%+v: a row needs a code, a meaning and a full sentence as Fix", c)
		}
		unused[c.Code] = true
	}
	known := map[string]bool{}
	for code := range unused {
		known[code] = true
	}
	for _, file := range bodies(t, "testdata/*/*.json") {
		for _, f := range Check(file.body) {
			if !known[f.Code] {
				t.Errorf("%s: code %q has no row", file.path, f.Code)
			}
			delete(unused, f.Code)
		}
	}
	delete(unused, codeTooLarge) // of the whole body: TestBodyTooLarge
	if len(unused) > 0 {
		t.Errorf("no file of testdata reaches %v", unused)
	}
}

// TestExamples: what people are told to copy must be right as it stands.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, file := range bodies(t, "../../examples/messages/*.json") {
		if findings := Check(file.body); len(findings) > 0 {
			t.Errorf("%s:\n%s", file.path, listing(findings))
		}
	}
}

// body is a JSON file of a test.
type body struct {
	path, name string
	body       []byte
}

// bodies reads the files that match pattern.
func bodies(t testing.TB, pattern string) []body {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches %s: %v", pattern, err)
	}
	var out []body
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(path)) + "/" + strings.TrimSuffix(filepath.Base(path), ".json")
		out = append(out, body{path, name, b})
	}
	return out
}

// verdict is ok, warn or bad.
func verdict(findings []Finding) string {
	switch {
	case HasError(findings):
		return "bad"
	case len(findings) > 0:
		return "warn"
	}
	return "ok"
}

// listing is findings as text, a line or two each.
func listing(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s %s message %d byte %d", f.Severity, f.Code, f.Path, f.Message, f.Offset)
		if f.Limit != 0 || f.Actual != 0 {
			fmt.Fprintf(&b, " (%d of %d)", f.Actual, f.Limit)
		}
		fmt.Fprintf(&b, "\n  %s\n", f.Detail)
	}
	return b.String()
}

// golden compares got with a golden file, or writes it with -update.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run with -update and read what it wrote", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what Check finds (-file +found):\n%s", path, diff)
	}
}
