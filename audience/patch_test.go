package audience

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// codes lists what is wrong: "pointer code" for each mistake.
func codes(err error) []string {
	if err == nil {
		return nil
	}
	e := errs.From(err)
	if len(e.Fields) == 0 {
		return []string{strings.TrimSpace(e.Pointer + " " + e.Code)}
	}
	var list []string
	for _, f := range e.Fields {
		list = append(list, strings.TrimSpace(f.Pointer+" "+f.Code))
	}
	return list
}

func TestParsePatch(t *testing.T) {
	t.Parallel()
	got, err := ParsePatch([]byte(`{"line_id": "` + lineA + `", "user_id": null,
		"attributes": {"name": "สมชาย \u3042\/\u0001", "points": 12.50, "big": 9007199254740993, "e": 1.5e3, "vip": true,
			"old": null, "tags": ["a", 2], "where": {"zip": "100", "city": "東京", "gone": null}},
		"add": {"tags": ["b"]}, "remove": {"tags": []}}`))
	want := Patch{LineID: lineA,
		Attributes: []Attribute{{"name", `"สมชาย あ/\u0001"`}, {"points", "12.50"}, {"big", "9007199254740993"}, {"e", "1500"}, {"vip", "true"},
			{"old", ""}, {"tags", `["a",2]`}, {"where", `{"zip":"100","city":"東京"}`}},
		Add: []Attribute{{"tags", `["b"]`}}, Remove: []Attribute{{"tags", "[]"}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestParsePatchRefuses(t *testing.T) {
	t.Parallel()
	attribute := func(value string) string { return `{"user_id":"a","attributes":{"x":` + value + `}}` }
	for in, want := range map[string][]string{
		``:                                  {"request.malformed"},
		`{"user_id":"a"`:                    {"request.malformed"},
		`[]`:                                {"request.wrong_type"},
		`"a"`:                               {"request.wrong_type"},
		`{}`:                                {"user.no_id"},
		`{"user_id":null,"line_id":null}`:   {"user.no_id"},
		`{"user_id":""}`:                    {"/user_id user.bad_user_id"},
		`{"user_id":12}`:                    {"/user_id request.wrong_type"},
		`{"user_id":"a\u0000"}`:             {"/user_id user.bad_text"},
		`{"user_id":"a\u0007"}`:             {"/user_id user.bad_user_id"},
		`{"line_id":"Ann"}`:                 {"/line_id user.bad_line_id"},
		`{"user_id":"a","user_id":"b"}`:     {"/user_id request.bad_value"},
		`{"user_id":"a","attribute":{}}`:    {"/attribute request.unknown_field"},
		`{"user_id":"a","attributes":[]}`:   {"/attributes request.wrong_type"},
		`{"user_id":"a","attributes":null}`: {"/attributes request.wrong_type"},
		`{"user_id":"a","add":{"t":"x"}}`:   {"/add/t request.wrong_type"},
		`{"user_id":"a","add":{"t":[{}]}}`:  {"/add/t/0 user.bad_element"},
		attribute(`"\u0000"`):               {"/attributes/x user.bad_text"},
		attribute(`"\ud800"`):               {"/attributes/x user.bad_text"},
		attribute(`"\udc00\ud800"`):         {"/attributes/x user.bad_text"},
		attribute("\"\xff\""):               {"/attributes/x user.bad_text"},
		attribute(`1e400`):                  {"/attributes/x user.bad_number"},
		attribute(`1e39`):                   nil,
		attribute(strings.Repeat("9", 41)):  {"/attributes/x user.bad_number"},
		attribute(`[1,"a",true]`):           {"/attributes/x/2 user.bad_element"},
		attribute(`[null]`):                 {"/attributes/x/0 user.bad_element"},
		attribute(`[["a"]]`):                {"/attributes/x/0 user.bad_element"},
		attribute(`{"a":{"b":1}}`):          {"/attributes/x/a user.too_deep"},
		attribute(`{"a":[1]}`):              {"/attributes/x/a user.too_deep"},
		attribute(`{"a":1,"a":2}`):          {"/attributes/x/a user.duplicate_attribute"},
		attribute(`{"":1}`):                 {"/attributes/x/ user.bad_name"},
		attribute(`{"a":"\ud800"}`):         {"/attributes/x/a user.bad_text"},
		attribute(`"` + strings.Repeat("x", MaxValueBytes-2) + `"`):                                        nil,
		attribute(`"` + strings.Repeat("x", MaxValueBytes-1) + `"`):                                        {"/attributes/x user.value_too_large"},
		`{"user_id":"a","attributes":{"x":1,"x":2}}`:                                                       {"/attributes/x user.duplicate_attribute"},
		`{"user_id":"a","attributes":{"":1}}`:                                                              {"/attributes/ user.bad_name"},
		`{"user_id":"a","attributes":{"line_id":"x"}}`:                                                     {"/attributes/line_id user.bad_name"},
		`{"user_id":"a","attributes":{"a/b~c\u0001":1}}`:                                                   {"/attributes/a~1b~0c\ufffd user.bad_name"},
		`{"user_id":"a","attributes":{"` + strings.Repeat("ก", MaxName) + `":1}}`:                          nil,
		`{"user_id":"a","attributes":{"` + strings.Repeat("x", MaxName+1) + `":1}}`:                        {"/attributes/" + strings.Repeat("x", 64) + "… user.bad_name"},
		`{"line_id":"x","attributes":{"a":"\u0000","b":1e400},"nope":1}`:                                   {"/line_id user.bad_line_id", "/attributes/a user.bad_text", "/attributes/b user.bad_number", "/nope request.unknown_field"},
		`{"user_id":"a","attributes":{"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`: {"/attributes/x/0 user.bad_element"},
		attribute(`"` + strings.Repeat("x", maxPatchBytes) + `"`):                                          {"request.too_large"},
	} {
		_, err := ParsePatch([]byte(in))
		got := codes(err)
		if strings.Contains(in, `\u0001`) {
			got = []string{strings.ReplaceAll(strings.Join(got, ""), "\u0001", "\ufffd")}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.80s: %s", in, diff)
		}
	}
}

func TestParsePatchNamesThePlace(t *testing.T) {
	t.Parallel()
	_, err := ParsePatch([]byte("{\"user_id\": \"ก\",\n  \"x\" 1}"))
	if want := "request.malformed: line 2, column 7: the body could not be read as JSON: invalid character '1' after object key"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// checkCanonical fails unless v is JSON and reads back as itself.
func checkCanonical(t testing.TB, v Value) {
	t.Helper()
	if v == "" {
		return
	}
	if !json.Valid([]byte(v)) {
		t.Fatalf("%q is not JSON", v)
	}
	w := walker{src: string(v)}
	w.next()
	again, err := w.value()
	if err != nil || again != v || w.pos != len(v) {
		t.Fatalf("%q reads back as %q, %v", v, again, err)
	}
}

// Whatever bytes come in, there is an answer, and what is accepted is JSON that
// PostgreSQL takes.
func FuzzParsePatch(f *testing.F) {
	for _, seed := range []string{
		`{"user_id":"a","attributes":{"x":[1,"a"],"y":{"z":null}},"add":{"t":["\ud83d\ude00"]}}`,
		`{"line_id":"` + lineA + `","attributes":{"x":-0.0e-5}}`, `{"user_id":"\ud800"}`, "{\"user_id\":\"\xff\"}", `{"attributes":{"a":{"b":[{}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ParsePatch(raw)
		if err != nil {
			if errs.Is(err, "internal.error") || errs.From(err).Title() == "" {
				t.Fatal(err)
			}
			return
		}
		for _, list := range [][]Attribute{p.Attributes, p.Add, p.Remove} {
			for _, a := range list {
				checkCanonical(t, a.Value)
			}
		}
		NewBook(1).Apply(&p)
	})
}

func TestValueType(t *testing.T) {
	t.Parallel()
	for v, want := range map[Value]Type{
		`"gold"`: String, `""`: String, `12`: Number, `-1.5`: Number, `true`: Bool, `false`: Bool, `[]`: Array, `{}`: Object,
		`"2026-01-31"`: Datetime, `"2026-01-31T10:00:00Z"`: Datetime, `"2026-01-31T10:00:00.5+09:00"`: Datetime,
		`"2026-02-31"`: String, `"2026-01-31 10:00:00"`: String, `"2026-01-31T10:00:00"`: String, `"1234-56-78"`: String,
	} {
		if got := v.Type(); got != want {
			t.Errorf("%s: got %s, want %s", v, got, want)
		}
	}
	if _, err := ParseType("text"); !errs.Is(err, "attribute.bad_type") {
		t.Error(err)
	}
	if !String.Accepts(Datetime) || Datetime.Accepts(String) || !Number.Accepts(Number) {
		t.Error("a datetime is a string, a string is no datetime")
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct {
		key  Key
		code string
	}{
		"usr_42":        {Key{ID: 42}, ""},
		"line:" + lineA: {Key{LineID: lineA}, ""},
		"user:c 1/ก":    {Key{UserID: "c 1/ก"}, ""},
		"line:somchai":  {Key{}, "user.bad_line_id"},
		"user:":         {Key{}, "user.bad_user_id"},
		"42":            {Key{}, "request.bad_id"},
		"cmp_42":        {Key{}, "request.bad_id"},
	} {
		got, err := ParseKey(in)
		if want.code != "" && !errs.Is(err, want.code) || want.code == "" && (err != nil || got != want.key || got.String() != in) {
			t.Errorf("%s: got %+v, %v", in, got, err)
		}
	}
}

func ExampleParsePatch() {
	patch, _ := ParsePatch([]byte(`{"user_id": "c-1024", "attributes": {"points": 12.50, "nickname": null}}`))
	fmt.Println(patch.UserID, patch.Attributes)

	_, err := ParsePatch([]byte(`{"line_id": "@shop", "attributes": {"tags": ["a", true]}}`))
	for _, mistake := range errs.From(err).Fields {
		fmt.Println(mistake)
	}
	// Output:
	// c-1024 [{points 12.50} {nickname }]
	// user.bad_line_id: /line_id: line_id "@shop": it looks like the searchable id of an account (@…); LINE user ids are not shown in LINE's apps
	// user.bad_element: /attributes/tags/1: an array may hold strings and numbers only, not boolean
}
