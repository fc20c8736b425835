package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/internal/access"
)

const someone = "U4af4980629f34b2c8d1e5a6b7c8d0718"

func lastLine(t *testing.T, f *frame) map[string]any {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(f.log.String()), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatal(err, f.log)
	}
	delete(got, "time")
	delete(got, "duration_ms")
	return got
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	type user struct {
		ID string `path:"id"`
	}
	f := newFrame(t, nil, route{get, "/users/{id}", access.UsersRead, "user", handle(200, echoInput[user]), 0},
		route{get, "/broken", access.UsersRead, "broken", fails(fmt.Errorf("postgres.User(%s): %w", someone, errors.New("connection lost"))), 0})
	frequest := func(path string, more map[string]any) map[string]any {
		want := map[string]any{"level": "INFO", "msg": "http request", "request_id": "trace-0001", "method": "GET",
			"route": "none", "path": path, "key": "key_10", "ip": "192.0.2.1"}
		maps.Copy(want, more)
		return want
	}
	for _, c := range []struct {
		path    string
		headers []string
		want    map[string]any
	}{
		{"/users/" + someone, nil, frequest("/users/U4af…0718", map[string]any{"route": "/users/{id}", "code": 200.0, "bytes": 50.0})},
		{"/users/user:jane@example.com", nil, frequest("/users/…", map[string]any{"route": "/users/{id}", "code": 200.0, "bytes": 38.0})},
		{"/users/line%3A" + someone, nil, frequest("/users/…", map[string]any{"route": "/users/{id}", "code": 200.0, "bytes": 55.0})},
		{"/users/usr_1?secret=hunter2", nil, frequest("/users/usr_1", map[string]any{"route": "/users/{id}", "code": 422.0,
			"err_class": "request.unknown_parameter"})},
		{"/users/usr_1", []string{"Authorization: Bearer " + someone}, frequest("/users/usr_1", map[string]any{"route": "/users/{id}",
			"code": 401.0, "err_class": "auth.unknown", "key": nil})},
		{"/nowhere/lcs_hunter2hunter2", nil, frequest("/nowhere/lcs_…", map[string]any{"code": 404.0, "err_class": "route.not_found", "key": nil})},
		{"/broken", nil, frequest("/broken", map[string]any{"route": "/broken", "code": 500.0, "level": "ERROR",
			"err_class": "internal.error", "error": "postgres.User(U4af…0718): connection lost"})},
	} {
		f.call("GET", c.path, "", append(c.headers, "X-Request-Id: trace-0001", "X-Forwarded-For: 6.6.6.6")...)
		got := lastLine(t, f)
		for name, value := range c.want {
			if value == nil {
				delete(c.want, name)
			}
		}
		if c.want["bytes"] == nil { // problem documents vary
			delete(got, "bytes")
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.path, diff)
		}
	}
	for _, secret := range []string{"hunter2", someone, "jane", f.keys[access.Admin], "6.6.6.6"} {
		if strings.Contains(f.log.String(), secret) {
			t.Errorf("the log shows %s", secret)
		}
	}
}

func TestFailuresAreLoggedOnce(t *testing.T) {
	t.Parallel()
	boom := handle(200, func(context.Context, struct{}) (none, error) { panic("out of cheese") })
	f := newFrame(t, nil, route{get, "/boom", access.Anyone, "boom", boom, 0})
	f.call("GET", "/boom", "")
	if n := strings.Count(f.log.String(), "panic: out of cheese"); n != 1 || !strings.Contains(f.log.String(), "observe_test.go") {
		t.Errorf("%d times, or without the place: %s", n, f.log)
	}
}

// A client that goes away is no failure of ours.
func TestClientGone(t *testing.T) {
	t.Parallel()
	waits := handle(200, func(ctx context.Context, _ struct{}) (none, error) { return none{}, ctx.Err() })
	f := newFrame(t, nil, route{get, "/waits", access.Anyone, "waits", waits, 0})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	f.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/waits", nil))
	if got := lastLine(t, f); got["code"] != 499.0 || got["level"] != "INFO" {
		t.Errorf("%v", got)
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil)
	for given, kept := range map[string]bool{
		"trace-0001": true, "8e03978e-40d5-43dd-bc93-6894a57f9324": true, strings.Repeat("x", 64): true,
		"": false, "short": false, strings.Repeat("x", 65): false, "with space": false, "ชื่อชื่อ": false, "a\"b\"c\"d\"": false,
	} {
		got := f.call("GET", "/healthz", "", "X-Request-Id: "+given).Header().Get("X-Request-Id")
		if kept != (got == given) || len(got) < 8 {
			t.Errorf("%q becomes %q", given, got)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(d *Deps) { d.Build = Build{"1.2.3", "abcdef"} })
	f.call("GET", "/healthz", "")
	f.call("GET", "/api/v1/audit?x=1", "")
	f.call("GET", "/"+someone, "")
	f.call("BREW", "/healthz", "")
	w := f.call("GET", "/metrics", "")
	for _, line := range []string{
		`linecast_http_requests_total{code="200",method="GET",route="/healthz"} 1`,
		`linecast_http_requests_total{code="422",method="GET",route="/api/v1/audit"} 1`,
		`linecast_http_requests_total{code="404",method="GET",route="none"} 1`,
		`linecast_http_requests_total{code="405",method="other",route="none"} 1`,
		`linecast_http_request_duration_seconds_count{method="GET",route="/healthz"} 1`,
		`linecast_build_info{commit="abcdef",goversion="go`, `version="1.2.3"} 1`,
	} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("no %s in\n%s", line, w.Body)
		}
	}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Error(w.Header())
	}
	if strings.Contains(w.Body.String(), someone) {
		t.Error("a metric names a user")
	}

	if p := problemOf(t, f.call("GET", "/metrics", "", "Authorization: Bearer "+f.keys[access.ReportsRead])); p.Code != "auth.scope" {
		t.Errorf("metrics for a weak key: %+v", p)
	}
	elsewhere := newFrame(t, func(d *Deps) { d.MetricsElsewhere = true })
	if p := problemOf(t, elsewhere.call("GET", "/metrics", "")); p.Code != "route.not_found" {
		t.Errorf("metrics elsewhere: %+v", p)
	}
}

func TestNewTwiceOnOneRegistry(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil)
	if _, err := New(f.deps); err == nil || !strings.Contains(err.Error(), "register the API's metrics") {
		t.Error(err)
	}
}

func TestProtectiveHeaders(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil)
	for _, path := range []string{"/healthz", "/nowhere", "/docs", "/api/v1/audit"} {
		h := f.call("GET", path, "").Header()
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: %v", path, h)
		}
		if h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS without https", path)
		}
	}
	secure := newFrame(t, func(d *Deps) { d.PublicURL = "https://linecast.example.com" })
	if secure.call("GET", "/healthz", "").Header().Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS with https")
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	f := newFrame(t, func(d *Deps) {
		d.Build.Version = "1.2.3"
		d.Ready = fakeReadiness{{"database", true, ""}, {"queue", false, "no worker since 3 minutes"}}
	})
	if w := f.call("GET", "/healthz", "", "Authorization"); w.Code != 200 || w.Body.String() != `{"status":"ok","version":"1.2.3"}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := f.call("GET", "/readyz", "", "Authorization")
	want := `{"ready":false,"checks":[{"name":"database","ok":true},{"name":"queue","ok":false,"detail":"no worker since 3 minutes"}]}` + "\n"
	if w.Code != 503 || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := newFrame(t, nil).call("GET", "/readyz", ""); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := f.call("HEAD", "/healthz", ""); w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
}
