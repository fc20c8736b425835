package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

type made struct {
	Name string `json:"name"`
}

func (made) status() int      { return 201 }
func (made) version() int     { return 3 }
func (made) location() string { return "/made/1" }

type writes struct {
	first, then string
	err         error
}

func (writes) mediaType() string { return "text/csv; charset=utf-8" }
func (s writes) writeTo(_ context.Context, w *stream) error {
	if _, err := io.WriteString(w, s.first); s.first != "" && err != nil {
		return err
	}
	if s.err != nil {
		return s.err
	}
	_, err := io.WriteString(w, s.then)
	return err
}

func gives[Out any](out Out) endpoint {
	return handle(200, func(context.Context, struct{}) (Out, error) { return out, nil })
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil,
		route{get, "/made", access.Admin, "made", gives(made{"<&>ชื่อ"}), 0},
		route{get, "/none", access.Admin, "none", gives(none{}), 0},
		route{get, "/file", access.Admin, "file", gives(file{"text/plain", []byte("x")}), 0},
		route{get, "/csv", access.Admin, "csv", gives(writes{first: "a,b\n", then: "1,2\n"}), streams},
		route{get, "/csv0", access.Admin, "csv0", gives(writes{}), streams},
		route{get, "/unencodable", access.Admin, "unencodable", gives(map[string]any{"f": func() {}}), 0})

	w := f.call("GET", "/made", "")
	if w.Code != 201 || w.Body.String() != `{"name":"<&>ชื่อ"}`+"\n" || w.Header().Get("Content-Type") != "application/json" ||
		w.Header().Get("ETag") != `"3"` || w.Header().Get("Location") != "/made/1" {
		t.Errorf("made: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := f.call("GET", "/none", ""); w.Code != 204 || w.Body.Len() != 0 || w.Header().Get("Content-Type") != "" {
		t.Errorf("none: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := f.call("GET", "/file", ""); w.Body.String() != "x" || w.Header().Get("Content-Type") != "text/plain" {
		t.Errorf("file: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := f.call("GET", "/csv", ""); w.Code != 200 || w.Body.String() != "a,b\n1,2\n" || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("csv: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := f.call("GET", "/csv0", ""); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("empty csv: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := f.call("HEAD", "/csv", ""); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("HEAD csv: %d %s", w.Code, w.Body)
	}
	if p := problemOf(t, f.call("GET", "/unencodable", "")); p.Code != "internal.error" {
		t.Errorf("unencodable: %+v", p)
	}
}

// An error before the first byte is a problem document; after it, the
// connection breaks, so that half a file does not pass for a whole one.
func TestStreamsThatFail(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil,
		route{get, "/early", access.Admin, "early", gives(writes{err: errs.New("database.unavailable")}), streams},
		route{get, "/late", access.Admin, "late", gives(writes{first: strings.Repeat("a,b\n", 10_000), err: errors.New("the database ended")}), streams},
		route{get, "/panics", access.Admin, "panics", handle(200, func(context.Context, struct{}) (panics, error) { return panics{}, nil }), streams})
	if p := problemOf(t, f.call("GET", "/early", "")); p.Code != "database.unavailable" {
		t.Errorf("early: %+v", p)
	}
	server := httptest.NewServer(f)
	defer server.Close()
	for _, path := range []string{"/late", "/panics"} {
		req, err := http.NewRequest("GET", server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+f.keys[access.Admin])
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 200 || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %d, %d bytes, %v; want it to break off", path, answer.StatusCode, len(body), err)
		}
	}
	if n := strings.Count(f.log.String(), "the database ended"); n != 1 {
		t.Errorf("the cause stands in the log %d times", n)
	}
}

type panics struct{}

func (panics) mediaType() string { return "text/csv" }
func (panics) writeTo(_ context.Context, w *stream) error {
	if _, err := w.Write(make([]byte, 10_000)); err != nil {
		return err
	}
	panic("in the middle")
}
