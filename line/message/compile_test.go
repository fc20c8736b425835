package message

import (
	"strings"
	"testing"
)

// TestCompileRefuses: a mistake in the tables must not pass in silence.
func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	many := make([]field, 65)
	for i := range many {
		many[i] = field{name: strings.Repeat("x", i+1), kind: str}
	}
	for name, bad := range map[string]tables{
		`"a"`:                {objects: []object{{name: "a"}, {name: "a"}}},
		"which is no row":    {objects: []object{{name: "a", fields: []field{{name: "f", kind: obj, of: "b"}}}}},
		"no row":             {unions: []union{{name: "u", cases: []choice{{value: "x", of: "y"}}}}},
		"two rows for f":     {objects: []object{{name: "a", fields: []field{{name: "f", kind: str}, {name: "f", kind: str}}}}},
		"more than 64":       {objects: []object{{name: "a", fields: many}}},
		`two rows are named`: {objects: []object{{name: "a"}}, unions: []union{{name: "a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, name) {
					t.Errorf("panicked with %q", got)
				}
			}()
			compile(bad)
		})
	}
}

// TestTables: every row can be reached from a request, and says what it needs
// to.
func TestTables(t *testing.T) {
	t.Parallel()
	reached := map[*object]bool{}
	for _, w := range waysToObjects() {
		reached[w.object] = true
	}
	for name, s := range shapes {
		switch {
		case s.object != nil:
			tableObject(t, s.object, reached[s.object])
		case s.union != nil && (s.union.title == "" || len(s.union.cases) == 0):
			t.Errorf("union %s lacks a title or cases", name)
		}
	}
}

func tableObject(t *testing.T, o *object, reached bool) {
	t.Helper()
	if !reached {
		t.Errorf("no body can hold a %s", o.name)
	}
	if o.title == "" || o.anchor == "" {
		t.Errorf("%s lacks a title or an anchor", o.name)
	}
	for i := range o.fields {
		f := &o.fields[i]
		switch needsShape := f.kind == list || f.kind == dict || f.kind == obj; {
		case needsShape != (f.shape != nil):
			t.Errorf("%s.%s: of is %q", o.name, f.name, f.of)
		case f.kind == dict && f.format == nil:
			t.Errorf("%s.%s: a dict needs a format for its names", o.name, f.name)
		case f.kind != str && f.min > f.max, f.max > 0 && f.min > f.max, f.tight != nil && f.tight.max >= f.max:
			t.Errorf("%s.%s: min %d, max %d, tight %v", o.name, f.name, f.min, f.max, f.tight)
		}
	}
}
