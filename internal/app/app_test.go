package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/app"
	"github.com/linecast/linecast/internal/config"
	"github.com/linecast/linecast/internal/pgtest"
)

const masterKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

// bootstrapKey has the form and checksum of a key.
var bootstrapKey = func() string {
	key, err := access.NewToken(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		panic(err)
	}
	return key
}()

// settings are those of a process on a database and port 0.
func settings(t *testing.T, database string, more map[string]string) config.Config {
	t.Helper()
	environ := map[string]string{"LINECAST_DATABASE_URL": database, "LINECAST_LISTEN": "127.0.0.1:0", "LINECAST_MASTER_KEY": masterKey}
	maps.Copy(environ, more)
	c, err := config.Load(environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// start starts everything and stops it when the test ends.
func start(t *testing.T, o app.Options) *app.App {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a, err := app.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, a) })
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

func stop(t *testing.T, a *app.App) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

// fetch is the status and body that url answers to a caller with key.
func fetch(t *testing.T, url, key string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestWholeProcess(t *testing.T) {
	t.Parallel()
	c := settings(t, pgtest.URL(t), map[string]string{"LINECAST_BOOTSTRAP_API_KEY": bootstrapKey})
	a := start(t, app.Options{Config: c, Serve: true, Work: true})
	tests := []struct {
		path, key string
		status    int
		says      string
	}{
		{"/healthz", "", 200, `"status":"ok"`},
		{"/readyz", "", 200, `"ready":true`},
		{"/openapi.json", "", 200, `"openapi"`},
		{"/docs", "", 200, "<!doctype html>"},
		{"/metrics", "", 401, "auth.missing"},
		{"/metrics", bootstrapKey, 200, "go_goroutines"},
		{"/api/v1/campaigns", "", 401, "auth.missing"},
		{"/api/v1/users", bootstrapKey, 200, `"data":[]`},
		{"/api/v1/imports", bootstrapKey, 200, `"data":[]`},
		{"/api/v1/segments", bootstrapKey, 200, `"data":[]`},
		{"/api/v1/channels", bootstrapKey, 200, `"data":[]`},
		{"/api/v1/campaigns", bootstrapKey, 200, `"data":[]`},
		{"/api/v1/attributes", bootstrapKey, 200, `"data":[]`},
		{"/api/v1/runs/run_1", bootstrapKey, 404, "run.not_found"},
		{"/api/v1/nowhere", bootstrapKey, 404, "route.not_found"},
		{"/nowhere", "", 404, "<!doctype html>"},
		{"/", "", 200, "Sign in"},
		{a.SignInPath(bootstrapKey), "", 200, "<!doctype html>"},
	}
	for _, test := range tests {
		status, body := fetch(t, a.URL()+test.path, test.key)
		if status != test.status || !strings.Contains(strings.ToLower(body), strings.ToLower(test.says)) {
			t.Errorf("%s: %d, want %d with %q\n%.300s", test.path, status, test.status, test.says, body)
		}
	}
	stop(t, a)
	stop(t, a)
	if _, err := http.Get(a.URL() + "/healthz"); err == nil {
		t.Error("it answers after Stop")
	}
}

// The bootstrap key is made once, whoever starts next.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	c := settings(t, pgtest.URL(t), map[string]string{"LINECAST_BOOTSTRAP_API_KEY": bootstrapKey, "LINECAST_METRICS_LISTEN": "127.0.0.1:0"})
	first := start(t, app.Options{Config: c, Serve: true})
	second := start(t, app.Options{Config: c, Serve: true})
	if first.URL() == second.URL() {
		t.Fatal("two processes at one address")
	}
	_, body := fetch(t, second.URL()+"/api/v1/api-keys", bootstrapKey)
	var keys struct {
		Data []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(body), &keys); err != nil || len(keys.Data) != 1 || keys.Data[0].Name != "bootstrap" {
		t.Errorf("keys: %s, %v", body, err)
	}
	if status, _ := fetch(t, first.URL()+"/metrics", bootstrapKey); status != http.StatusNotFound {
		t.Errorf("/metrics beside its own listener: %d", status)
	}
}

