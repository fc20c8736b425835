package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/web"
)

// TestAnswers is what requests are answered with.
func TestAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample())
	cookie := s.signIn(t, adminKey)
	for _, tt := range []struct {
		name, method, target string
		status               int
		contains             string
	}{
		{"home", "GET", "/", 200, "<h1>Home</h1>"},
		{"head", "HEAD", "/", 200, ""},
		{"no such page", "GET", "/nowhere", 404, "Nothing is at /nowhere"},
		{"no such method", "PUT", "/campaigns", 405, "/campaigns does not answer PUT"},
		{"no such run", "GET", "/runs/run_99", 404, "No run run_99"},
		{"no such campaign", "GET", "/campaigns/cmp_99", 404, "There is no such campaign"},
		{"templates", "GET", "/templates", 200, "New year 新年"},
		{"no such template", "GET", "/templates/tpl_99", 404, "No template tpl_99"},
		{"another kind's template", "GET", "/templates/cmp_1", 400, "it should look like tpl_42"},
		{"a template's older version", "GET", "/templates/tpl_1?version=1", 200, "What version 1 said"},
		{"no such version", "GET", "/templates/tpl_1?version=4", 404, "?version: template tpl_1 has no version 4; the newest is 3."},
		{"no such earlier version", "GET", "/templates/tpl_1?from=4", 404, "?from: template tpl_1 has no version 4"},
		{"no such later version", "GET", "/templates/tpl_1?from=1&to=99999999999", 404, "?to: template tpl_1 has no version 99999999999"},
		{"a version in words", "GET", "/templates/tpl_1?version=two", 422, "?version: &#34;two&#34;: a version is a whole number, the first is 1."},
		{"version zero", "GET", "/templates/tpl_1?version=0", 422, "?version: &#34;0&#34;"},
		{"a negative version", "GET", "/templates/tpl_1?from=-1", 422, "?from: &#34;-1&#34;"},
		{"a version of 20 digits", "GET", "/templates/tpl_1?to=99999999999999999999", 422, "?to: &#34;99999999999999999999&#34;"},
		{"versions that are not named", "GET", "/templates/tpl_1?version=&from=&to=", 200, "What it says"},
		{"from a version to the newest", "GET", "/templates/tpl_1?from=1", 200, "What changed from version 1 to version 3"},
		{"to a version from the one before", "GET", "/templates/tpl_1?to=2", 200, "What changed from version 1 to version 2"},
		{"backwards", "GET", "/templates/tpl_1?from=3&to=1", 200, "What changed from version 3 to version 1"},
		{"to itself", "GET", "/templates/tpl_1?from=2&to=2", 200, "Their lines are the same."},
		{"to the first", "GET", "/templates/tpl_1?to=1", 200, "What changed from version 1 to version 1"},
		{"bad place in the templates", "GET", "/templates?before=cmp_1", 400, "it should look like tpl_42"},
		{"bad place in the versions", "GET", "/templates/tpl_1?before=x", 422, "?before: &#34;x&#34;"},
		{"bad place in the uses", "GET", "/templates/tpl_1?before_campaign=1", 400, "it should look like cmp_42"},
		{"another kind's id", "GET", "/runs/cmp_1", 400, "it should look like run_42"},
		{"no such live run", "GET", "/runs/run_99/live", 404, "No run run_99"},
		{"no such ledger", "GET", "/runs/run_99/ledger.csv", 404, "No run run_99"},
		{"head of a stream", "HEAD", "/runs/run_7/live", 200, ""},
		{"unknown state", "GET", "/runs/run_7?state=acepted", 422, "did you mean &#34;accepted&#34;?"},
		{"bad user", "GET", "/runs/run_7?user=42", 400, "it should look like usr_42"},
		{"bad place in the ledger", "GET", "/runs/run_7?after=x", 400, "it should look like usr_42"},
		{"unknown state of the export", "GET", "/runs/run_7/ledger.csv?state=sent", 422, "state is one of"},
		{"unknown status", "GET", "/campaigns?status=rnning", 422, "did you mean &#34;running&#34;?"},
		{"bad place in a list", "GET", "/campaigns?before=run_1", 400, "it should look like cmp_42"},
		{"bad place in the runs", "GET", "/runs?before=-1", 400, "it should look like run_42"},
		{"bad place in a campaign's runs", "GET", "/campaigns/cmp_11?before=0", 400, "it should look like run_42"},
		{"old asset", "GET", "/assets/style.00000000.css", 404, "Nothing is at"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := s.ask(tt.method, tt.target, "", "Cookie", cookie)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.contains) {
				t.Errorf("%d, want %d with %q:\n%s", w.Code, tt.status, tt.contains, w.Body)
			}
			if w.Code >= 400 && !strings.Contains(w.Body.String(), "request "+w.Header().Get("X-Request-Id")) {
				t.Errorf("the page does not name its request:\n%s", w.Body)
			}
		})
	}
	if allow := s.ask("PUT", "/signin", "").Header().Get("Allow"); allow != "GET, HEAD, POST" {
		t.Errorf("Allow: %s", allow)
	}
}

// TestHeaders demands the policy on every answer, also on failures and files.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample())
	cookie := s.signIn(t, adminKey)
	want := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	for _, target := range []string{"/", "/signin", "/nowhere", "/runs/run_7", "/runs/run_7/ledger.csv", "/runs/run_5/live"} {
		h := s.ask("GET", target, "", "Cookie", cookie).Header()
		if got := h.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q", target, got)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: %v", target, h)
		}
	}
	public := newSite(t, sample(), func(d *web.Deps) { d.PublicURL = "https://linecast.example.com" })
	if hsts := public.ask("GET", "/signin", "").Header().Get("Strict-Transport-Security"); hsts == "" {
		t.Error("no HSTS although people come by HTTPS")
	}
}

