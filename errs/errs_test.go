package errs

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/errors.md")

func TestNew(t *testing.T) {
	t.Parallel()
	e := New("schema.newer", 7, 5)
	if got, want := e.Error(), "schema.newer: the schema is at version 7, this binary knows up to 5"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if e.Kind() != Unavailable || e.Title() == "" || e.Fix() == "" {
		t.Errorf("kind %q, title %q, fix %q", e.Kind(), e.Title(), e.Fix())
	}
}

// A code that nobody catalogued is our mistake: the caller learns nothing, the
// log everything.
func TestNewUncatalogued(t *testing.T) {
	t.Parallel()
	code := "no.such_code"
	e := New(code, "secret")
	if e.Code != "internal.error" || strings.Contains(e.Detail, "secret") || !strings.Contains(e.Error(), code) {
		t.Errorf("New(%q) = %+v, %q", code, e, e.Error())
	}
}

func TestCopiesDoNotChangeTheOriginal(t *testing.T) {
	t.Parallel()
	e := New("request.required", "name")
	before := *e
	for name, changed := range map[string]*Error{
		"At": e.At("/a"), "AtLine": e.AtLine(3, 7), "Because": e.Because(io.EOF),
	} {
		if changed == e || changed.Error() == e.Error() {
			t.Errorf("%s changed nothing", name)
		}
	}
	if diff := cmp.Diff(before, *e, cmp.AllowUnexported(Error{})); diff != "" {
		t.Errorf("the original changed:\n%s", diff)
	}
}

func TestWhere(t *testing.T) {
	t.Parallel()
	e := New("internal.error")
	tests := []struct {
		name string
		err  *Error
		want string
	}{
		{"nowhere", e, ""},
		{"a pointer", e.At("/b").At("/a"), "/a/b: "},
		{"a line", e.AtLine(3, 7), "line 3, column 7: "},
		{"a line in a field", e.At("/a").AtLine(3, 7), "line 3, column 7: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.err.Where(); got != test.want {
				t.Errorf("Where() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestFromAndIs(t *testing.T) {
	t.Parallel()
	catalogued := New("schema.older", 1, 2)
	tests := []struct {
		name string
		err  error
		code string
	}{
		{"catalogued", catalogued, "schema.older"},
		{"wrapped", fmt.Errorf("starting: %w", catalogued), "schema.older"},
		{"with a cause", catalogued.Because(io.EOF), "schema.older"},
		{"foreign", io.EOF, "internal.error"},
		{"the outer of two", New("database.unavailable").Because(catalogued), "database.unavailable"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := From(test.err); got.Code != test.code || !Is(test.err, test.code) {
				t.Errorf("From = %s, Is = %v, want %s", got.Code, Is(test.err, test.code), test.code)
			}
		})
	}
	if From(nil) != nil || Is(nil, "internal.error") {
		t.Error("nil is an error")
	}
	if !errors.Is(From(io.EOF), io.EOF) {
		t.Error("the cause of a foreign error is lost")
	}
}

func TestSeveral(t *testing.T) {
	t.Parallel()
	a, b := New("request.required", "a").At("/a"), New("request.required", "b").At("/b")
	if err := Several("request.invalid", nil); err != nil {
		t.Errorf("of none: %v", err)
	}
	one := From(Several("request.invalid", []*Error{a}))
	if one.Code != a.Code || one.Pointer != "/a" || len(one.Fields) != 1 || a.Fields != nil {
		t.Errorf("of one: %+v", one)
	}
	two := From(Several("request.invalid", []*Error{a, b}))
	if two.Code != "request.invalid" || two.Detail != "2 fields are invalid" || len(two.Fields) != 2 {
		t.Errorf("of two: %+v", two)
	}
}

var codeForm = regexp.MustCompile(`^[a-z_]+\.[a-z0-9_]+$`)

// Each row must be fit to be shown: a kind that has a status, a title that is
// a headline, a detail that continues after a colon and a fix that is a
// sentence.
func TestCatalogueRows(t *testing.T) {
	t.Parallel()
	for _, code := range Codes() {
		e, _ := Lookup(code)
		fix := strings.TrimRight(e.Fix, ")`\"")
		for problem, bad := range map[string]bool{
			"the code is not subject.name":       !codeForm.MatchString(code),
			"no such kind":                       !slices.Contains(Kinds(), e.Kind),
			"the title is missing":               e.Title == "",
			"the title ends with a full stop":    strings.HasSuffix(e.Title, "."),
			"the title does not begin a line":    !beginsUpper(e.Title),
			"the title differs between cases":    strings.Contains(e.Title, "%"),
			"the detail is missing":              e.Detail == "",
			"the detail ends with a full stop":   strings.HasSuffix(e.Detail, "."),
			"the fix is missing":                 e.Fix == "",
			"the fix does not begin a sentence":  !beginsUpper(e.Fix) && !strings.HasPrefix(e.Fix, "linecast ") && !strings.HasPrefix(e.Fix, "docs/"),
			"the fix does not end as a sentence": !strings.HasSuffix(fix, "."),
			"the fix has a verb of fmt":          regexp.MustCompile(`%[a-z]`).MatchString(e.Fix),
			"%w would lose its error":            strings.Contains(e.Detail, "%w"),
		} {
			if bad {
				t.Errorf("%s: %s: %+v", code, problem, e)
			}
		}
	}
}

// beginsUpper takes what has no case, such as a digit or a quote, as fine.
func beginsUpper(s string) bool {
	for _, r := range s {
		return !unicode.IsLower(r)
	}
	return false
}

func TestExampleOfADetail(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"plain":              "plain",
		"%q is %d%% of %s":   "… is …% of …",
		"%s":                 "…",
		"%.1f to %-5d, %v%s": "… to …, ……",
		"100%%":              "100%",
	} {
		if got := example(format); got != want {
			t.Errorf("example(%q) = %q, want %q", format, got, want)
		}
	}
}

func TestErrorsGolden(t *testing.T) {
	t.Parallel()
	const file = "../docs/errors.md"
	if *update {
		if err := os.WriteFile(file, []byte(Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), Markdown()); diff != "" {
		t.Errorf("docs/errors.md is not what the catalogue says; run: go test ./errs -update\n(-file +catalogue):\n%s", diff)
	}
}
