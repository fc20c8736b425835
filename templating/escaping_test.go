package templating

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// places are where a value x can stand in a body.
var places = []struct{ name, source string }{
	{"string", `{"a":"[{{ x }}]"}`},
	{"bare", `{"a":{{ x }}}`},
	{"key", `{"{{ x }}":0}`},
	{"key alone", `{ {{ x }}:0}`},
	{"tojson in a string", `{"a":"{{ x|tojson }}"}`},
	{"tojson alone", `{"a":{{ x|tojson }}}`},
}

// What is written follows from the value and from where it stands.
func TestValuesByPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value string    // as JSON
		want  [6]string // by place
	}{
		{`"plain"`, [6]string{`{"a":"[plain]"}`, `{"a":"plain"}`, `{"plain":0}`, `{ "plain":0}`, `{"a":"\"plain\""}`, `{"a":"plain"}`}},
		{`"q\" b\\ n\n"`, [6]string{`{"a":"[q\" b\\ n\n]"}`, `{"a":"q\" b\\ n\n"}`, `{"q\" b\\ n\n":0}`, `{ "q\" b\\ n\n":0}`, `{"a":"\"q\\\" b\\\\ n\\n\""}`, `{"a":"q\" b\\ n\n"}`}},
		{`"\u2028\u2029\u0000\u001f\u007f"`, [6]string{`{"a":"[\u2028\u2029\u0000\u001f\u007f]"}`, `{"a":"\u2028\u2029\u0000\u001f\u007f"}`, `{"\u2028\u2029\u0000\u001f\u007f":0}`, `{ "\u2028\u2029\u0000\u001f\u007f":0}`, "", ""}},
		{`"太郎 👩‍👩‍👧 <b>&"`, [6]string{`{"a":"[太郎 👩‍👩‍👧 <b>&]"}`, `{"a":"太郎 👩‍👩‍👧 <b>&"}`, `{"太郎 👩‍👩‍👧 <b>&":0}`, `{ "太郎 👩‍👩‍👧 <b>&":0}`, `{"a":"\"太郎 👩‍👩‍👧 <b>&\""}`, `{"a":"太郎 👩‍👩‍👧 <b>&"}`}},
		{`"\ud83d\ude00 \ud83d!"`, [6]string{`{"a":"[😀 �!]"}`, `{"a":"😀 �!"}`, `{"😀 �!":0}`, `{ "😀 �!":0}`, `{"a":"\"😀 �!\""}`, `{"a":"😀 �!"}`}},
		{`""`, [6]string{`{"a":"[]"}`, `{"a":""}`, `{"":0}`, `{ "":0}`, `{"a":"\"\""}`, `{"a":""}`}},
		{`7`, [6]string{`{"a":"[7]"}`, `{"a":7}`, `{"7":0}`, `{ "7":0}`, `{"a":"7"}`, `{"a":7}`}},
		{`-0.5`, [6]string{`{"a":"[-0.5]"}`, `{"a":-0.5}`, `{"-0.5":0}`, `{ "-0.5":0}`, `{"a":"-0.5"}`, `{"a":-0.5}`}},
		{`1200.0`, [6]string{`{"a":"[1200.0]"}`, `{"a":1200.0}`, `{"1200.0":0}`, `{ "1200.0":0}`, `{"a":"1200.0"}`, `{"a":1200.0}`}},
		{`123456789012345678901234567890`, [6]string{`{"a":"[123456789012345678901234567890]"}`, `{"a":123456789012345678901234567890}`, `{"123456789012345678901234567890":0}`, `{ "123456789012345678901234567890":0}`, `{"a":"123456789012345678901234567890"}`, `{"a":123456789012345678901234567890}`}},
		{`true`, [6]string{`{"a":"[True]"}`, `{"a":true}`, `{"True":0}`, `{ "True":0}`, `{"a":"true"}`, `{"a":true}`}},
		{`["a","\"",1,null,{"k":[]}]`, [6]string{`{"a":"[['a', '\"', 1, None, {'k': []}]]"}`, `{"a":["a","\"",1,null,{"k":[]}]}`, "", "", `{"a":"[\"a\", \"\\\"\", 1, null, {\"k\": []}]"}`, `{"a":["a", "\"", 1, null, {"k": []}]}`}},
		{`{"b":1,"a":{"\"":"x"}}`, [6]string{`{"a":"[{'b': 1, 'a': {'\"': 'x'}}]"}`, `{"a":{"b":1,"a":{"\"":"x"}}}`, "", "", `{"a":"{\"a\": {\"\\\"\": \"x\"}, \"b\": 1}"}`, `{"a":{"a": {"\"": "x"}, "b": 1}}`}},
	} {
		for i, place := range places {
			if c.want[i] == "" {
				continue
			}
			tmpl := mustCompile(t, strings.ReplaceAll(place.source, " x", " UserAttribute['x']"), Options{})
			out, err := tmpl.Render(nil, &Data{Attributes: JSON([]byte(`{"x":` + c.value + `}`))})
			if err != nil {
				t.Errorf("%s as %s: %v", c.value, place.name, err)
				continue
			}
			if diff := cmp.Diff(decode(t, c.want[i]), decode(t, string(out))); diff != "" {
				t.Errorf("%s as %s is %s\n%s", c.value, place.name, out, diff)
			}
		}
	}
}

