package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/api"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/worker"
)

// contract is an API on a database of its own. Every request that it takes and
// every answer that it gives is held against the OpenAPI document.
type contract struct {
	t      *testing.T
	api    *api.API
	pool   *pgxpool.Pool
	db     *postgres.DB
	intake worker.Intake
	log    *lockedBuffer
	router routers.Router
	tokens map[access.Scope]string
}

// now is the time of every test of this package.
var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newContract(t *testing.T) *contract {
	t.Helper()
	return newContractOn(t, pgtest.Pool(t), nil)
}

// newContractOn takes the database, and what is to be changed of deps.
func newContractOn(t *testing.T, pool *pgxpool.Pool, change func(*api.Deps)) *contract {
	t.Helper()
	c := &contract{t: t, pool: pool, log: &lockedBuffer{}, tokens: map[access.Scope]string{}}
	c.db = postgres.New(c.pool)
	var err error
	if c.intake, err = worker.NewIntake(worker.Config{Pool: c.pool, Log: slog.New(slog.DiscardHandler), Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	d := deps(c)
	if change != nil {
		change(&d)
	}
	a, err := api.New(d)
	if err != nil {
		t.Fatal(err)
	}
	c.api = a
	if c.router, err = documented(); err != nil {
		t.Fatal(err)
	}
	for _, s := range access.Scopes() {
		c.tokens[s.Name] = c.newToken(s.Name)
	}
	return c
}

func deps(c *contract) api.Deps {
	return api.Deps{
		Keys: c.db, Audit: c.db, Answers: c.db, Users: c.db, UserHistory: c.db, Attributes: c.db, Imports: c.intake, Segments: c.db, Templates: c.db, Ready: ready{},
		Renderer: worker.Control{DB: c.db, TimeZone: time.UTC, Now: time.Now},
		Registry: prometheus.NewRegistry(), Now: func() time.Time { return now }, Random: rand.Reader,
		Log: slog.New(slog.NewJSONHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

type ready struct{}

func (ready) Ready(context.Context) []api.Check { return []api.Check{{Name: "database", OK: true}} }

// documented finds the operation of a request in the document, which every API
// serves alike.
var documented = sync.OnceValues(func() (routers.Router, error) {
	a, err := api.New(api.Deps{Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler), Now: time.Now, Random: rand.Reader})
	if err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	doc, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// newToken stores a key with one scope.
func (c *contract) newToken(scope access.Scope) string {
	c.t.Helper()
	token, err := access.NewToken(rand.Reader)
	if err != nil {
		c.t.Fatal(err)
	}
	k, err := access.Bootstrap(token)
	if err != nil {
		c.t.Fatal(err)
	}
	k.Name, k.Scopes = "test "+string(scope), []access.Scope{scope}
	if _, err := c.db.CreateKey(c.t.Context(), k); err != nil {
		c.t.Fatal(err)
	}
	return token
}

// do sends a request, as an admin unless it has an Authorization, and holds it
// and its answer against the document.
func (c *contract) do(r *http.Request, body []byte) *httptest.ResponseRecorder {
	c.t.Helper()
	if r.Header.Get("Authorization") == "" {
		r.Header.Set("Authorization", "Bearer "+c.tokens[access.Admin])
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	c.check(r, body, w)
	return w
}

// check holds an exchange against the document: what was accepted must be a
// request of the document, and every answer must be one of its answers.
func (c *contract) check(r *http.Request, body []byte, w *httptest.ResponseRecorder) {
	c.t.Helper()
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		if code := problemCode(w); !strings.HasPrefix(code, "route.") {
			c.t.Errorf("%s %s is in no document and answers %d %s", r.Method, r.URL, w.Code, code)
		}
		return
	}
	r = r.Clone(c.t.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if w.Code < 300 {
		if err := openapi3filter.ValidateRequest(c.t.Context(), in); err != nil {
			c.t.Errorf("%s %s was accepted and is not in the document: %v", r.Method, r.URL, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: w.Code, Header: w.Header(),
		Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())), Options: in.Options}
	if err := openapi3filter.ValidateResponse(c.t.Context(), out); err != nil {
		c.t.Errorf("%s %s: the answer %d is not in the document: %v\n%s", r.Method, r.URL, w.Code, err, w.Body)
	}
	c.checkCodes(route.Operation, w)
}

// everywhere are the errors that any route may answer with; a route names its
// own in x-errors.
var everywhere = []string{"request.", "auth.", "internal.", "database.", "idempotency.", "version.", "route."}

func (c *contract) checkCodes(op *openapi3.Operation, w *httptest.ResponseRecorder) {
	c.t.Helper()
	code := problemCode(w)
	named, _ := op.Extensions["x-errors"].([]any)
	if code == "" || slices.Contains(named, any(code)) ||
		slices.ContainsFunc(everywhere, func(prefix string) bool { return strings.HasPrefix(code, prefix) }) {
		return
	}
	c.t.Errorf("%s answers %s, which its x-errors do not name", op.OperationID, code)
}

func problemCode(w *httptest.ResponseRecorder) string {
	var p struct{ Code string }
	if w.Header().Get("Content-Type") != "application/problem+json" || json.Unmarshal(w.Body.Bytes(), &p) != nil {
		return ""
	}
	return p.Code
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// TestMain teaches the validator the media types that it reads as plain text.
func TestMain(m *testing.M) {
	for _, media := range []string{"application/x-ndjson", "text/html", "text/css", "text/csv"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.PlainBodyDecoder)
	}
	os.Exit(m.Run())
}
