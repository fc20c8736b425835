package api

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

type everything struct {
	ID     ref.Segment   `path:"id" json:"-"`
	Text   string        `query:"text"`
	Yes    bool          `query:"yes"`
	N      int           `query:"n"`
	Since  time.Time     `query:"since"`
	Maybe  *ref.Campaign `query:"campaign"`
	States []string      `query:"state"`
	Match  ifMatch       `header:"If-Match"`
	Name   string        `json:"name"`
	Tags   []string      `json:"tags"`
}

func TestBind(t *testing.T) {
	t.Parallel()
	var got everything
	f := newFrame(t, nil, route{"PATCH", "/x/{id}", access.Admin, "x",
		handle(200, func(_ context.Context, in everything) (none, error) { got = in; return none{}, nil }), 0})
	campaign := ref.Campaign(7)
	for _, c := range []struct {
		path, body string
		headers    []string
		want       everything
	}{
		{"/x/seg_4", "", nil, everything{ID: 4}},
		{"/x/seg_4", "{}", []string{"Content-Type: application/json; charset=UTF-8"}, everything{ID: 4}},
		{"/x/%73eg_4?text=a%20%26%E0%B8%8A&yes=true&n=-5&since=2026-12-01T09:00:00Z&campaign=cmp_7&state=a&state=b",
			`{"name": "ชื่อ", "tags": ["x"]}`, []string{`If-Match: "12"`},
			everything{ID: 4, Text: "a &ช", Yes: true, N: -5, Since: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
				Maybe: &campaign, States: []string{"a", "b"}, Match: 12, Name: "ชื่อ", Tags: []string{"x"}}},
	} {
		got = everything{}
		w := f.call("PATCH", c.path, c.body, c.headers...)
		if diff := cmp.Diff(c.want, got); w.Code != 204 || diff != "" {
			t.Errorf("%s: %d %s\n%s", c.path, w.Code, w.Body, diff)
		}
	}
}

// A part of the path reaches the handler decoded once, whatever it holds.
func TestPathValues(t *testing.T) {
	t.Parallel()
	type in struct {
		ID string `path:"id"`
	}
	var got string
	f := newFrame(t, nil, route{get, "/x/{id}", access.Admin, "x",
		handle(200, func(_ context.Context, in in) (none, error) { got = in.ID; return none{}, nil }), 0})
	for path, want := range map[string]string{
		"/x/plain": "plain", "/x/user:a@b.c": "user:a@b.c", "/x/a%2Fb": "a/b", "/x/a%252Fb": "a%2Fb",
		"/x/a%25": "a%", "/x/%E0%B8%8A%2F": "ช/", "/x/a+b": "a+b", "/x/a%20b": "a b", "/x/..": "..",
	} {
		got = ""
		if w := f.call("GET", path, ""); w.Code != 204 || got != want {
			t.Errorf("%s: %d, read as %q, want %q", path, w.Code, got, want)
		}
	}
	for path, code := range map[string]string{
		"/x/a/b": "route.not_found", "/x/%FF": "request.bad_value", "/x/a%00": "request.bad_value", "/x/": "route.not_found",
	} {
		if p := problemOf(t, f.call("GET", path, "")); p.Code != code {
			t.Errorf("%s: %s, want %s", path, p.Code, code)
		}
	}
}

