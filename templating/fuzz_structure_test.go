package templating

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// structure is a body in which values stand everywhere they can.
type structure struct {
	source   string
	verbatim bool // values are printed as they are, so that they can be read back
	keys     bool // values are keys too
}

var structures = []structure{
	{`{"x {{UserAttribute['a']}}":1,"{{UserAttribute['b']}} y":2}`, true, true},
	{`{ {{UserAttribute['a']}} : 1}`, true, true},
	{`{"messages":[{"type":"text","text":"Hi {{UserAttribute['a']}}, {{ UserAttribute['b'] }}!"}]}`, true, false},
	{`{"a":{{UserAttribute['a']}},"b":[{{UserAttribute['b']}}, 1]}`, true, false},
	{`{"a":"<<UserAttribute['a']>>","b":"{{ EventAttribute['b'] }}","c":{{ CampaignAttribute['a'] }}}`, true, false},
	{`{"a":[{% for x in [UserAttribute['a'], UserAttribute['b']] %}{"t":"{{ x }}","b":{{ x }}},{% endfor %}0]}`, true, false},
	{`{"a":{{ {'k': [UserAttribute['a'], {'l': UserAttribute['b']}]} }},"b":{{ [UserAttribute['a'], EventAttribute['b']]|tojson }}}`, true, false},
	{`{"a":"{% set x %}[{{ UserAttribute['a'] }}]{% endset %}{{ x }}","b":"{% filter string %}{{ UserAttribute['b'] }}{% endfilter %}"}`, true, false},
	{`{"a":{{ UserAttribute['a'] ~ '' }},"b":"{{ UserAttribute['b']|safe }}","c":{{ UserAttribute['a'] or 'x' }}}`, false, false},
	{`{"a":"{{ UserAttribute['a']|upper ~ UserAttribute['b'] }}","b":"{{ [UserAttribute['a'], {'k': UserAttribute['b']}] }}"}`, false, false},
	{`{"a":{{ UserAttribute['a']|tojson }},"b":"{{ UserAttribute['b']|tojson }}","c":{{ [UserAttribute['a'], {'k': UserAttribute['b']}] }}}`, false, false},
	{`{"a":"{% if UserAttribute['a'] == UserAttribute['b'] %}={{UserAttribute['a']}}{% else %}≠{{UserAttribute['b']}}{% endif %}"}`, false, false},
	{`{"a":"{{ UserAttribute['a']|default('d', true) }}","b":{{ UserAttribute['b']|default('d', true) }}}`, false, false},
	{`{"a":"{{ UserAttribute['a']|urlencode|e|title|center(9)|truncate(7) }}","b":{{ '%s|%r'|format(UserAttribute['a'], UserAttribute['b']) }}}`, false, false},
}

// structureTemplates are the structures, compiled.
func structureTemplates(f *testing.F, opts Options) (list []*Template) {
	f.Helper()
	for _, s := range structures {
		list = append(list, mustCompile(f, s.source, opts))
	}
	return list
}

// The values that structures are rendered with first; the values of the fuzzer
// take their place.
const (
	plainA = "plain value a"
	plainB = "plain value b"
)

func dataOf(a, b string) *Data {
	values := Map(map[string]any{"a": a, "b": b})
	return &Data{LineID: testLineID, Attributes: values, Event: values, Campaign: values}
}

// FuzzStructure: no attribute changes the structure of a body. It renders the
// same bodies with plain and with fuzzed values and compares every path and
// type; what is printed as it is must be read back equal, wherever it stands.
func FuzzStructure(f *testing.F) {
	for _, s := range []string{"", hostile, `\`, `"`, "\u2028\u2029", "\xff", "MOE_NOT_SEND", "{{ x }}", "<<UserAttribute['a']>>", "\x00\x1f\x7f", "日本", `\u0022`,
		`\ud83d`, "</script>", "👩‍👩‍👧", `{"a":1}`, `","b":"`, strings.Repeat("x\"", 100)} {
		f.Add(s, "plain")
		f.Add("plain", s)
	}
	tmpls := structureTemplates(f, Options{})
	wants := make([][]byte, len(tmpls))
	for i, tmpl := range tmpls {
		var err error
		if wants[i], err = tmpl.Render(nil, dataOf(plainA, plainB)); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for i, tmpl := range tmpls {
			s, want := structures[i], wants[i]
			got, err := tmpl.Render(nil, dataOf(a, b))
			if err != nil {
				checkOutcome(t, s.source, err)
				continue
			}
			if skeleton(t, want, s.keys) != skeleton(t, got, s.keys) {
				t.Fatalf("%s\nwith %q and %q is %s", s.source, a, b, got)
			}
			if s.verbatim {
				readBack(t, s.source, want, got, a, b)
			}
		}
	})
}

