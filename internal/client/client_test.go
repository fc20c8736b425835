package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
)

// dial starts a server that answers with handle, and a client that does not
// pause between tries.
func dial(t *testing.T, handle http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return client.New(client.Options{URL: server.URL + "/", APIKey: "lcs_secret", UserAgent: "test", HTTP: server.Client(), Sleep: noPause})
}

func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func problem(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func TestDo(t *testing.T) {
	t.Parallel()
	c := dial(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, `{"saw": %q}`, fmt.Sprint(r.Method, " ", r.URL, " ", r.Header.Get("Authorization"), " ", r.Header.Get("Content-Type"),
			" ", r.Header.Get("Idempotency-Key") != "", " ", string(body)))
	})
	tests := []struct {
		method, path string
		in           any
		want         string
	}{
		{"GET", "users?limit=1", nil, "GET /api/v1/users?limit=1 Bearer lcs_secret  false "},
		{"GET", "/healthz", nil, "GET /healthz Bearer lcs_secret  false "},
		{"POST", "users", map[string]string{"a": "<<b>>"}, `POST /api/v1/users Bearer lcs_secret application/json true {"a":"<<b>>"}` + "\n"},
		{"POST", "campaigns/cmp_1/pause", nil, "POST /api/v1/campaigns/cmp_1/pause Bearer lcs_secret  true "},
	}
	for _, test := range tests {
		var out struct{ Saw string }
		if err := c.Do(t.Context(), test.method, test.path, test.in, &out); err != nil || out.Saw != test.want {
			t.Errorf("%s %s: %q, %v\nwant %q", test.method, test.path, out.Saw, err, test.want)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const refused = `{"title":"T","status":422,"code":"request.invalid","detail":"D","fix":"F","errors":[{"pointer":"/a","code":"x","detail":"y"}],"request_id":"r1"}`
	tests := []struct {
		name   string
		answer http.HandlerFunc
		code   string // of an errs.Error
		text   string
	}{
		{"a problem", func(w http.ResponseWriter, _ *http.Request) { problem(w, 422, refused) }, "", "request.invalid: D (request r1)"},
		{"a proxy's page", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<html>Bad gateway", http.StatusBadGateway)
		}, "client.foreign", "answered 502"},
		{"a problem of somebody else", func(w http.ResponseWriter, _ *http.Request) { problem(w, 400, `{"title": "no code"}`) }, "client.foreign", "answered 400"},
		{"a broken problem", func(w http.ResponseWriter, _ *http.Request) { problem(w, 400, `{"ti`) }, "client.foreign", "answered 400"},
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }, "client.foreign", "answered 200"},
		{"nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out struct{}
			err := dial(t, test.answer).Do(t.Context(), "GET", "x", nil, &out)
			switch {
			case err == nil && test.text != "":
				t.Error("no error")
			case err != nil && (test.text == "" || !strings.Contains(err.Error(), test.text)):
				t.Errorf("error %q, want %q", err, test.text)
			case test.code != "" && !errs.Is(err, test.code):
				t.Errorf("error %v, want %s", err, test.code)
			}
		})
	}
}

func TestProblemIsRead(t *testing.T) {
	t.Parallel()
	want := client.Problem{Title: "T", Status: 409, Code: "a.b", Detail: "D", Fix: "F", RequestID: "r",
		Errors: []client.Place{{Pointer: "/a", Code: "c", Detail: "d", Line: 3, Column: 4}}}
	c := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		text, _ := json.Marshal(want)
		problem(w, 409, string(text))
	})
	var got *client.Problem
	if err := c.Do(t.Context(), "GET", "x", nil, nil); !errors.As(err, &got) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Every try of a POST has the same key, so that the server does it once.
func TestTriesAgain(t *testing.T) {
	t.Parallel()
	var keys []string
	c := dial(t, func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys) < 3 {
			problem(w, 503, `{"code": "database.unavailable"}`)
			return
		}
		fmt.Fprint(w, `{"ok": true}`)
	})
	var out struct{ OK bool }
	if err := c.Do(t.Context(), "POST", "campaigns", map[string]string{}, &out); err != nil || !out.OK {
		t.Fatal(out, err)
	}
	if len(keys) != 3 || keys[0] == "" || keys[0] != keys[1] || keys[1] != keys[2] {
		t.Errorf("keys %q", keys)
	}
}

func TestGivesUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status, want int
		code         string
	}{{503, 5, "database.unavailable"}, {409, 5, "idempotency.running"}, {409, 1, "campaign.wrong_status"}, {500, 1, "internal.error"}, {422, 1, "request.invalid"}}
	for _, test := range tests {
		t.Run(test.code, func(t *testing.T) {
			t.Parallel()
			n := 0
			c := dial(t, func(w http.ResponseWriter, _ *http.Request) {
				n++
				problem(w, test.status, fmt.Sprintf(`{"code": %q, "status": %d}`, test.code, test.status))
			})
			if err := c.Do(t.Context(), "GET", "x", nil, nil); err == nil || n != test.want {
				t.Errorf("%d tries, %v; want %d", n, err, test.want)
			}
		})
	}
}

// A server that is being started is waited for.
func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	var pauses []time.Duration
	c := client.New(client.Options{URL: "http://" + address, Sleep: func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}})
	err = c.Do(t.Context(), "GET", "x", nil, nil)
	if !errs.Is(err, "client.unreachable") || !strings.Contains(err.Error(), address) || strings.Contains(err.Error(), "Get \"") {
		t.Errorf("error %v", err)
	}
	if want := []time.Duration{250e6, 500e6, 1000e6, 2000e6}; !cmp.Equal(pauses, want) {
		t.Errorf("pauses %v", pauses)
	}
}

func TestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := dial(t, func(http.ResponseWriter, *http.Request) { cancel() })
	if err := c.Do(ctx, "GET", "x", nil, &struct{}{}); !errors.Is(err, context.Canceled) && err == nil {
		t.Errorf("error %v", err)
	}
	if err := c.Do(ctx, "GET", "x", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	var asked []string
	c := dial(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		switch r.URL.Query().Get("cursor") {
		case "":
			fmt.Fprint(w, `{"data": [1, 2], "next_cursor": "a b"}`)
		case "a b":
			fmt.Fprint(w, `{"data": [3], "next_cursor": null}`)
		}
	})
	tests := []struct {
		limit int
		want  string
		asked []string
	}{
		{0, "1 2 3", []string{"q=x&limit=200", "q=x&cursor=a+b&limit=200"}},
		{2, "1 2", []string{"q=x&limit=2"}},
		{3, "1 2 3", []string{"q=x&limit=3", "q=x&cursor=a+b&limit=1"}},
	}
	for _, test := range tests {
		asked = nil
		var got []string
		for item, err := range client.List(t.Context(), c, "users?q=x", test.limit) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(item))
		}
		if strings.Join(got, " ") != test.want || !cmp.Equal(asked, test.asked) {
			t.Errorf("limit %d: %v by %q", test.limit, got, asked)
		}
	}
	for range client.List(t.Context(), c, "users", 0) {
		break // a reader that stops early ends it
	}
}

func TestListEndsWithAnError(t *testing.T) {
	t.Parallel()
	c := dial(t, func(w http.ResponseWriter, _ *http.Request) { problem(w, 403, `{"code": "auth.scope"}`) })
	n := 0
	for _, err := range client.List(t.Context(), c, "users", 0) {
		if n++; err == nil {
			t.Error("no error")
		}
	}
	if n != 1 {
		t.Errorf("%d items", n)
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	const size = 300 << 10 // more than the pipes hold
	c := dial(t, func(w http.ResponseWriter, r *http.Request) {
		form, err := r.MultipartReader()
		if err != nil {
			t.Error(err)
			return
		}
		var saw []string
		for part, err := form.NextPart(); err == nil; part, err = form.NextPart() {
			n, _ := io.Copy(io.Discard, part)
			saw = append(saw, fmt.Sprint(part.FormName(), " ", part.FileName(), " ", n))
		}
		fmt.Fprintf(w, `{"saw": %q}`, strings.Join(saw, "; "))
	})
	var out struct{ Saw string }
	err := c.Upload(t.Context(), "imports", map[string]bool{"dry_run": true}, "a.csv", strings.NewReader(strings.Repeat("x", size)), &out)
	if want := fmt.Sprintf("options  17; file a.csv %d", size); err != nil || out.Saw != want {
		t.Errorf("%q, %v; want %q", out.Saw, err, want)
	}
}

func TestUploadThatFails(t *testing.T) {
	t.Parallel()
	refusing := dial(t, func(w http.ResponseWriter, _ *http.Request) { problem(w, 413, `{"code": "import.file_too_large"}`) })
	var p *client.Problem
	err := refusing.Upload(t.Context(), "imports", nil, "a.csv", strings.NewReader(strings.Repeat("x", 1<<20)), nil)
	if !errors.As(err, &p) && !errs.Is(err, "client.unreachable") { // the refusal, unless the sending broke first
		t.Errorf("refused: %v", err)
	}
	reading := dial(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); fmt.Fprint(w, "{}") })
	broken := errors.New("the disk is gone")
	err = reading.Upload(t.Context(), "imports", nil, "a.csv", io.MultiReader(strings.NewReader("a"), failing{broken}), nil)
	if !errors.Is(err, broken) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
