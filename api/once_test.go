package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

type thing struct {
	Name   string `json:"name" required:"true"`
	Secret string `json:"secret,omitempty"`
}

func (t thing) forStorage() any { return thing{Name: t.Name} }
func (thing) location() string  { return "/things/1" }

// newThings has a route that makes things, and fails when err is set.
func newThings(t *testing.T, makes *int, err *error) *frame {
	return newFrame(t, nil, route{post, "/things", access.Admin, "makeThing",
		handle(201, func(_ context.Context, in thing) (thing, error) {
			*makes++
			return thing{fmt.Sprint(in.Name, *makes), "hunter2"}, *err
		}), idempotent})
}

func TestOnce(t *testing.T) {
	t.Parallel()
	var makes int
	var err error
	f := newThings(t, &makes, &err)
	const key = "Idempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324"

	first := f.call("POST", "/things", `{"name": "a"}`, key)
	again := f.call("POST", "/things", `{"name": "a"}`, key)
	if first.Code != 201 || first.Body.String() != `{"name":"a1","secret":"hunter2"}`+"\n" || first.Header().Get("Idempotent-Replayed") != "" {
		t.Errorf("first: %d %v %s", first.Code, first.Header(), first.Body)
	}
	if again.Code != 201 || again.Body.String() != `{"name":"a1"}`+"\n" || again.Header().Get("Idempotent-Replayed") != "true" ||
		again.Header().Get("Location") != "/things/1" || again.Header().Get("Content-Type") != "application/json" {
		t.Errorf("again: %d %v %s", again.Code, again.Header(), again.Body)
	}
	if makes != 1 || len(f.audit.entries) != 1 {
		t.Errorf("made %d times, %d lines in the audit log", makes, len(f.audit.entries))
	}

	for name, c := range map[string]struct{ path, body, code string }{
		"another body":  {"/things", `{"name": "b"}`, "idempotency.reused"},
		"another route": {"/api/v1/api-keys", `{"name": "a"}`, "idempotency.reused"},
	} {
		if p := problemOf(t, f.call("POST", c.path, c.body, key)); p.Code != c.code || p.Status != 422 || p.Errors[0].Pointer != "Idempotency-Key:" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if w := f.call("POST", "/things", `{"name": "a"}`, "Idempotency-Key: another"); w.Code != 201 || makes != 2 {
		t.Errorf("another key: %d, made %d times", w.Code, makes)
	}
	if w := f.call("POST", "/things", `{"name": "a"}`); w.Code != 201 || makes != 3 {
		t.Errorf("no key: %d, made %d times", w.Code, makes)
	}
}

// A request that was refused, or that failed, frees its key.
func TestOnceForgetsFailures(t *testing.T) {
	t.Parallel()
	var makes int
	var err error
	f := newThings(t, &makes, &err)
	for _, c := range []struct {
		body string
		err  error
		code int
	}{
		{`{"title": "a"}`, nil, 422},
		{`{"name": "a"}`, errs.New("key.not_found", "key_1"), 404},
		{`{"name": "a"}`, errors.New("boom"), 500},
		{`{"name": "a"}`, nil, 201},
	} {
		err = c.err
		if w := f.call("POST", "/things", c.body, "Idempotency-Key: k"); w.Code != c.code {
			t.Errorf("%s, %v: %d, want %d", c.body, c.err, w.Code, c.code)
		}
	}
}

func TestOnceWhileItRuns(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil)
	inside, done := make(chan struct{}), make(chan struct{})
	slow := handle(201, func(_ context.Context, in thing) (thing, error) {
		close(inside)
		<-done
		return in, nil
	})
	f.mount([]route{{post, "/slow", access.Admin, "slow", slow, idempotent}})
	finished := make(chan int)
	go func() { finished <- f.call("POST", "/slow", `{"name": "a"}`, "Idempotency-Key: k").Code }()
	<-inside
	w := f.call("POST", "/slow", `{"name": "a"}`, "Idempotency-Key: k")
	if p := problemOf(t, w); p.Code != "idempotency.running" || p.Status != 409 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("the same meanwhile: %+v", p)
	}
	if p := problemOf(t, f.call("POST", "/slow", `{"name": "b"}`, "Idempotency-Key: k")); p.Code != "idempotency.reused" {
		t.Errorf("another meanwhile: %+v", p)
	}
	close(done)
	if code := <-finished; code != 201 {
		t.Errorf("the first: %d", code)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	var makes int
	var err error
	f := newThings(t, &makes, &err)
	for _, bad := range []string{"with space", "ชื่อ", strings.Repeat("x", 256), "tab\there"} {
		if p := problemOf(t, f.call("POST", "/things", `{"name": "a"}`, "Idempotency-Key: "+bad)); p.Code != "idempotency.bad_key" {
			t.Errorf("%.20q: %+v", bad, p)
		}
	}
	if w := f.call("POST", "/things", `{"name": "a"}`, "Idempotency-Key: "+strings.Repeat("~", 255)); w.Code != 201 {
		t.Errorf("255 characters: %d", w.Code)
	}
}

