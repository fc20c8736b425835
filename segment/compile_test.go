package segment

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

var update = flag.Bool("update", false, "rewrite testdata")

var clock = time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC)

func compile(t testing.TB, definition string) (string, []any) {
	t.Helper()
	where, args, err := parse(t, definition).SQL(SQLEnv{Now: clock})
	if err != nil {
		t.Fatalf("%s: %v", definition, err)
	}
	return where, args
}

// TestOperatorsGolden shows the SQL of every row of the table.
func TestOperatorsGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, op := range Operators() {
		fmt.Fprintf(&b, "%s: %s\n", op.Name, op.Doc)
		fmt.Fprintf(&b, "    takes %s; ignore_case %v\n", strings.Join(op.Takes, ", or "), op.IgnoreCase)
		for _, example := range op.Examples {
			where, args := compile(t, example)
			fmt.Fprintf(&b, "    %s\n        %s\n        %q\n", example, where, args)
		}
	}
	const file = "testdata/operators.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s is out of date; run go test ./segment -update (-want +got):\n%s", file, diff)
	}
}

// fills draws the names and values of a tree whose shape is drawn elsewhere.
type fills func(label string) string

// shape draws a tree as a function that fills it in.
func shape(r *rapid.T, depth int) func(fills) string {
	kind := rapid.IntRange(0, 4).Draw(r, "kind")
	if depth == 0 || kind <= 1 {
		return leafShape(r)
	}
	if kind == 2 {
		inner := shape(r, depth-1)
		return func(f fills) string { return `{"not": ` + inner(f) + `}` }
	}
	word := rapid.SampledFrom([]string{"all", "any"}).Draw(r, "word")
	rows := make([]func(fills) string, rapid.IntRange(0, 4).Draw(r, "rows"))
	for i := range rows {
		rows[i] = shape(r, depth-1)
	}
	return func(f fills) string {
		parts := make([]string, len(rows))
		for i := range rows {
			parts[i] = rows[i](f)
		}
		return fmt.Sprintf(`{%q: [%s]}`, word, strings.Join(parts, ", "))
	}
}

func leafShape(r *rapid.T) func(fills) string {
	dot := rapid.SampledFrom([]string{"", "."}).Draw(r, "path")
	is := rapid.SampledFrom([]string{"equals", "not_equals", "contains", "starts_with", "ends_with"}).Draw(r, "is")
	ignore := rapid.Bool().Draw(r, "ignore_case")
	form := rapid.IntRange(0, 5).Draw(r, "form")
	return func(f fills) string {
		name := quote(f("name"))
		if dot != "" {
			name = quote(f("object") + dot + f("member"))
		}
		switch form {
		case 0:
			return fmt.Sprintf(`{"attribute": %s, "is": "exists"}`, name)
		case 1:
			return fmt.Sprintf(`{"attribute": %s, "is": "in", "value": [%s, %s, %s]}`, name, quote(f("a")), quote(f("b")), quote(f("c")))
		case 2:
			return fmt.Sprintf(`{"attribute": %s, "is": "contains_any", "value": [%s]}`, name, quote(f("element")))
		case 3:
			return fmt.Sprintf(`{"attribute": %s, "is": "at_least", "value": %d}`, name, len(f("number")))
		}
		return fmt.Sprintf(`{"attribute": %s, "is": %q, "value": %s, "ignore_case": %v}`, name, is, quote(f("value")), ignore)
	}
}

// TestSQLDependsOnTheShapeAlone fills the same tree with different names and
// values.
func TestSQLDependsOnTheShapeAlone(t *testing.T) {
	t.Parallel()
	text := rapid.Map(rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()), func(s string) string {
		return strings.Map(func(r rune) rune { // what a name may hold; a dot is part of the shape
			if isControl(r) || r == '.' || r == utf8.RuneError {
				return -1
			}
			return r
		}, s)
	})
	rapid.Check(t, func(r *rapid.T) {
		tree := shape(r, 4)
		plain, _, err := parse(t, tree(func(string) string { return "x" })).SQL(SQLEnv{Now: clock})
		if err != nil {
			r.Fatal(err)
		}
		filled := tree(func(label string) string {
			s := text.Draw(r, label)
			if label == "value" {
				return s
			}
			return "x" + shortened(s, 100)
		})
		got, _, err := parse(t, filled).SQL(SQLEnv{Now: clock})
		if err != nil {
			r.Fatal(err)
		}
		if got != plain {
			r.Fatalf("%s\ncompiles to\n%s\nand not, as other names and values, to\n%s", filled, got, plain)
		}
	})
}

