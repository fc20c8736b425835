package jsontext

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestAppendEscaped(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "plain 日本 😀": "plain 日本 😀", `say "hi" \`: `say \"hi\" \\`, "a\nb\rc\td": `a\nb\rc\td`,
		"\x00\x1f\x7f": `\u0000\u001f\u007f`, "a\u2028b\u2029c": `a\u2028b\u2029c`, "\xff\xc3": "\ufffd\ufffd", "\ufffd": "\ufffd", "</script>": "</script>",
	} {
		if got := string(AppendEscaped([]byte("x"), in)); got != "x"+want {
			t.Errorf("%q is %s, want %s", in, got[1:], want)
		}
	}
}

func TestAppendContent(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`plain`: `plain`, `a\"b\\c\/d\n`: `a\"b\\c\/d\n`, `\u0041\u00e9\ud83d\ude00`: "Aé😀", `\ud83d x`: "\ufffd x", `\u2028` + "\u2029": `\u2028\u2029`,
		`\u0000\u0022\u005c`: `\u0000\"\\`, `\q`: "\ufffd", `\`: "\ufffd", `\u12`: "\ufffd12", "\x01\xff": `\u0001` + "\ufffd",
	} {
		if got := string(AppendContent(nil, in)); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`{"a": 1, "b": "x\"}"}`:              {`a=1`, `b="x\"}"`},
		` { "a" : [1,{"b":"]"}] , "c":{} } `: {`a=[1,{"b":"]"}]`, `c={}`},
		`{"k\"e\\y":null,"\u0061":true}`:     {`k\"e\\y=null`, `\u0061=true`},
		`{}`:                                 nil, ``: nil, `[1]`: nil, `{"a"`: nil, `{"a":`: nil, `{"a":"x`: nil, `{"a":[1`: nil, `{a:1}`: nil, `{"a":1,`: {`a=1`}, `{"a":}`: nil,
	} {
		var got []string
		for walk := MembersOf(in); ; {
			key, _, value, ok := walk.Next()
			if !ok {
				break
			}
			got = append(got, key+"="+value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", in, diff)
		}
	}
}

