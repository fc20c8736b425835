package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linecast/linecast/internal/access"
)

// FuzzRequest sends anything to a route that reads everything an input can
// have. Whatever it is, the answer is the handler's or a problem document that
// blames the sender.
func FuzzRequest(f *testing.F) {
	for _, seed := range []struct{ query, header, media, body string }{
		{"text=a&yes=true&n=5", `"1"`, "application/json", `{"name": "x", "tags": ["a"]}`},
		{"since=2026-12-01T09:00:00Z&campaign=cmp_1&state=a&state=b", "*", "application/json; charset=utf-8", `{}`},
		{"limit=5&cursor=eyJmIjoiIiwiYSI6MX0", `W/"1"`, "text/plain", ``},
		{"%zz=%00", "", "multipart/form-data; boundary=x", "--x\r\n\r\n--x--"},
		{"text=%ff", `"9223372036854775808"`, "application/json", "{\"name\": \"\\ud800\"}"},
	} {
		f.Add(seed.query, seed.header, seed.media, seed.body)
	}
	type all struct {
		everything
		paging
	}
	seen := handle(200, echoInput[all])
	form := handle(200, readForm)
	api := newFrame(f, nil, route{post, "/x/{id}", access.Admin, "x", seen, 0},
		route{post, "/form", access.Admin, "form", form, streams})
	f.Fuzz(func(t *testing.T, query, header, media, body string) {
		api.log.Reset()
		for _, path := range []string{"/x/seg_1", "/form"} {
			r := httptest.NewRequest("POST", path, strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header = map[string][]string{"Authorization": {"Bearer " + api.keys[access.Admin]},
				"If-Match": {header}, "Content-Type": {media}, "X-Request-Id": {header}}
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Fatalf("%s: %d %s\n%s", path, w.Code, w.Body, api.log)
			}
			if w.Code >= 400 {
				problemOf(t, w)
			}
		}
	})
}