func TestWorkerAloneListensNowhere(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Config: settings(t, pgtest.URL(t), nil), Work: true})
	if a.URL() != "" {
		t.Errorf("URL %q", a.URL())
	}
}

func TestStopBeforeStart(t *testing.T) {
	t.Parallel()
	a, err := app.New(t.Context(), app.Options{Config: settings(t, pgtest.URL(t), nil), Serve: true, Work: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	stop(t, a)
}

func TestSchema(t *testing.T) {
	t.Parallel()
	c := settings(t, pgtest.Empty(t).Config().ConnString(), nil)
	log := slog.New(slog.DiscardHandler)
	if _, err := app.New(t.Context(), app.Options{Config: c, Serve: true, Log: log}); !errs.Is(err, "schema.older") {
		t.Fatalf("an empty database: %v", err)
	}
	a := start(t, app.Options{Config: c, Serve: true, Migrate: true})
	if status, body := fetch(t, a.URL()+"/readyz", ""); status != http.StatusOK {
		t.Errorf("/readyz: %d %s", status, body)
	}
}

// An address that somebody listens on is an error, and everything is closed.
func TestAddressTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := settings(t, pgtest.URL(t), map[string]string{"LINECAST_LISTEN": l.Addr().String()})
	a, err := app.New(t.Context(), app.Options{Config: c, Serve: true, Work: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); !errs.Is(err, "config.cannot_listen") || !strings.Contains(err.Error(), l.Addr().String()) {
		t.Errorf("Start: %v", err)
	}
}

func TestWrongBootstrapKey(t *testing.T) {
	t.Parallel()
	c := settings(t, pgtest.URL(t), nil)
	c.BootstrapAPIKey = config.Secret(bootstrapKey[:len(bootstrapKey)-1] + "x") // as Load refuses it already
	a, err := app.New(t.Context(), app.Options{Config: c, Serve: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, a)
	if err := a.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "LINECAST_BOOTSTRAP_API_KEY") {
		t.Errorf("Start: %v", err)
	}
}

// lines is a log that can be waited for.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func newLines() *lines { return &lines{news: make(chan struct{}, 1)} }

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
	return l.text.Write(p)
}

func (l *lines) await(t *testing.T, text string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		l.mu.Lock()
		said := l.text.String()
		l.mu.Unlock()
		if strings.Contains(said, text) {
			return
		}
		select {
		case <-l.news:
		case <-limit:
			t.Fatalf("the log never says %q:\n%s", text, said)
		}
	}
}

// A database that is away at the start is waited for, and the log says so.
func TestWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	real := pgtest.Pool(t).Config().ConnConfig
	gate, address := newGate(t, real.Host, real.Port)
	c := settings(t, fmt.Sprintf("host=127.0.0.1 port=%d user=%s password='%s' dbname=%s sslmode=disable", address.Port, real.User, real.Password, real.Database), nil)
	log := newLines()
	type made struct {
		app *app.App
		err error
	}
	done := make(chan made, 1)
	go func() {
		a, err := app.New(t.Context(), app.Options{Config: c, Serve: true, Log: slog.New(slog.NewTextHandler(log, nil))})
		done <- made{a, err}
	}()
	log.await(t, "waiting for the database")
	gate.open()
	m := <-done
	if m.err != nil {
		t.Fatal(m.err)
	}
	stop(t, m.app)
}

func TestGivesUpWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	c := settings(t, "host=127.0.0.1 port=1 user=nobody dbname=none sslmode=disable", nil)
	if _, err := app.New(ctx, app.Options{Config: c, Serve: true, Log: slog.New(slog.DiscardHandler)}); !errs.Is(err, "database.unavailable") {
		t.Errorf("New: %v", err)
	}
	c.DatabaseURL = ""
	if _, err := app.New(ctx, app.Options{Config: c, Serve: true, Log: slog.New(slog.DiscardHandler)}); !errs.Is(err, "config.no_database") {
		t.Errorf("New without a database: %v", err)
	}
}
