package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

// The tests of the frame mount routes of their own over stores in memory; the
// tests of the routes (package api_test) run on PostgreSQL.

type fakeKeys map[access.Digest]access.Key

func (f fakeKeys) UseKey(_ context.Context, d access.Digest, _ time.Time) (access.Key, error) {
	if k, ok := f[d]; ok {
		return k, nil
	}
	return access.Key{}, errs.New("auth.unknown")
}
func (f fakeKeys) Keys(context.Context, ref.Key, int) ([]access.Key, error) { return nil, nil }
func (f fakeKeys) CreateKey(context.Context, access.NewKey) (access.Key, error) {
	return access.Key{}, nil
}
func (f fakeKeys) RevokeKey(context.Context, ref.Key, time.Time) error { return nil }

type fakeAudit struct {
	mu      sync.Mutex
	entries []access.Entry
	err     error
}

func (f *fakeAudit) AddAudit(_ context.Context, e access.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.entries = append(f.entries, e)
	return f.err
}
func (f *fakeAudit) Audit(context.Context, access.AuditFilter, int64, int) ([]access.Entry, error) {
	return f.entries, nil
}

// fakeAnswers keeps answers as PostgreSQL does, without forgetting.
type fakeAnswers struct {
	mu      sync.Mutex
	stored  map[string]*access.Stored
	touched chan struct{}
	err     error
}

func (f *fakeAnswers) ClaimRequest(_ context.Context, c access.Claim, _ time.Time) (*access.Stored, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s, ok := f.stored[c.Key.String()+c.Name]; ok {
		return s, f.err
	}
	f.stored[c.Key.String()+c.Name] = &access.Stored{Request: c.Request}
	return nil, f.err
}

func (f *fakeAnswers) TouchRequest(context.Context, access.Claim, time.Time) error {
	f.touched <- struct{}{}
	return nil
}

func (f *fakeAnswers) FinishRequest(_ context.Context, c access.Claim, s access.Stored) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stored[c.Key.String()+c.Name] = &s
	return f.err
}

func (f *fakeAnswers) ReleaseRequest(_ context.Context, c access.Claim) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.stored, c.Key.String()+c.Name)
	return f.err
}

type fakeReadiness []Check

func (f fakeReadiness) Ready(context.Context) []Check { return f }

// frame is an API with routes of the test's own.
type frame struct {
	*API
	audit   *fakeAudit
	answers *fakeAnswers
	log     *bytes.Buffer
	keys    map[access.Scope]string // a token for each scope
}

// newFrame mounts routes besides the real ones.
func newFrame(t testing.TB, change func(*Deps), routes ...route) *frame {
	t.Helper()
	f := &frame{audit: &fakeAudit{}, log: &bytes.Buffer{}, keys: map[access.Scope]string{},
		answers: &fakeAnswers{stored: map[string]*access.Stored{}, touched: make(chan struct{})}}
	keys := fakeKeys{}
	for i, s := range access.Scopes() {
		token, err := access.NewToken(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		digest, err := access.DigestOf(token)
		if err != nil {
			t.Fatal(err)
		}
		f.keys[s.Name] = token
		keys[digest] = access.Key{ID: ref.Key(i + 1), Scopes: []access.Scope{s.Name}}
	}
	d := Deps{Keys: keys, Audit: f.audit, Answers: f.answers, Ready: fakeReadiness{{"database", true, ""}},
		Registry: prometheus.NewRegistry(), Now: time.Now, Random: rand.Reader,
		Log: slog.New(slog.NewJSONHandler(&lockedWriter{to: f.log}, nil))}
	if change != nil {
		change(&d)
	}
	a, err := build(d, routes...)
	if err != nil {
		t.Fatal(err)
	}
	f.API = a
	return f
}

type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}

// call sends a request with an admin key. headers are "Name: value" lines.
func (f *frame) call(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+f.keys[access.Admin])
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// problemOf reads an answer that must be a problem document.
func problemOf(t *testing.T, w *httptest.ResponseRecorder) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("not a problem document: %d %s %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if p.Status != w.Code || p.RequestID == "" || p.RequestID != w.Header().Get("X-Request-Id") || p.Fix == "" {
		t.Errorf("incomplete problem document: %d %s", w.Code, w.Body)
	}
	return p
}

// echoed is a handler's output for tests that look at its input.
type echoed struct {
	In any `json:"in"`
}

func echoInput[In any](_ context.Context, in In) (echoed, error) { return echoed{in}, nil }

// formIn is the input of a route that reads any form; readForm tells its parts.
type formIn struct {
	Body *content `body:"multipart/form-data"`
}

func readForm(_ context.Context, in formIn) (echoed, error) {
	var read []string
	for parts := in.Body.Parts(); ; {
		p, err := parts.Next()
		if errors.Is(err, io.EOF) {
			return echoed{read}, nil
		}
		if err != nil {
			return echoed{}, err
		}
		text, err := io.ReadAll(p)
		if err != nil {
			return echoed{}, err
		}
		read = append(read, p.Name+" "+p.File+" "+string(text))
	}
}

func fails(err error) endpoint {
	return handle(http.StatusOK, func(context.Context, struct{}) (none, error) { return none{}, err })
}
