package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	several := errs.Several("request.invalid", []*errs.Error{
		errs.New("request.required", "name").At("/name"),
		errs.New("request.bad_limit", "x", 200).At("?limit"),
	})
	for name, c := range map[string]struct {
		err    error
		status int
		code   string
		detail string
		errors []problemField
	}{
		"plain": {errs.New("auth.missing"), 401, "auth.missing", "no Authorization header with a Bearer key", nil},
		"wrapped": {fmt.Errorf("postgres.Key(3): %w", errs.New("key.not_found", "key_3")), 404, "key.not_found",
			"no API key key_3", nil},
		"a body that names what is not there": {errs.New("key.not_found", "key_3").At("/key"), 422, "key.not_found", "no API key key_3",
			[]problemField{{Pointer: "/key", Code: "key.not_found", Detail: "no API key key_3"}}},
		"a path that does": {errs.New("key.not_found", "key_3").At("{id}"), 404, "key.not_found", "no API key key_3",
			[]problemField{{Pointer: "{id}", Code: "key.not_found", Detail: "no API key key_3"}}},
		"with a pointer": {errs.New("request.required", "name").At("/name"), 422, "request.required", "name: field is required",
			[]problemField{{Pointer: "/name", Code: "request.required", Detail: "name: field is required"}}},
		"in the author's text": {errs.New("request.malformed", "odd").AtLine(3, 7), 400, "request.malformed",
			"line 3, column 7: the body could not be read as JSON: odd",
			[]problemField{{Code: "request.malformed", Detail: "the body could not be read as JSON: odd", Line: 3, Column: 7}}},
		"several": {several, 422, "request.invalid", "2 fields are invalid", []problemField{
			{Pointer: "/name", Code: "request.required", Detail: "name: field is required"},
			{Pointer: "?limit", Code: "request.bad_limit", Detail: `limit is "x"; it must be a whole number from 1 to 200`}}},
		"one of several": {errs.Several("request.invalid", []*errs.Error{errs.New("request.required", "name").At("/name")}), 422,
			"request.required", "name: field is required",
			[]problemField{{Pointer: "/name", Code: "request.required", Detail: "name: field is required"}}},
		"too large":    {fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1 << 20}), 413, "request.too_large", "the body is larger than 1 MiB", nil},
		"out of time":  {fmt.Errorf("postgres.Keys: %w", context.DeadlineExceeded), 503, "request.timeout", "not finished after 30s", nil},
		"uncatalogued": {errors.New("password=hunter2 at 10.0.0.5"), 500, "internal.error", "something went wrong on our side", nil},
		"unknown code": {errs.New("no.such_code", "hunter2"), 500, "internal.error", "something went wrong on our side", nil},
		"database": {errs.New("database.unavailable").Because(io.ErrUnexpectedEOF), 503, "database.unavailable",
			"the database does not answer", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFrame(t, func(d *Deps) { d.PublicURL = "https://linecast.example.com" },
				route{get, "/x/{id}", access.Admin, "x", fails(c.err), 0})
			w := f.call("GET", "/x/1", "")
			got := problemOf(t, w)
			want := problem{Type: "https://linecast.example.com/docs/errors#" + c.code, Title: got.Title, Status: c.status,
				Code: c.code, Detail: c.detail, Fix: got.Fix, Errors: c.errors, RequestID: got.RequestID, Instance: "/x/1"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if entry, _ := errs.Lookup(c.code); got.Title != entry.Title || got.Fix != entry.Fix {
				t.Errorf("title %q and fix %q are not the catalogue's", got.Title, got.Fix)
			}
			if strings.Contains(w.Body.String(), "hunter2") || strings.Contains(w.Body.String(), "10.0.0.5") {
				t.Errorf("the answer shows what is internal: %s", w.Body)
			}
		})
	}
}

func TestProblemHeaders(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][2]string{
		"auth.unknown":         {"WWW-Authenticate", `Bearer realm="linecast"`},
		"database.unavailable": {"Retry-After", "5"},
		"idempotency.running":  {"Retry-After", "1"},
		"request.too_many":     {"Retry-After", "1"},
		"key.not_found":        {"Retry-After", ""},
	} {
		f := newFrame(t, nil, route{get, "/x", access.Anyone, "x", fails(errs.New(code, "x")), 0})
		if got := f.call("GET", "/x", "").Header().Get(want[0]); got != want[1] {
			t.Errorf("%s: %s is %q, want %q", code, want[0], got, want[1])
		}
	}
}

// What no handler has a part in: unknown routes, methods, and panics.
func TestProblemsOfTheFrame(t *testing.T) {
	t.Parallel()
	boom := handle(200, func(context.Context, struct{}) (none, error) { panic("hunter2") })
	f := newFrame(t, nil, route{get, "/boom", access.Anyone, "boom", boom, 0},
		route{get, "/two/{id}", access.Anyone, "two", handle(200, echoInput[keyID]), 0})
	for _, c := range []struct{ method, path, code string }{
		{"GET", "/nowhere", "route.not_found"},
		{"GET", "/", "route.not_found"},
		{"GET", "/api/v1/api-keys/", "route.not_found"},
		{"GET", "/two/key_1/more", "route.not_found"},
		{"PUT", "/api/v1/api-keys", "route.method"},
		{"BREW", "/api/v1/api-keys", "route.method"},
		{"GET", "/boom", "internal.error"},
		{"HEAD", "/nowhere", "route.not_found"},
	} {
		w := f.call(c.method, c.path, "")
		if p := problemOf(t, w); p.Code != c.code {
			t.Errorf("%s %s: %d %s, want %s", c.method, c.path, w.Code, p.Code, c.code)
		}
		if allow := w.Header().Get("Allow"); (c.code == "route.method") != strings.Contains(allow, "GET") {
			t.Errorf("%s %s: Allow is %q", c.method, c.path, allow)
		}
	}
	if w := f.call("OPTIONS", "/api/v1/api-keys", ""); w.Code != 204 || !strings.Contains(w.Header().Get("Allow"), "POST") {
		t.Errorf("OPTIONS: %d %v", w.Code, w.Header())
	}
}