// Characters that end lines in JavaScript, and those that terminals obey, are
// written as escapes and never as they are.
func TestControlCharactersAreEscaped(t *testing.T) {
	t.Parallel()
	const odd = "\u2028\u2029\x00\x08\x1b\x7f\r\n\t"
	for _, source := range []string{
		`{"a":"{{UserAttribute['x']}}"}`, `{"a":{{UserAttribute['x']}}}`, `{"{{UserAttribute['x']}}":1}`, `{"a":{{ [UserAttribute['x']] }}}`,
		`{"a":{{ {'k': UserAttribute['x']}|tojson }}}`, `{"a":"{{ UserAttribute['x'] ~ '' }}"}`, `{"a":"{{ UserAttribute['x']|safe }}"}`,
		`{"a":"{% set y %}{{ UserAttribute['x'] }}{% endset %}{{ y }}"}`, `{"a":"{% filter upper %}{{ UserAttribute['x'] }}{% endfilter %}"}`,
	} {
		out, err := mustCompile(t, source, Options{}).Render(nil, &Data{Attributes: Map(map[string]any{"x": odd})})
		if err != nil || strings.ContainsAny(string(out), odd) {
			t.Errorf("%s is %q, %v", source, out, err)
		}
	}
}

// Bytes that are not UTF-8 cannot be sent; each becomes U+FFFD.
func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	for _, source := range []string{`{"a":"{{UserAttribute['x']}}"}`, `{"a":{{UserAttribute['x']}}}`, `{"a":"{{ UserAttribute['x'] ~ '' }}"}`, `{"a":{{ UserAttribute['x']|tojson }}}`} {
		out, err := mustCompile(t, source, Options{}).Render(nil, &Data{Attributes: JSON([]byte("{\"x\":\"a\xff\xfeb\xe3\x81\"}"))})
		if want := "{\"a\":\"a\ufffd\ufffdb\ufffd\ufffd\"}"; err != nil || string(out) != want {
			t.Errorf("%s is %q, %v; want %q", source, out, err, want)
		}
	}
}

// A value of the largest size is written whole, a larger one not at all.
func TestLongValues(t *testing.T) {
	t.Parallel()
	for _, source := range []string{`{"a":"{{UserAttribute['x']}}"}`, `{"a":{{UserAttribute['x']}}}`, `{"a":"{{ UserAttribute['x']|trim }}"}`, `{"a":{{ [UserAttribute['x']]|first }}}`} {
		tmpl := mustCompile(t, source, Options{})
		for _, unit := range []string{"x", `"`, "é", "\x01"} {
			long := strings.Repeat(unit, MaxString/len(unit))
			out, err := tmpl.Render(nil, &Data{Attributes: Map(map[string]any{"x": long})})
			if len(unit) == 1 && unit[0] == 1 { // six bytes each: more than a body may have
				if !errs.Is(err, "template.output_too_large") {
					t.Errorf("%s with 64 KiB of %q: %v", source, unit, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s with 64 KiB of %q: %v", source, unit, err)
				continue
			}
			var body struct{ A string }
			if err := json.Unmarshal(out, &body); err != nil || body.A != long {
				t.Errorf("%s with 64 KiB of %q: %v, %d bytes", source, unit, err, len(body.A))
			}
		}
	}
}

// A key that comes from data may not take the place of another.
func TestDuplicateKeysOfData(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, user string }{
		{`{"a":1,"{{UserAttribute['x']}}":2}`, `{"x":"a"}`},
		{`{"a":1,"{{UserAttribute['x']}}":2}`, `{"x":"\u0061"}`},
		{`{"a{{UserAttribute['x']}}":1,"{{UserAttribute['y']}}a":2}`, `{"x":"a","y":"a"}`},
		{`{ {{UserAttribute['x']}}:1,"7":2}`, `{"x":7}`},
		{`{"m":[{"k":1,"{{UserAttribute['x']}}":2}]}`, `{"x":"k"}`},
		{`{ {% if UserAttribute['x'] %}"a{{UserAttribute['x']}}":1,{% endif %}"{{UserAttribute['y']}}a":2}`, `{"x":"a","y":"a"}`},
		{`{"to":"{{UserAttribute['line_id']}}","{{UserAttribute['x']}}":2}`, `{"x":"to"}`},
	} {
		tmpl := mustCompile(t, c.source, Options{})
		for name, render := range map[string]func([]byte, *Data) ([]byte, error){"body": tmpl.Render, "push": tmpl.RenderPush, "shared": tmpl.RenderShared} {
			out, err := render(nil, &Data{LineID: testLineID, Attributes: JSON([]byte(c.user))})
			if !errs.Is(err, "template.duplicate_key") {
				t.Errorf("%s of %s with %s is %s, %v", name, c.source, c.user, out, err)
			}
		}
	}
}

// A recipient whose values lead into a branch that is not JSON gets nothing,
// and the error names the line of the template.
func TestBrokenBranchesAreNotSent(t *testing.T) {
	t.Parallel()
	tmpl := mustCompile(t, "{\"messages\":[\n{% if UserAttribute['a'] ~ UserAttribute['b'] == 'zz!z' %}\n  {]\n{% endif %}]}", Options{})
	if lints := tmpl.Lints(); len(lints) != 1 || lints[0].Code != "branch_not_json" || lints[0].Line != 3 {
		t.Errorf("lints %v", lints)
	}
	for name, render := range map[string]func([]byte, *Data) ([]byte, error){"body": tmpl.Render, "push": tmpl.RenderPush, "shared": tmpl.RenderShared} {
		if _, err := render(nil, &Data{Attributes: JSON([]byte(`{"a":"x","b":"y"}`))}); err != nil {
			t.Errorf("%s of another user: %v", name, err)
		}
		out, err := render(nil, &Data{Attributes: JSON([]byte(`{"a":"zz","b":"!z"}`))})
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "template.json" || e.Line != 3 || e.Column != 4 || len(out) > 0 {
			t.Errorf("%s is %q, %v", name, out, err)
		}
	}
}
