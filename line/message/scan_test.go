package message

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// jsonTexts are texts whose acceptance is compared with encoding/json.
var jsonTexts = []string{
	``, ` `, `null`, `true`, `false`, `tru`, `nul`, `falsey`, `"a"`, `""`, `"`, `"\"`, `"\\"`, `"\x"`, `"\u"`, `"\u00"`, `"\u00e9"`, `"\u00zz"`,
	"\"\t\"", "\"\x00\"", "\"\x7f\"", `"ก🍎"`, `0`, `-0`, `00`, `01`, `-`, `-a`, `1.`, `1.5`, `.5`, `1e5`, `1E+5`, `1e-5`, `1e`, `1e+`, `+1`, `1 2`,
	`[]`, `[ ]`, `[1]`, `[1,]`, `[,1]`, `[1 2]`, `[1`, `[`, `]`, `[[[]]]`, `[1,2,3]`, `{}`, `{ }`, `{"a":1}`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a":}`,
	`{"a" 1}`, `{a:1}`, `{'a':1}`, `{"a":1 "b":2}`, `{"a":1,"b":2}`, `{"a":{"b":[{"c":null}]}}`, `{1:2}`, `{"a`, `{"a\u00`, `{"a"`, `{"a":1`, `{"a":1}}`, `{"a":1]`, `[1}`,
	"\ufeff{}", "{}\x00", "\v{}", " \t\r\n{}\n", `{"\u0061":1}`, `"\ud83c\udf4e"`, `"\ud83c"`, `"\ud83c\u0041"`, `"\udf4e"`, `NaN`, `Infinity`, `-Infinity`, `1e999`,
	strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
}

// agrees reports whether scan and encoding/json accept the same; where they
// may differ is what the scanner documents.
func agrees(body []byte) bool {
	_, problems, ok := scan(body)
	for _, p := range problems {
		if p.code == codeTooDeep {
			return true
		}
	}
	return ok == json.Valid(body)
}

func TestScanAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, text := range jsonTexts {
		if !agrees([]byte(text)) {
			t.Errorf("%q: encoding/json says %v", text, json.Valid([]byte(text)))
		}
	}
	for _, file := range bodies(t, "testdata/*/*.json") {
		if !agrees(file.body) {
			t.Errorf("%s: encoding/json says %v", file.path, json.Valid(file.body))
		}
	}
}

func TestScanDepth(t *testing.T) {
	t.Parallel()
	for depth, want := range map[int]bool{maxDepth: true, maxDepth + 1: false} {
		body := strings.Repeat(`{"a":`, depth-1) + "[]" + strings.Repeat("}", depth-1)
		if _, _, ok := scan([]byte(body)); ok != want {
			t.Errorf("depth %d: accepted %v, want %v", depth, ok, want)
		}
	}
}

// TestContent compares every string of every file, undone of its escapes, with
// what encoding/json makes of it.
func TestContent(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, file := range append(bodies(t, "testdata/*/*.json"), bodies(t, "../../examples/messages/*.json")...) {
		tape, _, ok := scan(file.body)
		if !ok {
			continue
		}
		for n := range tape.nodes {
			if k := tape.nodes[n].kind; k == kindString || k == kindKey {
				compared++
				compareContent(t, &tape, int32(n))
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d strings compared", compared)
	}
}

func compareContent(t *testing.T, tape *tape, n int32) {
	t.Helper()
	var want string
	if err := json.Unmarshal(tape.raw(n), &want); err != nil {
		t.Fatalf("%s: %v", tape.raw(n), err)
	}
	if got := strings.ToValidUTF8(string(tape.content(n)), "\uFFFD"); got != strings.ReplaceAll(want, "\uFFFD\uFFFD", "\uFFFD") && got != want {
		t.Errorf("%s is %q, want %q", tape.raw(n), got, want)
	}
}

// TestPointer: each value of a body is found again at its pointer.
func TestPointer(t *testing.T) {
	t.Parallel()
	tape, _, ok := scan([]byte(`{"a~/b":[1,{"":[true]},"x"],"c":null,"\u0064/":{}}`))
	if !ok {
		t.Fatal("not scanned")
	}
	var got []string
	for n := range tape.nodes {
		if tape.nodes[n].kind != kindKey {
			got = append(got, tape.pointer(int32(n))+" = "+string(tape.raw(int32(n))))
		}
	}
	want := []string{
		` = {"a~/b":[1,{"":[true]},"x"],"c":null,"\u0064/":{}}`, `/a~0~1b = [1,{"":[true]},"x"]`, `/a~0~1b/0 = 1`,
		`/a~0~1b/1 = {"":[true]}`, `/a~0~1b/1/ = [true]`, `/a~0~1b/1//0 = true`, `/a~0~1b/2 = "x"`, `/c = null`, `/d~1 = {}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestTapeGrows: a body with more nodes than nodesFor guesses.
func TestTapeGrows(t *testing.T) {
	t.Parallel()
	body := []byte(`{"messages":[` + strings.Repeat("[1],", 1000) + `1]}`)
	tape, _, ok := scan(body)
	if !ok || len(tape.nodes) != 2004 {
		t.Errorf("scanned %v with %d nodes, want 2004", ok, len(tape.nodes))
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range jsonTexts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !agrees(body) {
			t.Errorf("%q: encoding/json says %v", body, json.Valid(body))
		}
		tape, problems, ok := scan(body)
		if !ok && len(problems) != 1 {
			t.Errorf("%q: %d problems for a body that is not JSON", body, len(problems))
		}
		for n := range tape.nodes {
			if k := tape.nodes[n].kind; utf8.Valid(body) && (k == kindString || k == kindKey) {
				compareContent(t, &tape, int32(n))
			}
		}
	})
}