func TestItems(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`[1, "a,b" ,[2,3], {"x":4}]`: {`1`, `"a,b"`, `[2,3]`, `{"x":4}`},
		`[]`:                         nil, `[ ]`: nil, ``: nil, `{"a":1}`: nil, `[1,`: {`1`}, `["x`: nil, `[[1]`: {`[1]`},
	} {
		var got []string
		for walk := ItemsOf(in); ; {
			value, ok := walk.Next()
			if !ok {
				break
			}
			got = append(got, value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", in, diff)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in     string
		offset int
		part   string
	}{
		{`{"a":[1,2.5,-3e+7,true,false,null,"x\u00e9\ud83d\ude00"],"b":{}}`, -1, ""},
		{`[]`, -1, ""}, {` 7 `, -1, ""}, {`"x"`, -1, ""},
		{``, 0, "the end of the body"}, {`{`, 1, "key in double quotes"}, {`{"a"}`, 4, `expected ":"`}, {`{"a":}`, 5, "expected a value"},
		{`{"a":1`, 0, "never closed"}, {`[1`, 0, "never closed"}, {`[1 2]`, 3, `"2"`}, {`[1,]`, 3, "expected a value"}, {`{"a":1,}`, 7, "key"},
		{`"x`, 0, "never closed"}, {"\"a\nb\"", 2, "line break"}, {"\"a\tb\"", 2, "tab"}, {"\"a\x01\"", 2, "U+0001"}, {`"\x"`, 1, "not a JSON escape"},
		{`"\ud83d"`, 1, "surrogate"}, {"\"\xff\"", 1, "UTF-8"}, {`01`, 0, "not a JSON number"}, {`1.`, 0, "not a JSON number"}, {`-`, 0, "not a JSON number"},
		{`1e`, 0, "not a JSON number"}, {`1x`, 0, "not a JSON number"}, {`tru`, 0, `"tru"`}, {`truex`, 0, `"truex"`}, {`True`, 0, "write true"}, {`{} x`, 3, "follows"},
		{`{"a":1,"\u0061":2}`, 7, "twice"}, {`{“a”:1}`, 1, "curly"}, {strings.Repeat("[", 70) + strings.Repeat("]", 70), 65, "deeper"},
	} {
		_, err := Check(c.in, "")
		var se *SyntaxError
		switch {
		case c.offset < 0:
			if err != nil {
				t.Errorf("%s: %v", c.in, err)
			}
		case !errors.As(err, &se) || se.Offset != c.offset || !strings.Contains(se.Message, c.part):
			t.Errorf("%s: %v %+v, want %q at %d", c.in, err, se, c.part, c.offset)
		}
	}
}

func TestCheckFindsTheMember(t *testing.T) {
	t.Parallel()
	span, err := Check(`{"a":{"to":1}, "to" : "x" }`, "to")
	if want := (Span{Key: 15, Value: 22, End: 25}); err != nil || span != want {
		t.Errorf("%+v, %v", span, err)
	}
	if span, _ := Check(`{"a":1}`, "to"); span != (Span{}) {
		t.Errorf("%+v", span)
	}
}

func TestManyKeys(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 300 {
		b.WriteString(`"` + strings.Repeat("k", i+1) + `":1,`)
	}
	if _, err := Check("{"+b.String()+`"z":1}`, ""); err != nil {
		t.Error(err)
	}
	if _, err := Check("{"+b.String()+`"kk":1}`, ""); err == nil {
		t.Error("a repeated key passes")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	text := ` {"a":[10,{"b~/c":"x"}], "d": true}`
	for pointer, want := range map[string]string{"": text[1:], "/a/0": "10", "/a/1/b~0~1c": `"x"`, "/d": "true", "/a/9": `[10`, "/x": `{"a"`, "/a/-1": "[10", "/d/deep": "true"} {
		if got := text[Find(text, pointer):]; !strings.HasPrefix(got, want) {
			t.Errorf("%s finds %s", pointer, got)
		}
	}
}

func TestKeyAt(t *testing.T) {
	t.Parallel()
	text := `{"key\"x" : "value", "k":["key"]}`
	for i, want := range map[int]bool{2: true, 7: true, 14: false, 22: true, 27: false} {
		if KeyAt(text, i) != want {
			t.Errorf("at %d: %v", i, !want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for in, kind := range map[string]string{"0": "integer", "-0": "integer", "12": "integer", "-7": "integer", "1.5": "number", "1e3": "number", "-0.0E-2": "number",
		"": "", "-": "", "01": "", "1.": "", ".5": "", "1e": "", "+1": "", "1x": "", "0x1": ""} {
		got := ""
		if IsNumber(in) {
			got = "number"
		}
		if IsInteger(in) {
			got = "integer"
		}
		if got != kind {
			t.Errorf("%q is %q, want %q", in, got, kind)
		}
	}
}

// FuzzEscape: any text written as a string is read back as it was.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "a", "\"\\\n\u2028", "\xff\xfe", "\ud7ff\ue000😀", "\x7f\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted := AppendQuoted(nil, s)
		var back string
		if err := json.Unmarshal(quoted, &back); err != nil || back != string([]rune(s)) {
			t.Fatalf("%q is %s, read back %q, %v", s, quoted, back, err)
		}
		if _, err := Check(string(quoted), ""); err != nil {
			t.Fatalf("%q is %s: %v", s, quoted, err)
		}
		content := string(quoted[1 : len(quoted)-1])
		if utf8.ValidString(s) && Unescape(content) != s {
			t.Fatalf("%q is unescaped to %q", s, Unescape(content))
		}
		again := string(AppendContent(nil, s)) // s as if it were content
		if err := json.Unmarshal([]byte(`"`+again+`"`), &back); err != nil && !strings.Contains(s, `"`) {
			t.Fatalf("the content %q is copied as %q: %v", s, again, err)
		}
	})
}

// FuzzCheck: Check accepts nothing that encoding/json refuses, and refuses
// what that accepts only for one of its own reasons.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{`{"a":[1,"x",null]}`, `{"a":1,"a":2}`, `"\ud800"`, "\"\xff\"", `[[[[`, `-0.1e+5`, ` {} `, strings.Repeat("[", 80)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, err := Check(s, "to")
		if valid := json.Valid([]byte(s)); valid == (err == nil) {
			return
		} else if !valid {
			t.Fatalf("%q passes", s)
		}
		for _, own := range []string{"twice", "surrogate", "UTF-8", "deeper"} {
			if strings.Contains(err.Error(), own) {
				return
			}
		}
		t.Fatalf("%q is refused: %v", s, err)
	})
}

// FuzzMembers: walking any text ends and stays within it.
func FuzzMembers(f *testing.F) {
	for _, s := range []string{`{"a":1,"b":[{}]}`, `{"a":"\`, `[1,[2`, `{"\":1`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := 0
		for walk := MembersOf(s); n <= len(s); n++ {
			if _, _, _, ok := walk.Next(); !ok {
				break
			}
		}
		for walk := ItemsOf(s); n <= 2*len(s); n++ {
			if _, ok := walk.Next(); !ok {
				break
			}
		}
		if n > 2*len(s) {
			t.Fatalf("%q does not end", s)
		}
		if at := Find(s, "/a/0"); at < 0 || at > len(s) {
			t.Fatalf("%q is searched to %d", s, at)
		}
	})
}
