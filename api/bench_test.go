package api

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linecast/linecast/internal/access"
)

// BenchmarkRequest is what the frame costs around a handler that does nothing,
// with keys in memory: one route that reads a body, one that only answers.
func BenchmarkRequest(b *testing.B) {
	read := handle(200, func(_ context.Context, in thing) (thing, error) { return in, nil })
	f := newFrame(b, nil, route{post, "/things", access.UsersWrite, "makeThing", read, quiet})
	for name, c := range map[string]struct{ method, path, body string }{
		"POST":    {"POST", "/things", `{"name": "a", "secret": "b"}`},
		"healthz": {"GET", "/healthz", ""},
		"refused": {"POST", "/things", `{"nam": "a"}`},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
				r.Header.Set("Authorization", "Bearer "+f.keys[access.UsersWrite])
				r.Header.Set("Content-Type", "application/json")
				f.ServeHTTP(httptest.NewRecorder(), r)
				f.log.Reset()
			}
		})
	}
}

// BenchmarkUsersBatch is the API's part of a batch of a thousand users.
func BenchmarkUsersBatch(b *testing.B) {
	users := &fakeUsers{}
	f := newFrame(b, func(d *Deps) { d.Users = users })
	item := `{"user_id": "c-1001", "attributes": {"tier": "gold", "points": 1200, "name": "สมชาย", "tags": ["a", "b"]}}` + "\n"
	body := strings.Repeat(item, 1000)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if w := f.call("POST", "/api/v1/users/batch", body, "Content-Type: application/x-ndjson"); w.Code != 200 {
			b.Fatal(w.Body)
		}
		f.log.Reset()
	}
}