// TestAssets follows the links of a page to its style sheet, module and icon.
func TestAssets(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample())
	links := regexp.MustCompile(`/assets/[a-z]+\.[0-9a-f]{8}\.[a-z]+`).FindAllString(s.get(t, "/"), -1)
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	for _, link := range links {
		w := s.ask("GET", link, "")
		if w.Code != 200 || w.Body.Len() == 0 || w.Header().Get("Content-Type") != types[link[strings.LastIndex(link, "."):]] ||
			w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d %v", link, w.Code, w.Header())
		}
	}
	if len(links) != 4 { // the icon is also the brand
		t.Errorf("links: %v", links)
	}
}

// TestFailures shows what people see when something of ours fails: what to do,
// and nothing of the cause, which the log has once.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		err    error
		status int
		title  string
		retry  string
	}{
		{"database away", errs.New("database.unavailable").Because(errors.New("dial 10.0.0.7 secret")), 503, "The database cannot be reached", "5"},
		{"unknown", errors.New("secret"), 500, "Internal error", ""},
		{"too slow", context.DeadlineExceeded, 503, "The request took too long", "5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := sample()
			m.err = tt.err
			var log bytes.Buffer
			s := newSite(t, m, func(d *web.Deps) { d.Log = slog.New(slog.NewTextHandler(&log, nil)) })
			w := s.ask("GET", "/", "", "Cookie", s.signIn(t, adminKey), "X-Request-Id", "trace-0123")
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.title) || w.Header().Get("Retry-After") != tt.retry {
				t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
			}
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("the page shows the cause:\n%s", w.Body)
			}
			if n := strings.Count(log.String(), "level=ERROR"); n != 1 || !strings.Contains(log.String(), "trace-0123") {
				t.Errorf("%d lines of error:\n%s", n, log.String())
			}
		})
	}
}

// panics is a Store that a programming mistake is in.
type panics struct{ *memory }

func (panics) ListChannels(context.Context) ([]channel.Channel, error) { panic("index out of range") }

func TestPanic(t *testing.T) {
	t.Parallel()
	s := newSite(t, panics{sample()})
	w := s.ask("GET", "/", "", "Cookie", s.signIn(t, adminKey))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "out of range") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}

// TestSecrets walks the pages: no key stands on one, in a header or in the
// log, and no cookie holds one readably.
func TestSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newSite(t, sample(), func(d *web.Deps) {
		d.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	cookie := s.signIn(t, adminKey)
	link := s.links.Issue(adminKey)
	seen := cookie
	for _, target := range []string{"/", "/campaigns/cmp_11", "/templates/tpl_1", "/runs/run_7", "/nowhere", link, link} {
		w := s.ask("GET", target, "", "Cookie", cookie)
		for name, values := range w.Header() {
			seen += name + strings.Join(values, "")
		}
		seen += w.Body.String()
	}
	seen += s.ask("POST", "/signin", "key="+weakKey).Body.String() + log.String()
	for _, secret := range []string{adminKey, weakKey, link[strings.LastIndex(link, "/")+1:]} {
		if i := strings.Index(seen, secret); i >= 0 {
			t.Errorf("%q shows: …%s…", secret, seen[max(0, i-200):i+60])
		}
	}
}

// TestEveryBranch demands that the samples lead through every branch of every
// template, so that a field that does not exist or a function that fails shows
// here and not on somebody's screen.
func TestEveryBranch(t *testing.T) {
	t.Parallel()
	m := sample()
	many := newSite(t, crowd())
	s := newSite(t, m)
	bare := newSite(t, &memory{})
	var mu sync.Mutex
	seen := map[string]bool{}
	var all []string
	for _, site := range []*site{s, many, bare} {
		all = web.MarkBranches(site.Web, func(branch string) {
			mu.Lock()
			defer mu.Unlock()
			seen[branch] = true
		})
	}
	for _, target := range []string{"/", "/campaigns", "/campaigns?status=draft", "/campaigns?status=paused", "/campaigns/cmp_11", "/campaigns/cmp_12", "/campaigns/cmp_13", "/campaigns/cmp_14", "/campaigns/cmp_15",
		"/templates", "/templates/tpl_1?version=1&from=2", "/templates/tpl_1?to=1&before=1", "/templates/tpl_2", "/runs",
		"/runs/run_3", "/runs/run_4", "/runs/run_5", "/runs/run_6", "/runs/run_7", "/runs/run_7?state=unknown&after=usr_1009", "/runs/run_7?state=cancelled", "/runs/run_7?reason=expired"} {
		s.get(t, target)
	}
	for _, target := range []string{"/campaigns", "/runs", "/campaigns/cmp_1", "/templates", "/templates/tpl_1?from=1&to=2"} {
		many.get(t, target)
	}
	for _, target := range []string{"/", "/templates", "/runs"} {
		bare.get(t, target)
	}
	s.ask("GET", "/runs/run_7", "", "Cookie", s.signIn(t, reportKey))
	s.ask("POST", "/signin", "key=wrong")
	s.ask("GET", "/signin", "")
	s.ask("GET", "/nowhere", "")
	for _, branch := range all {
		if !seen[branch] {
			t.Errorf("no sample leads through %s", branch)
		}
	}
}
