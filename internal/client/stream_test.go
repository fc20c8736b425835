package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
)

var errEnough = errors.New("enough")

func TestStream(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer  func(http.ResponseWriter)
		want    string
		code    string
		problem bool
	}{
		"lines":             {func(w http.ResponseWriter) { fmt.Fprint(w, "1\n{\"a\": 2}\n") }, "1 {\"a\": 2} ", "", false},
		"without a newline": {func(w http.ResponseWriter) { fmt.Fprint(w, "1\n2") }, "1 2 ", "", false},
		"nothing":           {func(http.ResponseWriter) {}, "", "", false},
		"something else":    {func(w http.ResponseWriter) { fmt.Fprint(w, "1\n<html>\n") }, "1 ", "client.foreign", false},
		"broken off": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "1\n2")
		}, "1 ", "client.unreachable", false},
		"a problem": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(404)
			fmt.Fprint(w, `{"code": "campaign.not_found", "status": 404}`)
		}, "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.URL.Path != "/api/v1/x" {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				tt.answer(w)
			}))
			defer server.Close()
			got := ""
			err := client.New(client.Options{URL: server.URL}).Stream(t.Context(), "x", func(line json.RawMessage) error {
				got += string(line[:len(line)-trailing(line)]) + " "
				return nil
			})
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			_, problem := errors.AsType[*client.Problem](err)
			if problem != tt.problem || !problem && (tt.code == "") != (err == nil) || tt.code != "" && !errs.Is(err, tt.code) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func trailing(line []byte) int {
	if line[len(line)-1] == '\n' {
		return 1
	}
	return 0
}

func TestStreamEndsWhenToldTo(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{}, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "1\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		gone <- struct{}{}
	}))
	defer server.Close()
	c := client.New(client.Options{URL: server.URL})
	if err := c.Stream(t.Context(), "x", func(json.RawMessage) error { return errEnough }); !errors.Is(err, errEnough) {
		t.Error(err)
	}
	<-gone
	ctx, cancel := context.WithCancel(t.Context())
	err := c.Stream(ctx, "x", func(json.RawMessage) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-gone
}
