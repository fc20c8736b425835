package strictjson_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/strictjson"
	"github.com/linecast/linecast/ref"
)

func Example() {
	var in struct {
		Name  string `json:"name" required:"true"`
		Limit int    `json:"limit"`
	}
	err := strictjson.Decode([]byte(`{"nam": "x", "limit": "5"}`), &in)
	for _, e := range errs.From(err).Fields {
		fmt.Println(e)
	}
	// Output:
	// request.unknown_field: /nam: unknown field "nam", did you mean "name"?
	// request.wrong_type: /limit: expected whole number, got string
	// request.required: /name: name: field is required
}

type base struct {
	Note string `json:"note"`
}

type doc struct {
	base
	ID    ref.Campaign     `json:"id"`
	Name  string           `json:"name" required:"true"`
	N     int              `json:"n"`
	Small int8             `json:"small"`
	F     float64          `json:"f"`
	Flag  bool             `json:"flag"`
	At    time.Time        `json:"at"`
	Until *time.Time       `json:"until"`
	Tags  []string         `json:"tags"`
	Raw   json.RawMessage  `json:"raw"`
	Any   any              `json:"any"`
	Sub   *struct{ A int } `json:"-"`
	Inner inner            `json:"inner"`
	List  []inner          `json:"list"`
	Table map[string]int   `json:"table"`
	Param string           // no tag: not part of the document
}

type inner struct {
	A int     `json:"a"`
	B *string `json:"b"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	text := `{"name": "ชื่อ 😀 \ud83d\ude00 \" \\u0000", "id": "cmp_42", "n": -7, "small": 127, "f": 1e3, "flag": true,
	  "at": "2026-12-01T09:00:00Z", "until": null, "tags": ["a", ""], "raw": {"z": 1, "a": "\u0000` + "\xff" + `", "z": 2.50}, "any": [1, {}],
	  "inner": {"a": 1, "b": null}, "list": [{"b": "x"}, {}], "table": {"x/y": 1}, "note": "n"}`
	b := "x"
	want := doc{base: base{"n"}, Name: `ชื่อ 😀 😀 " \u0000`, ID: 42, N: -7, Small: 127, F: 1000, Flag: true,
		At: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), Tags: []string{"a", ""},
		Raw: json.RawMessage(`{"z": 1, "a": "\u0000` + "\xff" + `", "z": 2.50}`), Any: []any{1.0, map[string]any{}},
		Inner: inner{A: 1}, List: []inner{{B: &b}, {}}, Table: map[string]int{"x/y": 1}}
	var got doc
	err := strictjson.Decode([]byte(text), &got)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(doc{}, base{})); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		// not JSON
		``:                               "request.malformed: the body could not be read as JSON: the body is empty",
		" \n ":                           "request.malformed: the body could not be read as JSON: the body is empty",
		`{"name": }`:                     "request.malformed: line 1, column 10: the body could not be read as JSON: invalid character '}' looking for beginning of value",
		"{\n\"ชื่อ\": 1,\n}":             "request.malformed: line 3, column 1: the body could not be read as JSON: invalid character '}' looking for beginning of object key string",
		`{"name": "x"} {}`:               "request.malformed: line 1, column 15: the body could not be read as JSON: invalid character '{' after top-level value",
		`{"name": "x"`:                   "request.malformed: line 1, column 12: the body could not be read as JSON: unexpected end of JSON input",
		"{\"name\": \"é\xff\"}":          "request.bad_value: /name: \"é\ufffd\": it is not valid UTF-8",
		"{\"\xff\": 1, \"name\": \"x\"}": `request.invalid: 2 fields are invalid`,
		"\ufeff{\"name\": \"x\"}":        "request.malformed: line 1, column 1: the body could not be read as JSON: invalid character 'ï' looking for beginning of value",
		// not this document
		`[]`:     "request.wrong_type: expected object, got array",
		`null`:   "request.wrong_type: expected object, got null",
		`"name"`: "request.wrong_type: expected object, got string",
		`{}`:     "request.required: /name: name: field is required",
	} {
		var got doc
		if err := strictjson.Decode([]byte(text), &got); err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
}

