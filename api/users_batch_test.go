package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200<<10)
	for text, want := range map[string][]string{
		"":                                  nil,
		"\n\n \r\n":                         nil,
		"a\nb\n":                            {"a", "b"},
		"a\r\n\r\n  b  ":                    {"a", "b"},
		long + "\n" + long + "\nc":          {long, long, "c"},
		strings.Repeat(long, 5) + "\nafter": {strings.Repeat(long, 3), "after"}, // lineLimit is 600 KiB
	} {
		for name, from := range map[string]io.Reader{"whole": strings.NewReader(text), "bytes": iotest.OneByteReader(strings.NewReader(text))} {
			var got []string
			l := newLines(from)
			for {
				line, err := l.next()
				if err != nil {
					if !errors.Is(err, io.EOF) {
						t.Error(err)
					}
					break
				}
				got = append(got, string(line))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %.20q: %d lines, want %d", name, text, len(got), len(want))
			}
		}
	}
}

// The beginning of a line whose rest never came is not an item.
func TestLinesBrokenOff(t *testing.T) {
	t.Parallel()
	broken := errs.New("request.incomplete")
	l := newLines(io.MultiReader(strings.NewReader("{}\n{}"), iotest.ErrReader(broken)))
	if line, err := l.next(); string(line) != "{}" || err != nil {
		t.Errorf("%s, %v", line, err)
	}
	if line, err := l.next(); line != nil || !errors.Is(err, broken) {
		t.Errorf("%s, %v", line, err)
	}
}

func TestSpool(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, 1, 9, 10, 11, 1000} {
		s := &spool{limit: limit}
		var want strings.Builder
		for i := range 20 {
			text := fmt.Sprintf("line %d\n", i)
			want.WriteString(text)
			if n, err := io.WriteString(s, text); n != len(text) || err != nil {
				t.Fatal(n, err)
			}
		}
		var got strings.Builder
		if _, err := s.WriteTo(&got); err != nil || got.String() != want.String() {
			t.Errorf("limit %d: %q, %v", limit, got.String(), err)
		}
		if (s.file != nil) != (limit < want.Len()) {
			t.Errorf("limit %d: file %v", limit, s.file)
		}
		if s.file != nil {
			if _, err := os.Stat(s.file.Name()); !os.IsNotExist(err) {
				t.Errorf("its file has a name: %v", err)
			}
		}
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	}
}

// fakeUsers creates everybody, with ids from 1, and fails from the call
// numbered failAt on.
type fakeUsers struct {
	Users
	calls  []int // patches of each call
	failAt int
	n      ref.User
}

func (f *fakeUsers) UpsertUsers(_ context.Context, patches []audience.Patch, _ audience.Source) ([]audience.Result, error) {
	f.calls = append(f.calls, len(patches))
	if len(f.calls) == f.failAt {
		return nil, errs.New("database.unavailable")
	}
	var results []audience.Result
	for _, p := range patches {
		f.n++
		r := audience.Result{Status: audience.Created, ID: f.n}
		if p.UserID == "taken" {
			r = audience.Result{Status: audience.Rejected, Err: errs.New("user.line_id_taken", "U1", "x").At("/line_id")}
		}
		results = append(results, r)
	}
	return results, nil
}

func newUsers(t *testing.T, failAt int) (*frame, *fakeUsers) {
	users := &fakeUsers{failAt: failAt}
	return newFrame(t, func(d *Deps) { d.Users = users }), users
}

