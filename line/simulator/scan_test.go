package simulator

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// scanAll reports whether the scanner takes b as one JSON value.
func scanAll(b []byte) (ok, tooDeep bool) {
	s := newScanner(b)
	_, ok = s.value()
	return ok && s.end(), s.depth > maxDepth
}

// The scanner takes what encoding/json takes, but for invalid UTF-8 and
// nesting beyond its limit; and it reads strings as encoding/json does.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+3,"x\u00e9\n",true,null,{}]}`, ` [ ] `, `{"a":1,}`, `[1,]`, `01`, `1.`, `1e`, `-`, `"\x"`,
		`"\u12g4"`, "\"\xff\"", "\"\x01\"", `{"a" 1}`, `{a:1}`, `nul`, `1 2`, ``, `"`, strings.Repeat("[", 1001)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, tooDeep := scanAll(b)
		if want := json.Valid(b) && utf8.Valid(b); got != want && !tooDeep {
			t.Fatalf("%q: scanner says %v, encoding/json %v", b, got, want)
		}
		raw := []byte(strings.TrimSpace(string(b)))
		if !got || !isString(raw) {
			return
		}
		var want string
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		if s := string(text(raw)); s != want {
			t.Errorf("%q reads %q, want %q", raw, s, want)
		}
		if n := utf16Length(raw); n != len(utf16.Encode([]rune(want))) && !strings.Contains(want, "\ufffd") {
			t.Errorf("%q has %d code units, want %d", raw, n, len(utf16.Encode([]rune(want))))
		}
	})
}

func TestScannerDepth(t *testing.T) {
	t.Parallel()
	for depth, want := range map[int]bool{maxDepth: true, maxDepth + 1: false} {
		b := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		if ok, _ := scanAll([]byte(b)); ok != want {
			t.Errorf("depth %d: %v", depth, ok)
		}
	}
}

func TestScannerWhere(t *testing.T) {
	t.Parallel()
	s := newScanner([]byte("{\n  \"a\": 1,\n  b\n}"))
	if _, ok := s.value(); ok {
		t.Fatal("not refused")
	}
	if line, column := s.where(); line != 3 || column != 3 {
		t.Errorf("line %d, column %d", line, column)
	}
}