func shortened(s string, most int) string {
	runes := []rune(s)
	return string(runes[:min(most, len(runes))])
}

// hostile are names and values that would matter if they became SQL.
var hostile = []string{`'; drop table users; --`, `' or '1'='1`, `" or ""="`, `$1`, `$1::text`, `{value}`, `{text}`, `%s`, `%`, `_`, `\`, `\'`,
	`$$`, `$f$`, `/*`, `*/`, `--`, `;`, `u.attributes`, `users`, `true`, `null`, `)`, `((((`, `ﾞ`, `คุณ`, `👍🏽`, "\u2028", ``}

func TestFirstArg(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"all": [{"attribute": "a", "is": "equals", "value": true}, {"friend_of": "ch_1", "state": "friend"}]}`)
	for first, want := range map[int]string{0: "$1::", 1: "$1::", 7: "$7::"} {
		where, args, err := s.SQL(SQLEnv{Now: clock, FirstArg: first})
		if err != nil {
			t.Fatal(err)
		}
		last := fmt.Sprintf("$%d::", max(1, first)+len(args)-1)
		if len(args) != 3 || !strings.Contains(where, want) || !strings.Contains(where, last) {
			t.Errorf("first argument %d: %s with %v", first, where, args)
		}
	}
}

func TestSQLRefuses(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"all": [{"segment": "seg_1"}]}`)
	all := map[ref.Segment]*Segment{1: parse(t, `{"all": []}`)}
	for _, c := range []struct {
		name string
		env  SQLEnv
		want string
	}{
		{"a missing segment", SQLEnv{Now: clock}, "segment.not_found"},
		{"a local zone", SQLEnv{Now: clock, TimeZone: time.FixedZone("Local", 7*3600), Segments: all}, "segment.time_zone"},
		{"a zone without a name", SQLEnv{Now: clock, TimeZone: time.FixedZone("", 7*3600), Segments: all}, "segment.time_zone"},
		{"no clock", SQLEnv{Segments: all}, "internal.error"},
	} {
		if _, _, err := s.SQL(c.env); err == nil || errs.From(err).Code != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		if _, err := s.Steps(c.env); err == nil || errs.From(err).Code != c.want {
			t.Errorf("steps, %s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, _, err := s.SQL(SQLEnv{Now: clock, Segments: all}); err != nil {
		t.Error(err)
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	users := map[int]int64{0: 1, 1: 20, 2: 300}
	for _, c := range []struct {
		definition, sql string
		count           int64
		rows            []RowCount
	}{
		{`{"all": [{"any": []}, {"all": []}]}`, "case when false is not true then 0 when true is not true then 1 else 2 end", 300,
			[]RowCount{{"/all/0", 320}, {"/all/1", 300}}},
		{`{"any": [{"any": []}, {"all": []}]}`, "case when false then 0 when true then 1 else 2 end", 21,
			[]RowCount{{"/any/0", 1}, {"/any/1", 21}}},
		{`{"not": {"all": []}}`, "case when (true is not true) is not true then 0 else 1 end", 320, []RowCount{{"", 320}}},
		{`{"all": []}`, "0", 321, []RowCount{}},
		{`{"any": []}`, "0", 0, []RowCount{}},
	} {
		steps, err := parse(t, c.definition).Steps(SQLEnv{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		count, rows := steps.Counts(users)
		if steps.SQL != c.sql || count != c.count {
			t.Errorf("%s: %s counts %d, want %s and %d", c.definition, steps.SQL, count, c.sql, c.count)
		}
		if diff := cmp.Diff(c.rows, rows); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", c.definition, diff)
		}
	}
}
