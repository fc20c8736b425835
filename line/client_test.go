package line

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
)

// What LINE gets is what was rendered, byte for byte, with LINE's headers.
func TestPushSendsTheBytes(t *testing.T) {
	t.Parallel()
	type seen struct{ Method, Path, Body, Key, Auth, Type string }
	got := make(chan seen, 1)
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h := r.Header
		got <- seen{r.Method, r.URL.RequestURI(), string(body), h.Get("X-Line-Retry-Key"), h.Get("Authorization"), h.Get("Content-Type")}
	})
	odd := "{ \"to\":\"U0\",\n\"messages\":[{\"type\":\"flex\",\"new\":<&>\u2028 \\u00e9 日本 \xff]}  "
	want := seen{"POST", "/v2/bot/message/push", odd, testKey.String(), "Bearer " + testToken, "application/json"}
	calls := []struct {
		path, key string
		call      func() Answer
	}{
		{"/v2/bot/message/push", testKey.String(), func() Answer { return c.Push(t.Context(), []byte(odd), testKey) }},
		{"/v2/bot/message/multicast", testKey.String(), func() Answer { return c.Multicast(t.Context(), []byte(odd), testKey) }},
		{"/v2/bot/message/validate/push", "", func() Answer { return c.Validate(t.Context(), KindPush, []byte(odd)) }},
	}
	for _, call := range calls {
		if a := call.call(); a.Status != http.StatusOK {
			t.Fatalf("%s: %+v", call.path, a)
		}
		want.Path, want.Key = call.path, call.key
		if diff := cmp.Diff(want, <-got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", call.path, diff)
		}
	}
}

// A base with a path, as behind a gateway, keeps it.
func TestBaseWithPath(t *testing.T) {
	t.Parallel()
	paths := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { paths <- r.URL.Path }))
	t.Cleanup(server.Close)
	for _, base := range []string{"/line", "/line/"} {
		newTestClient(t, server.URL+base).Push(t.Context(), nil, testKey)
		if got := <-paths; got != "/line/v2/bot/message/push" {
			t.Errorf("%s: requested %s", base, got)
		}
	}
}

func TestNewClientRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*Options)
		code   string
	}{
		{"no token", func(o *Options) { o.Token = "" }, "line.no_token"},
		{"a line break in the token", func(o *Options) { o.Token += "\n" }, "line.bad_token"},
		{"a token with umlauts", func(o *Options) { o.Token = "tökén" }, "line.bad_token"},
		{"no scheme", func(o *Options) { o.APIBase = "api.line.me" }, "line.bad_base"},
		{"another scheme", func(o *Options) { o.APIBase = "ftp://api.line.me" }, "line.bad_base"},
		{"no host", func(o *Options) { o.APIBase = "https://" }, "line.bad_base"},
		{"a password", func(o *Options) { o.APIBase = "https://me:hunter2@api.line.me" }, "line.bad_base"},
		{"not a URL", func(o *Options) { o.APIBase = "https://api.line.me:hunter2" }, "line.bad_base"},
		{"a query", func(o *Options) { o.DataAPIBase = "https://api-data.line.me?key=hunter2" }, "line.bad_base"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := Options{Token: testToken}
			c.change(&o)
			_, err := NewClient(o)
			if !errs.Is(err, c.code) {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), testToken) {
				t.Errorf("%v holds a secret", err)
			}
		})
	}
}

// Connections are kept for as many requests as run at once.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	const inFlight, rounds = 32, 5
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(respond(200, `{"sentMessages":[{"id":"1"}]}`))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := newTestClient(t, server.URL, func(o *Options) { o.MaxInFlight = inFlight })
	for range rounds {
		var all sync.WaitGroup
		for range inFlight {
			all.Go(func() {
				if a := c.Push(t.Context(), []byte(`{}`), testKey); a.Status != 200 {
					t.Errorf("%+v", a)
				}
			})
		}
		all.Wait()
	}
	if n := opened.Load(); n > inFlight {
		t.Errorf("%d connections for %d requests at once", n, inFlight)
	}
}

// HTTP/2 is used where it is offered, with the same bytes and headers.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("x-line-request-id", r.Header.Get("x-line-retry-key"))
		w.WriteHeader(http.StatusConflict)
		_, _ = fmt.Fprintf(w, `{"message":"%s %s"}`, r.Proto, body)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	c := newTestClient(t, server.URL)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
	a := c.Push(t.Context(), []byte("bytes"), testKey)
	if a.Status != 409 || a.Message != "HTTP/2.0 bytes" || a.RequestID != testKey.String() {
		t.Errorf("%+v", a)
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(done) })
	c := newTestClient(t, server.URL, func(o *Options) { o.Timeout = 30 * time.Millisecond })
	a := c.Push(t.Context(), []byte(`{}`), testKey)
	if v := Judge(a); v.Outcome != Retry || v.Reason != ReasonTimeout || !errors.Is(a.Err, context.DeadlineExceeded) {
		t.Errorf("got %+v, judged %+v", a, v)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if a := c.Push(ctx, []byte(`{}`), testKey); !errors.Is(a.Err, context.Canceled) || Judge(a).Outcome != Retry {
		t.Errorf("cancelled: %+v", a)
	}
	if _, err := c.BotInfo(ctx); !errs.Is(err, "line.unreachable") || !strings.Contains(err.Error(), "cancelled") {
		t.Errorf("cancelled: %v", err)
	}
}

// An expired call leaves the client as it was, which the SDK's WithContext
// would not.
func TestContextsDoNotStick(t *testing.T) {
	t.Parallel()
	c := serve(t, respond(200, `{}`))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c.Push(ctx, nil, testKey)
	if a := c.Push(t.Context(), nil, testKey); a.Status != 200 {
		t.Errorf("%+v", a)
	}
}

// Neither message nor token follow a redirect.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		c := serve(t, respond(status, "", "Location", other.URL))
		if a := c.Push(t.Context(), []byte(`{}`), testKey); a.Status != status || Judge(a).Outcome != Retry {
			t.Errorf("%d: %+v", status, a)
		}
		if _, err := c.BotInfo(t.Context()); !errs.Is(err, "line.failing") {
			t.Errorf("%d: %v", status, err)
		}
	}
	if followed.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

// Proxies come from Options alone.
func TestProxy(t *testing.T) {
	t.Parallel()
	hosts := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { hosts <- r.Host }))
	t.Cleanup(proxy.Close)
	to, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := newTestClient(t, "http://line.invalid", func(o *Options) { o.Proxy = http.ProxyURL(to) })
	if a := c.Push(t.Context(), nil, testKey); a.Status != 200 || <-hosts != "line.invalid" {
		t.Errorf("%+v", a)
	}
	if o := (Options{}).WithDefaults(); o.Proxy != nil {
		t.Error("a proxy by default")
	}
}

// Many calls at once share a client; -race watches.
func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			body := []byte(`{"message":"` + strings.Repeat(string(rune('a'+i)), 100) + `"}`)
			for range 20 {
				if a := c.Push(t.Context(), body, testKey); !bytes.Contains(body, []byte(a.Message)) || a.Message == "" {
					t.Errorf("got another's answer: %+v", a)
				}
			}
		})
	}
	all.Wait()
}