// Each text stands in for a field of an otherwise good document.
func TestDecodeRefusesFields(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		`"name": ""`:                       "request.required: /name: name: field is required",
		`"name": null`:                     "request.required: /name: name: field is required",
		`"name": 5`:                        "request.wrong_type: /name: expected string, got number",
		`"Name": "x"`:                      `request.unknown_field: /Name: unknown field "Name", did you mean "name"?`,
		`"Param": "x"`:                     `request.unknown_field: /Param: unknown field "Param"; known are any, at, f, flag`,
		`"a/b~c": 1`:                       `request.unknown_field: /a~1b~0c: unknown field "a/b~c"`,
		`"n": 1, "n": 2`:                   "request.bad_value: /n: n: the name stands twice in one object",
		`"n": 1, "\u006e": 2`:              "request.bad_value: /n: n: the name stands twice in one object",
		`"n": "1"`:                         "request.wrong_type: /n: expected whole number, got string",
		`"n": 1.0`:                         "request.wrong_type: /n: expected whole number, got 1.0",
		`"n": 1e3`:                         "request.wrong_type: /n: expected whole number, got 1e3",
		`"n": 9223372036854775808`:         "request.wrong_type: /n: expected whole number, got 9223372036854775808",
		`"n": null`:                        "request.wrong_type: /n: expected whole number, got null",
		`"small": 128`:                     "request.wrong_type: /small: expected whole number, got 128",
		`"f": 1e400`:                       "request.wrong_type: /f: expected number, got 1e400",
		`"flag": 1`:                        "request.wrong_type: /flag: expected boolean, got number",
		`"flag": "true"`:                   "request.wrong_type: /flag: expected boolean, got string",
		`"id": "run_42"`:                   `request.bad_id: /id: "run_42" is not an id of this kind; it should look like cmp_42`,
		`"id": 42`:                         "request.wrong_type: /id: expected string, got number",
		`"id": null`:                       "request.wrong_type: /id: expected string, got null",
		`"at": "tomorrow"`:                 `request.bad_value: /at: "tomorrow": not a value of this field`,
		`"at": 5`:                          `request.bad_value: /at: 5: not a value of this field`,
		`"tags": "a"`:                      "request.wrong_type: /tags: expected array, got string",
		`"tags": ["a", 1]`:                 "request.wrong_type: /tags/1: expected string, got number",
		`"tags": null`:                     "request.wrong_type: /tags: expected array, got null",
		`"inner": {"b": 5}`:                "request.wrong_type: /inner/b: expected string, got number",
		`"list": [{}, {"c": 1}]`:           `request.unknown_field: /list/1/c: unknown field "c"`,
		`"table": {"x/y": "1"}`:            "request.wrong_type: /table/x~1y: expected whole number, got string",
		`"table": {"a": 1, "a": 2}`:        "request.bad_value: /table/a: a: the name stands twice in one object",
		`"note": "a\u0000b"`:               `request.bad_value: /note: "a\u0000b": the character U+0000 cannot be stored`,
		`"note": "\ud83d"`:                 `request.bad_value: /note: "\ud83d": half of a surrogate pair is not a character`,
		`"note": "\ude00\ud83d"`:           `request.bad_value: /note: "\ude00\ud83d": half of a surrogate pair`,
		`"note": "\ud83d\u0041"`:           `request.bad_value: /note: "\ud83d\u0041": half of a surrogate pair`,
		`"any": [{"a": {"b": 1, "b": 2}}]`: "request.bad_value: /any/0/a/b: b: the name stands twice in one object",
		`"any": {"a": ["\u0000"]}`:         `request.bad_value: /any/a/0: "\u0000": the character U+0000 cannot be stored`,
		`"table": {"\u0000": 1}`:           `request.bad_value: /table: "\u0000": the character U+0000 cannot be stored`,
	} {
		text := `{"name": "x", ` + field + `}`
		if strings.HasPrefix(field, `"name"`) {
			text = `{` + field + `}`
		}
		var got doc
		err := strictjson.Decode([]byte(text), &got)
		if e := errs.From(err); e == nil || len(e.Fields) != 1 || !strings.HasPrefix(e.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestDecodeNamesEverything(t *testing.T) {
	t.Parallel()
	var got doc
	err := strictjson.Decode([]byte(`{"n": "x", "tags": [1, "a", 2], "tiers": {"deep": [1]}, "inner": {"a": true}}`), &got)
	var pointers []string
	for _, e := range errs.From(err).Fields {
		pointers = append(pointers, e.Code+" "+e.Pointer)
	}
	want := []string{"request.wrong_type /n", "request.wrong_type /tags/0", "request.wrong_type /tags/2",
		"request.unknown_field /tiers", "request.wrong_type /inner/a", "request.required /name"}
	if diff := cmp.Diff(want, pointers); diff != "" || !errs.Is(err, "request.invalid") {
		t.Errorf("%v\n%s", err, diff)
	}

	hostile := `{"tags": [` + strings.Repeat("1,", 10_000) + `1]}`
	if n := len(errs.From(strictjson.Decode([]byte(hostile), &got)).Fields); n != 50 {
		t.Errorf("a hostile document gets %d complaints, want 50", n)
	}
}

func TestHasFields(t *testing.T) {
	t.Parallel()
	type params struct{ ID string }
	for value, want := range map[any]bool{doc{}.Inner: true, params{}: false, struct{ base }{}: true, struct{}{}: false} {
		if got := strictjson.HasFields(reflect.TypeOf(value)); got != want {
			t.Errorf("%T: got %v", value, got)
		}
	}
}

// What Decode takes, encoding/json must take too and read the same; what is
// not JSON for encoding/json must not be for Decode.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"name":"x"}`, `{"name":"x","raw":[{"a":"\\\""}],"tags":["\ud83d\ude00"]}`,
		`{"table":{"a":1},"list":[{"a":1,"b":null}]}`, ` [ ] `, `{"a":`, `"\u00`, `{"name":"\u0000"}`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var strict, plain doc
		err := strictjson.Decode(text, &strict)
		plainErr := json.Unmarshal(text, &plain)
		switch {
		case err == nil && (plainErr != nil || !reflect.DeepEqual(strict, plain)):
			t.Errorf("%q: strict reads %+v, encoding/json %+v, %v", text, strict, plain, plainErr)
		case err != nil && !json.Valid(text) && !errs.Is(err, "request.malformed"):
			t.Errorf("%q is not JSON, but: %v", text, err)
		}
	})
}
