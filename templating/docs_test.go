package templating

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

const docsFile = "../docs/templating.md"

// fence is a fenced block of a page and the words behind its opening.
var fence = regexp.MustCompile("(?ms)^```([a-z]+)(?: ([a-z]+))?\n(.*?)^```$")

// Every example of the pages is rendered for the page's own user and compared
// with the result shown behind it.
func TestDocsExamples(t *testing.T) {
	t.Parallel()
	for file, least := range map[string]int{docsFile: 20, "../docs/templating-deviations.md": 7} {
		checkPage(t, string(mustRead(t, file)), least)
	}
}

func checkPage(t *testing.T, page string, least int) {
	t.Helper()
	blocks := fence.FindAllStringSubmatch(page, -1)
	var user, campaign string
	examples := 0
	for i, b := range blocks {
		kind, code := b[1]+" "+b[2], b[3]
		switch kind {
		case "json user":
			user = code
		case "json campaign":
			campaign = code
		case "jinja ", "json body":
			if i+1 == len(blocks) {
				t.Fatalf("no result behind\n%s", code)
			}
			examples++
			checkExample(t, Data{Attributes: JSON([]byte(user)), Campaign: JSON([]byte(campaign))}, kind, code, blocks[i+1])
		}
	}
	if examples < least {
		t.Errorf("only %d examples", examples)
	}
}

func checkExample(t *testing.T, d Data, kind, code string, next []string) {
	t.Helper()
	source := code
	if kind == "jinja " {
		quoted, err := json.Marshal(strings.TrimSuffix(code, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		source = `{"text":` + string(quoted) + `}`
	}
	tmpl, err := Compile(source, Options{})
	if err != nil {
		t.Errorf("%s\n%v", code, errs.From(err).Fields)
		return
	}
	d.LineID, d.Now = testLineID, exampleNow
	out, err := tmpl.Render(nil, &d)
	want := strings.TrimSuffix(next[3], "\n")
	switch next[1] + " " + next[2] {
	case "json result":
		if err != nil {
			t.Errorf("%s\n%v", code, err)
			return
		}
		sameBody(t, want, string(out))
	case "text result":
		if err != nil {
			t.Errorf("%s\n%v", code, err)
			return
		}
		if diff := cmp.Diff(want, decode(t, string(out)).(map[string]any)["text"]); diff != "" {
			t.Errorf("%s\n%s", code, diff)
		}
	case "text skipped":
		var skip *Skip
		if !errors.As(err, &skip) || skip.Reason+" "+skip.Name != want {
			t.Errorf("%s\ngot %s, %v; want skipped: %s", code, out, err, want)
		}
	default:
		t.Errorf("no result behind\n%s", code)
	}
}

// The tables at the end of the page are written from the package's own.
func TestDocsTables(t *testing.T) {
	t.Parallel()
	const mark = "<!-- tables: written by go test ./templating -update from the tables in that package -->\n"
	page := string(mustRead(t, docsFile))
	head, have, ok := strings.Cut(page, mark)
	if !ok {
		t.Fatalf("%s has no mark for its tables", docsFile)
	}
	want := docsTables()
	if *update {
		if err := os.WriteFile(docsFile, []byte(head+mark+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("the tables of %s are not the package's; run with -update\n%s", docsFile, diff)
	}
}

func docsTables() string {
	var b strings.Builder
	cell := func(s string) string {
		return strings.NewReplacer("|", `\|`, "\n", "⏎").Replace(s)
	}
	b.WriteString("\n## Filters\n\nWritten behind a `|`, with arguments in brackets: `{{ value|filter(argument, name=argument) }}`.\n\n")
	b.WriteString("| filter | gives | example | result |\n| --- | --- | --- | --- |\n")
	for _, table := range [][]filter{textFilters, numberFilters, dateFilters, listFilters, queryFilters, jsonFilters, moengageFilters} {
		for _, f := range table {
			names := "`" + f.name + signature(f.params) + "`"
			for _, n := range filterNames() {
				if filterAliases[n] == f.name {
					names += ", `" + n + "`"
				}
			}
			fmt.Fprintf(&b, "| %s | %s | `%s` | `%s` |\n", names, cell(f.doc), cell(f.example[0]), cell(f.example[1]))
		}
	}
	b.WriteString("\n## Tests\n\nWritten behind `is` or `is not`: `{% if value is test %}`.\n\n| test | the value | example of a true one |\n| --- | --- | --- |\n")
	for i := range testTable {
		fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", testTable[i].name, testTable[i].doc, cell(testTable[i].example))
	}
	b.WriteString("\n## Methods\n\nWritten behind a point: `{{ value.method(argument) }}`. They are Python's, with its arguments.\n\n| of | methods |\n| --- | --- |\n")
	for _, k := range []kind{kString, kList, kTuple, kDict, kInt, kFloat, kTime} {
		names := slices.Sorted(maps.Keys(lib.methods[k]))
		fmt.Fprintf(&b, "| %s | `%s` |\n", typeWords[k], strings.Join(names, "` `"))
	}
	b.WriteString("\n## Functions\n\n| function | gives | example | result |\n| --- | --- | --- | --- |\n")
	for _, name := range functionNames() {
		f := functions[name]
		fmt.Fprintf(&b, "| `%s()` | %s | `%s` | `%s` |\n", name, f.doc, cell(f.example[0]), cell(f.example[1]))
	}
	return b.String()
}

// typeWords are the types in a marketer's words.
var typeWords = map[kind]string{kString: "a text", kList: "a list", kTuple: "a list in round brackets", kDict: "an object",
	kInt: "a whole number", kFloat: "a number with a fraction", kTime: "a point in time, such as `now`"}

// signature shows the parameters of a filter with their defaults.
func signature(params []param) string {
	if len(params) == 0 {
		return ""
	}
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.name
		if !p.required {
			w := writer{st: &state{}, max: MaxString}
			w.repr(p.def, 0)
			parts[i] += "=" + strings.NewReplacer("True", "true", "False", "false", "None", "none").Replace(string(w.b))
		}
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
