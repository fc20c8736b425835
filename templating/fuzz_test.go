package templating

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// addSources seeds f with every template the other tests use.
func addSources(f *testing.F, text bool) {
	cases, _ := oracleCases(f)
	for _, c := range cases {
		if (c.Kind == "text") == text {
			f.Add(c.Template)
		}
	}
	if text {
		var file struct{ Cases []struct{ T string } }
		if err := json.Unmarshal(mustRead(f, "testdata/oracle-cases.json"), &file); err != nil {
			f.Fatal(err)
		}
		for _, c := range file.Cases {
			f.Add(c.T)
		}
		return
	}
	for _, m := range mistakes {
		f.Add(m)
	}
	f.Add(benchFlex())
	f.Add(benchDynamic)
}

// checkOutcome accepts only what the package promises: an outcome or a
// catalogued error with a place.
func checkOutcome(t *testing.T, source string, err error) {
	t.Helper()
	var e *errs.Error
	if isOutcome(err) {
		return
	}
	if !errors.As(err, &e) || !strings.HasPrefix(e.Code, "template.") {
		t.Fatalf("%q: error %v", source, err)
	}
	if e.Line == 0 && e.Code != "template.source_too_large" && e.Code != "template.invalid" {
		t.Fatalf("%q: error without a place: %v", source, err)
	}
}

// FuzzLex: any text is cut into pieces that lie in order within it.
func FuzzLex(f *testing.F) {
	addSources(f, true)
	addSources(f, false)
	f.Fuzz(func(t *testing.T, source string) {
		items, err := lex(source, &lintList{src: source})
		if err != nil {
			checkOutcome(t, source, err)
			return
		}
		last := 0
		for _, it := range items {
			if it.off < last || it.off > len(source) {
				t.Fatalf("%q: a piece at %d after %d", source, it.off, last)
			}
			last = it.off
			for _, tok := range it.tokens {
				if tok.off < it.off || tok.off > len(source) {
					t.Fatalf("%q: a token at %d of a piece at %d", source, tok.off, it.off)
				}
			}
		}
	})
}

// FuzzExpressions: the language alone neither panics nor exceeds its bounds.
func FuzzExpressions(f *testing.F) {
	addSources(f, true)
	_, user := oracleCases(f)
	f.Fuzz(func(t *testing.T, source string) {
		tmpl, err := compile(source, Options{}, true)
		if err != nil {
			checkOutcome(t, source, err)
			return
		}
		d := &Data{LineID: testLineID, Attributes: JSON(user), Now: exampleNow}
		st := tmpl.begin(nil, d)
		_, err = st.runAll(tmpl.body)
		steps, size := st.steps, len(st.out)
		_, _ = st.end(nil, err)
		if steps > MaxSteps+MaxString || size > MaxOutput+2*MaxSource {
			t.Fatalf("%q takes %d steps and writes %d bytes", source, steps, size)
		}
		if err != nil {
			checkOutcome(t, source, err)
		}
	})
}

// FuzzBodies: whatever Compile accepts renders to strict JSON or not at all,
// in all three forms.
func FuzzBodies(f *testing.F) {
	addSources(f, false)
	_, user := oracleCases(f)
	f.Fuzz(func(t *testing.T, source string) {
		tmpl, err := Compile(source, Options{})
		if err != nil {
			checkOutcome(t, source, err)
			return
		}
		for _, d := range []*Data{{}, {LineID: testLineID, Attributes: JSON(user), Now: exampleNow}} {
			push, err := tmpl.RenderPush(nil, d)
			if err != nil {
				checkOutcome(t, source, err)
				continue
			}
			if span, fault := jsontext.Check(string(push), "to"); fault != nil || span.End == 0 {
				t.Fatalf("%q\npush %s: %v", source, push, fault)
			}
			shared, err := tmpl.RenderShared(nil, d)
			if err != nil {
				t.Fatalf("%q: push succeeds, shared fails: %v", source, err)
			}
			if err := sameValue(push, AppendPush(nil, d.LineID, shared)); err != "" {
				t.Fatalf("%q: %s", source, err)
			}
		}
	})
}

func sameValue(a, b []byte) string {
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		return err.Error() + " in " + string(a)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		return err.Error() + " in " + string(b)
	}
	if !reflect.DeepEqual(x, y) {
		return string(a) + " is not " + string(b)
	}
	return ""
}

// structures are bodies in which a value stands everywhere it can.
var structures = []string{
	`{"x {{UserAttribute['a']}}":1,"{{UserAttribute['b']}} y":2}`, // values as keys
	`{ {{UserAttribute['a']}} : 1}`,
	`{"messages":[{"type":"text","text":"Hi {{UserAttribute['a']}}, {{ UserAttribute['b'] }}!"}]}`,
	`{"a":{{UserAttribute['a']}},"b":[{{UserAttribute['b']}}, 1]}`,
	`{"a":"{{ UserAttribute['a']|upper ~ UserAttribute['b'] }}","b":"{{ [UserAttribute['a'], {'k': UserAttribute['b']}] }}"}`,
	`{"a":{{ UserAttribute['a']|tojson }},"b":"{{ UserAttribute['b']|tojson }}","c":{{ [UserAttribute['a'], {'k': UserAttribute['b']}] }}}`,
	`{"a":"{% if UserAttribute['a'] == UserAttribute['b'] %}={{UserAttribute['a']}}{% else %}≠{{UserAttribute['b']}}{% endif %}"}`,
	`{"a":[{% for x in [UserAttribute['a'], UserAttribute['b']] %}{"t":"{{ x }}","b":{{ x }}},{% endfor %}0]}`,
	`{"a":"{% set x %}[{{ UserAttribute['a'] }}]{% endset %}{{ x }}{% filter lower %}{{ UserAttribute['b'] }}{% endfilter %}"}`,
	`{"a":"{{ UserAttribute['a']|default('d', true) }}","b":{{ UserAttribute['b']|default('d', true) }}}`,
}

