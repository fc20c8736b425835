package templating

import (
	"maps"
	"slices"
	"testing"
	"time"
)

// exampleNow is the clock of examples.
var exampleNow = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// renderText renders source outside of JSON.
func renderText(t testing.TB, source string) string {
	t.Helper()
	tmpl, err := compile(source, Options{}, true)
	if err != nil {
		t.Errorf("%s: %v", source, err)
		return ""
	}
	out, err := tmpl.Render(nil, &Data{LineID: testLineID, Now: exampleNow})
	if err != nil {
		t.Errorf("%s: %v", source, err)
	}
	return string(out)
}

func TestEveryRowsExample(t *testing.T) {
	t.Parallel()
	for _, name := range filterNames() {
		f := filterNamed(name)
		if f.doc == "" || f.example[0] == "" {
			t.Errorf("the filter %s has no documentation or example", name)
		}
		if got := renderText(t, f.example[0]); got != f.example[1] {
			t.Errorf("%s: %s\ngot  %q\nwant %q", name, f.example[0], got, f.example[1])
		}
	}
	for _, name := range functionNames() {
		f := functions[name]
		if got := renderText(t, f.example[0]); f.doc == "" || got != f.example[1] {
			t.Errorf("%s: %s\ngot  %q\nwant %q", name, f.example[0], got, f.example[1])
		}
	}
	for _, name := range testNames() {
		if got := renderText(t, testNamed(name).example); got != "True" {
			t.Errorf("is %s: %s\ngot %q", name, testNamed(name).example, got)
		}
	}
}

func TestNamesAreNotTakenTwice(t *testing.T) {
	t.Parallel()
	rows := 0
	for _, table := range [][]filter{textFilters, numberFilters, listFilters, queryFilters, jsonFilters, dateFilters, moengageFilters} {
		rows += len(table)
	}
	if got := len(filterNames()); got != rows+len(filterAliases) {
		t.Errorf("%d filters from %d rows and %d aliases", got, rows, len(filterAliases))
	}
	for name := range forbiddenFilters {
		if filterNamed(name) != nil {
			t.Errorf("the filter %s is there and forbidden", name)
		}
	}
	for name := range foreignFilters {
		if filterNamed(name) != nil {
			t.Errorf("the filter %s is there and called foreign", name)
		}
	}
	for name := range forbiddenTags {
		if slices.Contains(tagNames(), name) {
			t.Errorf("the tag %s is there and forbidden", name)
		}
	}
}

// Methods have no examples of their own: the cases made with Jinja call them.
// This walks the tables, so that none is forgotten there.
func TestEveryMethodIsCalled(t *testing.T) {
	t.Parallel()
	calls := map[kind]map[string]string{
		kString: {"casefold": `'ß'.casefold()`, "rindex": `'abab'.rindex('b')`, "splitlines": `'a'.splitlines(true)`, "isascii": `'a'.isascii()`,
			"lstrip": `' a'.lstrip()`, "rstrip": `'a '.rstrip()`, "isupper": `'A'.isupper()`, "islower": `'a'.islower()`, "capitalize": `'a'.capitalize()`,
			"strip": `' a '.strip()`},
		kList: {"clear": `[1].clear()`, "copy": `[1].copy()`, "remove": `[1].remove(1)`, "append": `[].append(1)`, "extend": `[].extend([1])`,
			"insert": `[].insert(0, 1)`, "reverse": `[1].reverse()`, "sort": `[2, 1].sort(reverse=true)`, "pop": `[1].pop()`},
		kTuple: {"count": `(1, 2).count(1)`, "index": `(1, 2).index(2)`},
		kDict: {"clear": `{}.clear()`, "copy": `{}.copy()`, "popitem": `{'a': 1}.popitem()`, "update": `{}.update(a=1)`, "setdefault": `{}.setdefault('a', 1)`,
			"values": `{}.values()`, "pop": `{}.pop('a', 1)`},
		kInt:   {"bit_length": `255.bit_length()`, "bit_count": `255.bit_count()`},
		kBig:   {"bit_length": `(2 ** 70).bit_length()`, "bit_count": `(2 ** 70).bit_count()`},
		kBool:  {"bit_length": `true.bit_length()`, "bit_count": `true.bit_count()`},
		kFloat: {"is_integer": `(1.5).is_integer()`},
		kTime: {"strftime": `now.strftime('%Y')`, "isoformat": `now.isoformat()`, "timestamp": `now.timestamp()`, "weekday": `now.weekday()`,
			"isoweekday": `now.isoweekday()`, "date": `now.date()`},
	}
	raw := mustRead(t, "testdata/oracle-cases.json")
	for k, table := range lib.methods {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			if call := calls[k][name]; call != "" {
				renderText(t, "{% set x = "+call+" %}")
				continue
			}
			if !contains(raw, "."+name+"(") {
				t.Errorf("no test calls %s of %s", name, typeNames[k])
			}
		}
	}
}