// skeleton is the structure of a JSON text: its keys, unless they are values
// too, and types.
func skeleton(t *testing.T, text []byte, openKeys bool) string {
	t.Helper()
	b, err := json.Marshal(bare(strictly(t, text), openKeys))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// strictly decodes text, which must be JSON for the strictest reader.
func strictly(t *testing.T, text []byte) any {
	t.Helper()
	if _, err := jsontext.Check(string(text), ""); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var v any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
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

// readBack compares got, decoded, with want in which the plain values are
// replaced by a and b.
func readBack(t *testing.T, source string, want, got []byte, a, b string) {
	t.Helper()
	values := strings.NewReplacer(plainA, perByte(a), plainB, perByte(b))
	if want, got := replaced(strictly(t, want), values), strictly(t, got); !reflect.DeepEqual(want, got) {
		t.Fatalf("%s\nwith %q and %q is read back as\n%v, want\n%v", source, a, b, got, want)
	}
}

// perByte is s with each byte that is not UTF-8 replaced, as JSON readers do.
func perByte(s string) string { return string([]rune(s)) }

// replaced is v with r applied to every text and key.
func replaced(v any, r *strings.Replacer) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[r.Replace(k)] = replaced(x, r)
		}
		return out
	case []any:
		for i := range v {
			v[i] = replaced(v[i], r)
		}
		return v
	case string:
		return r.Replace(v)
	}
	return v
}

// FuzzValues: attributes that are not even JSON cannot break a body, and a
// value that is JSON is read back equal when it stands outside quotes.
func FuzzValues(f *testing.F) {
	_, user := oracleCases(f)
	f.Add([]byte(user))
	for _, s := range []string{`{"a":"x","b":{"c":[1,2]}}`, `{"a":`, `{"a":"\ud83d"}`, `{"a":"` + "\x01" + `"}`, `{"a":1e999,"b":-}`, `{"\u0061":[}`,
		`{"a":-0.0,"b":123456789012345678901234567890}`, `{"a":{"\"":null,"":[[],{}]},"b":1E-7}`} {
		f.Add([]byte(s))
	}
	tmpls := structureTemplates(f, Options{OnMissing: MissingEmpty})
	printed := mustCompile(f, `{"a":{{UserAttribute['a']}},"l":[{{UserAttribute['b']}}]}`, Options{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		for i, tmpl := range tmpls {
			out, err := tmpl.Render(nil, &Data{Attributes: JSON(raw), Event: JSON(raw), Campaign: JSON(raw)})
			if err != nil {
				checkOutcome(t, structures[i].source, err)
				continue
			}
			if _, fault := jsontext.Check(string(out), ""); fault != nil {
				t.Fatalf("%s with %q is %s: %v", structures[i].source, raw, out, fault)
			}
		}
		checkPrinted(t, printed, raw)
	})
}

// checkPrinted renders values alone and reads them back.
func checkPrinted(t *testing.T, tmpl *Template, raw []byte) {
	t.Helper()
	if _, fault := jsontext.Check(string(raw), ""); fault != nil {
		return
	}
	user, isObject := strictly(t, raw).(map[string]any)
	out, err := tmpl.Render(nil, &Data{Attributes: JSON(raw)})
	if err != nil {
		checkOutcome(t, string(raw), err)
		return
	}
	body := strictly(t, out).(map[string]any)
	if !isObject || !sameJSON(user["a"], body["a"]) || !sameJSON(user["b"], body["l"].([]any)[0]) {
		t.Fatalf("%s is read back as %s", raw, out)
	}
}

// sameJSON compares by value: 1.50 is 1.5.
func sameJSON(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k := range a {
			if _, ok := b[k]; !ok || !sameJSON(a[k], b[k]) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameJSON(a[i], b[i]) {
				return false
			}
		}
		return true
	case json.Number:
		b, ok := b.(json.Number)
		x, errA := strconv.ParseFloat(string(a), 64)
		y, errB := strconv.ParseFloat(string(b), 64)
		return ok && (a == b || errA == nil && errB == nil && x == y)
	}
	return reflect.DeepEqual(a, b)
}