func TestBindRefuses(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil, route{"PATCH", "/x/{id}", access.Admin, "x", handle(200, echoInput[everything]), 0})
	for query, want := range map[string]string{
		"txet=1":                   "request.unknown_parameter ?txet",
		"yes=1":                    "request.bad_value ?yes",
		"n=5.0":                    "request.bad_value ?n",
		"n=":                       "request.bad_value ?n",
		"n=99999999999999999999":   "request.bad_value ?n",
		"since=yesterday":          "request.bad_value ?since",
		"campaign=seg_1":           "request.bad_id ?campaign",
		"text=1&text=2":            "request.bad_value ?text",
		"text=%00":                 "request.bad_value ?text",
		"text=%FF":                 "request.bad_value ?text",
		"yes=no&n=x&state=a&a=1":   "request.unknown_parameter ?a, request.bad_value ?yes, request.bad_value ?n",
		"yes=true&campaign=cmp_07": "request.bad_id ?campaign",
	} {
		p := problemOf(t, f.call("PATCH", "/x/seg_4?"+query, "{}"))
		var got []string
		for _, e := range p.Errors {
			got = append(got, e.Code+" "+e.Pointer)
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	if p := problemOf(t, f.call("PATCH", "/x/seg_x?txet=1", "{}")); p.Code != "request.invalid" || p.Errors[1].Pointer != "{id}" ||
		!strings.Contains(p.Errors[0].Detail, `did you mean "text"?`) {
		t.Errorf("two at once: %+v", p)
	}
	if p := problemOf(t, f.call("PATCH", "/x/seg_4", "{}", "If-Match: 12")); p.Code != "version.bad_if_match" || p.Errors[0].Pointer != "If-Match:" {
		t.Errorf("If-Match without quotes: %+v", p)
	}
	if p := problemOf(t, f.call("PATCH", "/x/seg_4", `{"nam": 1, "tags": 5}`)); p.Code != "request.invalid" || p.Errors[0].Pointer != "/nam" {
		t.Errorf("body: %+v", p)
	}
}

func TestRoutesForEverybodyTakeAnyQuery(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil)
	if w := f.call("GET", "/healthz?probe=1", "", "Authorization"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	var read string
	type raw struct {
		Body *content `body:"text/csv,application/x-ndjson"`
	}
	type fields struct {
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}
	f := newFrame(t, nil,
		route{post, "/json", access.Admin, "json", handle(200, echoInput[fields]), 0},
		route{post, "/bytes", access.Admin, "bytes", handle(200, func(_ context.Context, in struct {
			Body []byte `body:"application/json"`
		}) (none, error) {
			if string(in.Body) != "{\"a\": 1, \"a\": 2}" {
				t.Errorf("the handler has %s", in.Body)
			}
			return none{}, nil
		}), 0},
		route{post, "/bare", access.Admin, "bare", handle(200, echoInput[struct{}]), 0},
		route{post, "/raw", access.Admin, "raw", handle(200, func(_ context.Context, in raw) (none, error) {
			b, err := io.ReadAll(in.Body)
			read = in.Body.Media + " " + string(b)
			return none{}, err
		}), streams})
	big := `{"name": "` + strings.Repeat("x", bodyLimit) + `"}`
	for _, c := range []struct{ path, body, header, code string }{
		{"/json", `{}`, "Content-Type: text/plain", "request.media_type"},
		{"/json", `{}`, "Content-Type", "request.media_type"},
		{"/json", `{}`, "Content-Type: application/json; charset=latin1", "request.media_type"},
		{"/json", `{}`, "Content-Type: application/json; charset", "request.media_type"},
		{"/json", `{}`, "Content-Encoding: gzip", "request.media_type"},
		{"/json", big, "", "request.too_large"},
		{"/json", `{} {}`, "", "request.malformed"},
		{"/json", `[]`, "", "request.wrong_type"},
		{"/bytes", `{"a": 1, "a": 2}`, "", ""},
		{"/bytes", big, "", "request.too_large"},
		{"/bytes", `{}`, "Content-Type: text/csv", "request.media_type"},
		{"/bare", `{"reason": "x"}`, "", "request.unknown_field"},
		{"/bare", `{}`, "", ""},
		{"/bare", ``, "", ""},
		{"/raw", `a,b`, "Content-Type: application/json", "request.media_type"},
		{"/raw", `a,b`, "Content-Type: text/csv; header=present", ""},
		{"/raw", strings.Repeat("x", 2*bodyLimit), "Content-Type: application/x-ndjson", ""},
	} {
		w := f.call("POST", c.path, c.body, c.header)
		if c.code == "" && w.Code >= 300 {
			t.Errorf("%s %.40s %s: %d %s", c.path, c.body, c.header, w.Code, w.Body)
		} else if c.code != "" {
			if p := problemOf(t, w); p.Code != c.code {
				t.Errorf("%s %.40s %s: %s, want %s", c.path, c.body, c.header, p.Code, c.code)
			}
		}
	}
	if want := "application/x-ndjson " + strings.Repeat("x", 2*bodyLimit); read != want {
		t.Errorf("the handler read %d bytes, want %d", len(read), len(want))
	}
}

func TestPlanOf(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("an input that takes its body twice is no mistake")
		}
	}()
	handle(200, echoInput[struct {
		Body *content        `body:"text/csv"`
		Raw  json.RawMessage `json:"raw"`
	}])
}
