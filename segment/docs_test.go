package segment

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDocumentation keeps the tables of docs/segments.md those of the code.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	const file = "../docs/segments.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	want = replaceTable(t, want, "operators", operatorsTable())
	want = replaceTable(t, want, "states", statesTable())
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s is out of date; run go test ./segment -update (-want +got):\n%s", file, diff)
	}
}

// replaceTable replaces what stands between a table's two marks.
func replaceTable(t *testing.T, text, name, table string) string {
	t.Helper()
	start := "<!-- " + name + ": written by go test ./segment -update -->\n"
	before, rest, ok := strings.Cut(text, start)
	_, after, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatalf("the marks of %s are missing", name)
	}
	return before + start + table + "<!-- end -->" + after
}

func operatorsTable() string {
	var b strings.Builder
	b.WriteString("| `is` | `value` | holds when the attribute | example |\n| --- | --- | --- | --- |\n")
	for _, op := range Operators() {
		takes := strings.Join(op.Takes, ", or ")
		if op.IgnoreCase {
			takes += " (`ignore_case`)"
		}
		doc := op.Doc
		if op.Negates != "" {
			doc = fmt.Sprintf("whenever `%s` does not hold, missing attributes included", op.Negates)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` |\n", op.Name, takes, doc, strings.Join(op.Examples, "`<br>`"))
	}
	return b.String()
}

func statesTable() string {
	var b strings.Builder
	b.WriteString("| `state` | holds for a user who |\n| --- | --- |\n")
	for _, s := range friendStates {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.name, s.doc)
	}
	return b.String()
}