// Parts count, the boundary between them does not: a client draws a new one
// for each try.
func TestOnceForForms(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil, route{post, "/forms", access.Admin, "form", handle(202, readForm), idempotent | streams})
	form1 := func(boundary, text string) (string, string) {
		return "Content-Type: multipart/form-data; boundary=" + boundary,
			"--" + boundary + "\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n{}\r\n" +
				"--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n" + text + "\r\n--" + boundary + "--\r\n"
	}
	call := func(boundary, text string) (int, string) {
		header, body := form1(boundary, text)
		w := f.call("POST", "/forms", body, header, "Idempotency-Key: k")
		return w.Code, w.Header().Get("Idempotent-Replayed") + strings.TrimSpace(w.Body.String())
	}
	const read = `{"in":["options  {}","file a.csv a,b"]}`
	if code, body := call("one", "a,b"); code != 202 || body != read {
		t.Errorf("first: %d %s", code, body)
	}
	if code, body := call("two", "a,b"); code != 202 || body != "true"+read {
		t.Errorf("again with another boundary: %d %s", code, body)
	}
	if code, _ := call("one", "a,c"); code != 422 {
		t.Errorf("another file: %d", code)
	}

	header, body := form1("one", "a,b")
	for name, c := range map[string]struct{ header, body, code string }{
		"broken off":  {header, body[:len(body)-14], "request.incomplete"},
		"in headers":  {header, body[:len(body)-20], "request.bad_form"},
		"in the end":  {header, body[:len(body)-5], "request.incomplete"},
		"not a form":  {header, "hello", "request.bad_form"},
		"no boundary": {"Content-Type: multipart/form-data", body, "request.bad_form"},
	} {
		if p := problemOf(t, f.call("POST", "/forms", c.body, c.header)); p.Code != c.code {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestStreamedAnswersAreNotStored(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil, route{post, "/csv", access.Admin, "csv", gives(writes{first: "a"}), idempotent | streams})
	for range 2 {
		if w := f.call("POST", "/csv", "", "Idempotency-Key: k"); w.Code != 200 || w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	}
}

// What was done is answered even when the store fails afterwards; before, the
// request does not run.
func TestOnceWithABrokenStore(t *testing.T) {
	t.Parallel()
	var makes int
	var err error
	f := newThings(t, &makes, &err)
	f.answers.err = errs.New("database.unavailable")
	if p := problemOf(t, f.call("POST", "/things", `{"name": "a"}`, "Idempotency-Key: k")); p.Code != "database.unavailable" || makes != 0 {
		t.Errorf("%+v, made %d times", p, makes)
	}
	f.audit.err = errors.New("the audit table is full")
	if w := f.call("POST", "/things", `{"name": "a"}`); w.Code != 201 || !strings.Contains(f.log.String(), "the audit table is full") {
		t.Errorf("%d %s", w.Code, f.log)
	}
}

// A request that takes long shows that it is alive; not after its end.
func TestKeepAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var makes int
		var err error
		f := newThings(t, &makes, &err)
		f.answers.touched = make(chan struct{})
		stop := f.keepAlive(t.Context(), access.Claim{})
		<-f.answers.touched
		<-f.answers.touched
		stop()
		synctest.Wait()
		select {
		case f.answers.touched <- struct{}{}:
			t.Error("somebody still listens")
		default:
		}
	})
}

func TestNotes(t *testing.T) {
	t.Parallel()
	tells := handle(200, func(context.Context, struct{}) (story, error) { return story{}, nil })
	f := newFrame(t, nil,
		route{get, "/things/{id}", access.Admin, "readThing", tells, 0},
		route{"PATCH", "/things/{id}", access.Admin, "changeThing", gives(none{}), 0},
		route{post, "/things", access.Admin, "makeThing", tells, 0},
		route{post, "/events", access.Admin, "addEvent", tells, quiet},
		route{post, "/failures", access.Admin, "fail", fails(errs.New("key.not_found", "x")), 0})
	f.call("GET", "/things/t_1", "")
	f.call("POST", "/events", "")
	f.call("POST", "/failures", "")
	f.call("PATCH", "/things/t_1", "", "X-Request-Id: trace-0001")
	f.call("POST", "/things", "", "X-Request-Id: trace-0002")
	want := []access.Entry{
		{Actor: "key_10", Action: "changeThing", Object: "t_1", RequestID: "trace-0001"},
		{Actor: "key_10", Action: "makeThing", Object: "t_2", Detail: []byte(`{"name":"x"}`), RequestID: "trace-0002"},
	}
	if diff := cmp.Diff(want, f.audit.entries); diff != "" {
		t.Error(diff)
	}
}

type story struct{}

func (story) status() int          { return http.StatusAccepted }
func (story) story() (string, any) { return "t_2", map[string]string{"name": "x"} }