const (
	withKeys   = 2 // so many of structures print keys
	bareValues = 3 // this one prints values alone
)

// FuzzStructure: no attribute changes the structure of a body. It renders the
// same bodies with plain and with fuzzed values and compares every path and
// type; values printed alone are read back as they were.
func FuzzStructure(f *testing.F) {
	for _, s := range []string{"", hostile, `\`, `"`, "\u2028", "\xff", "MOE_NOT_SEND", "{{ x }}", "<<UserAttribute['a']>>", "\x00", "日本", `\u0022`, "</script>"} {
		f.Add(s, "plain")
		f.Add("plain", s)
	}
	var tmpls []*Template
	for _, s := range structures {
		tmpls = append(tmpls, mustCompile(f, s, Options{}))
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		plain := Map(map[string]any{"a": "plain a", "b": "plain b"})
		values := Map(map[string]any{"a": a, "b": b})
		for i, tmpl := range tmpls {
			want, err := tmpl.Render(nil, &Data{Attributes: plain})
			if err != nil {
				t.Fatal(err)
			}
			got, err := tmpl.Render(nil, &Data{Attributes: values})
			if err != nil {
				checkOutcome(t, structures[i], err)
				continue
			}
			if skeleton(t, want, i < withKeys) != skeleton(t, got, i < withKeys) {
				t.Fatalf("%s\nwith %q and %q is %s", structures[i], a, b, got)
			}
			if i == bareValues {
				readBack(t, got, a, b)
			}
		}
	})
}

// skeleton is the structure of a JSON text: its keys, unless they are values
// too, and types.
func skeleton(t *testing.T, text []byte, openKeys bool) string {
	t.Helper()
	if _, err := jsontext.Check(string(text), ""); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	b, err := json.Marshal(bare(v, openKeys))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func bare(v any, openKeys bool) any {
	switch v := v.(type) {
	case map[string]any:
		var types []any
		for k := range v {
			v[k] = bare(v[k], openKeys)
			types = append(types, v[k])
		}
		if openKeys {
			return types
		}
		return v
	case []any:
		for i := range v {
			v[i] = bare(v[i], openKeys)
		}
		return v
	}
	return reflect.TypeOf(v).String()
}

// readBack compares the values of the second structure with a and b.
func readBack(t *testing.T, body []byte, a, b string) {
	t.Helper()
	var got struct {
		A string
		B []any
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	clean := func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
	if utf8.ValidString(a) && got.A != a || utf8.ValidString(b) && got.B[0] != b || got.A != perByte(a) && got.A != clean(a) {
		t.Fatalf("%q and %q are read back from %s", a, b, body)
	}
}

// perByte is s with each byte that is not UTF-8 replaced, as JSON readers do.
func perByte(s string) string { return string([]rune(s)) }

// FuzzValues: attributes that are not even JSON cannot break a body.
func FuzzValues(f *testing.F) {
	_, user := oracleCases(f)
	f.Add([]byte(user))
	for _, s := range []string{`{"a":"x","b":{"c":[1,2]}}`, `{"a":`, `{"a":"\ud83d"}`, `{"a":"` + "\x01" + `"}`, `{"a":1e999,"b":-}`, `{"\u0061":[}`} {
		f.Add([]byte(s))
	}
	var tmpls []*Template
	for _, s := range structures {
		tmpls = append(tmpls, mustCompile(f, s, Options{OnMissing: MissingEmpty}))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for i, tmpl := range tmpls {
			out, err := tmpl.Render(nil, &Data{Attributes: JSON(raw)})
			if err != nil {
				checkOutcome(t, structures[i], err)
				continue
			}
			if _, fault := jsontext.Check(string(out), ""); fault != nil {
				t.Fatalf("%s with %q is %s: %v", structures[i], raw, out, fault)
			}
		}
	})
}

// FuzzDates: reading and writing dates takes any text.
func FuzzDates(f *testing.F) {
	for _, s := range []string{"2026-11-22T10:00:00+09:00", "22/11/2026", "Nov 22, 2026 5:00 PM", "Sun, 22 Nov 2026 10:00:00 GMT", "20261122", "2012-01-19 17:21:00 CST"} {
		f.Add(s, "%A %-d %B %EY %c %x %X %%")
	}
	f.Fuzz(func(t *testing.T, date, pattern string) {
		m, ok := parseDate(date)
		if !ok {
			return
		}
		for _, name := range Languages() {
			text, err := strftime(pattern, m.t, languages[name])
			if err == nil && len(text) > MaxString+64*len(pattern)+1024 {
				t.Fatalf("%q makes %d bytes", pattern, len(text))
			}
		}
	})
}