func TestUsersBatch(t *testing.T) {
	t.Parallel()
	f, users := newUsers(t, 0)
	items := []string{`{"user_id": "a"}`, `{"user_id": 5}`, `{"user_id": "taken"}`, "{\"user_id\": \"\xff\"}", `{"user_id": "b"}`}
	rejected := func(index int, code string) string {
		entry, _ := errs.Lookup(code)
		return fmt.Sprintf(`{"index":%d,"status":"rejected","error":{"code":%q`, index, code) + " " + entry.Fix
	}
	want := []string{`{"index":0,"status":"created","id":"usr_1"}`, rejected(1, "request.wrong_type"),
		rejected(2, "user.line_id_taken"), rejected(3, "user.bad_text"), `{"index":4,"status":"created","id":"usr_3"}`}
	summary := `{"created":2,"updated":0,"unchanged":0,"rejected":3}`

	check := func(name string, got []string, want []string) {
		t.Helper()
		if len(got) != len(want) {
			t.Errorf("%s: %d lines, want %d:\n%s", name, len(got), len(want), strings.Join(got, "\n"))
			return
		}
		for i, line := range got {
			begin, fix, _ := strings.Cut(want[i], " ")
			if !strings.HasPrefix(line, begin) || !strings.Contains(line, fix) {
				t.Errorf("%s: %s, want %s", name, line, want[i])
			}
		}
	}

	w := f.call("POST", "/api/v1/users/batch", `{"users": [`+strings.Join(items, ", ")+`]}`)
	var whole struct {
		Summary json.RawMessage
		Results []json.RawMessage
	}
	if err := json.Unmarshal(w.Body.Bytes(), &whole); err != nil || w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var got []string
	for _, r := range whole.Results {
		got = append(got, string(r))
	}
	check("JSON", append(got, string(whole.Summary)), append(want, summary))

	users.n = 0
	w = f.call("POST", "/api/v1/users/batch", strings.Join(items, "\n\n")+"\n", "Content-Type: application/x-ndjson")
	check("NDJSON", strings.Split(strings.TrimSpace(w.Body.String()), "\n"), append(want, `{"summary":`+summary+`}`))
	if w.Header().Get("Content-Type") != "application/x-ndjson" {
		t.Error(w.Header())
	}

	w = f.call("POST", "/api/v1/users/batch?results=rejected", strings.Join(items, "\n"), "Content-Type: application/x-ndjson")
	check("only rejected", strings.Split(strings.TrimSpace(w.Body.String()), "\n"), append(want[1:4:4], `{"summary":`+summary+`}`))

	if len(f.audit.entries) != 0 {
		t.Error("a batch writes lines into the audit log")
	}
}

func TestUsersBatchRefuses(t *testing.T) {
	t.Parallel()
	f, users := newUsers(t, 0)
	many := `{"users": [` + strings.Repeat("{},", 1000) + `{}]}`
	for body, want := range map[string]string{
		many:                               "batch.too_many /users",
		`{"users": {}}`:                    "request.wrong_type /users",
		`{}`:                               "request.required /users",
		`{"users": [], "user": 1}`:         "request.unknown_field /user",
		`[]`:                               "request.wrong_type ",
		`{"users": [`:                      "request.malformed ",
		strings.Repeat(" ", batchBytes+10): "request.too_large ",
	} {
		p := problemOf(t, f.call("POST", "/api/v1/users/batch", body))
		got := p.Code + " "
		if len(p.Errors) > 0 {
			got += p.Errors[0].Pointer
		}
		if got != want {
			t.Errorf("%.30q: %s, want %s", body, got, want)
		}
	}
	if p := problemOf(t, f.call("POST", "/api/v1/users/batch?results=none", `{"users": []}`)); p.Code != "request.bad_value" {
		t.Errorf("%+v", p)
	}
	if len(users.calls) > 0 {
		t.Errorf("stored something: %v", users.calls)
	}
}

// NDJSON of any length is stored in chunks, and a failure midway says how far
// it came.
func TestUsersBatchInChunks(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&body, "{\"user_id\": \"u%d\"}\n", i)
	}
	f, users := newUsers(t, 0)
	w := f.call("POST", "/api/v1/users/batch", body.String(), "Content-Type: application/x-ndjson")
	answers := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	if diff := cmp.Diff([]int{1000, 1000, 500}, users.calls); diff != "" || len(answers) != 2501 ||
		answers[2499] != `{"index":2499,"status":"created","id":"usr_2500"}` {
		t.Errorf("%s\n%d answers", diff, len(answers))
	}

	f, _ = newUsers(t, 3)
	p := problemOf(t, f.call("POST", "/api/v1/users/batch", body.String(), "Content-Type: application/x-ndjson"))
	if p.Code != "batch.interrupted" || p.Status != 503 || p.Detail != "2000 items are stored, of those before index 2000; then: the database does not answer" {
		t.Errorf("%+v", p)
	}
	f, _ = newUsers(t, 1)
	if p := problemOf(t, f.call("POST", "/api/v1/users/batch", body.String(), "Content-Type: application/x-ndjson")); p.Code != "database.unavailable" {
		t.Errorf("%+v", p)
	}
}
