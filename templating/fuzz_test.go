package templating

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

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

// sameValue says how the JSON texts a and b differ, "" when they do not. Numbers
// are compared as written: JSON allows ones that no float64 holds.
func sameValue(a, b []byte) string {
	var values [2]any
	for i, text := range [][]byte{a, b} {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&values[i]); err != nil {
			return err.Error() + " in " + string(text)
		}
	}
	if !reflect.DeepEqual(values[0], values[1]) {
		return string(a) + " is not " + string(b)
	}
	return ""
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
