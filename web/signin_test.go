package web_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/web"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample())
	for _, tt := range []struct {
		name, form string
		status     int
		location   string
		contains   string
	}{
		{"admin", "key=" + adminKey + "&next=/runs/run_7", 303, "/runs/run_7", ""},
		{"spaces around", "key=+" + reportKey + "%0A", 303, "/", ""},
		{"unknown", "key=lcs_nothing&next=/runs", 401, "", "The API key is not known"},
		{"empty", "", 401, "", "The API key is not known"},
		{"may not read", "key=" + weakKey, 403, "", "This needs the scope reports:read"},
		{"leads away", "key=" + adminKey + "&next=//evil.example", 303, "/", ""},
		{"too large", "key=" + strings.Repeat("x", 10_000), 400, "", "The form cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := s.ask("POST", "/signin", tt.form+"&x=", "Accept", "text/html")
			if w.Code != tt.status || w.Header().Get("Location") != tt.location || !strings.Contains(w.Body.String(), tt.contains) {
				t.Errorf("%d to %q\n%s", w.Code, w.Header().Get("Location"), w.Body)
			}
			if (w.Header().Get("Set-Cookie") != "") != (tt.status == 303) {
				t.Errorf("cookie: %q", w.Header().Get("Set-Cookie"))
			}
		})
	}
}

// TestWithoutSession shows what happens to those who are not signed in: people
// are sent to sign in and back again, programs are told.
func TestWithoutSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample())
	genuine := s.signIn(t, adminKey)
	ring, _ := seal.NewRing(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	other := base64.RawURLEncoding.EncodeToString(ring.Seal([]byte(`{"key":"`+adminKey+`","end":"2099-01-01T00:00:00Z"}`), "channel:token:U1"))
	for name, cookie := range map[string]string{
		"none": "x=y", "empty": "linecast_session=", "no base64": "linecast_session=%%%", "cut": genuine[:len(genuine)-4],
		"the key itself": "linecast_session=" + adminKey, "sealed for another use": "linecast_session=" + other,
	} {
		w := s.ask("GET", "/runs/run_7?state=rejected", "", "Cookie", cookie)
		if want := "/signin?next=" + url.QueryEscape("/runs/run_7?state=rejected"); w.Code != 303 || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q", name, w.Code, w.Header().Get("Location"))
		}
		w = s.ask("GET", "/runs/run_7/live", "", "Cookie", cookie, "Accept", "text/event-stream")
		if w.Code != 401 || !strings.Contains(w.Body.String(), "Please sign in") {
			t.Errorf("%s, stream: %d\n%s", name, w.Code, w.Body)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	now := noon
	s := newSite(t, sample(), func(d *web.Deps) { d.Now = func() time.Time { return now } })
	cookie := s.signIn(t, reportKey)
	status := func() int { return s.ask("GET", "/", "", "Cookie", cookie).Code }

	now = noon.Add(12*time.Hour - time.Second)
	if got := status(); got != 200 {
		t.Errorf("a second before its end: %d", got)
	}
	now = noon.Add(12 * time.Hour)
	if got := status(); got != 303 {
		t.Errorf("after twelve hours: %d", got)
	}
	now = noon
	s.keys.mu.Lock()
	s.keys.keys[reportKey] = nil
	s.keys.mu.Unlock()
	if got := status(); got != 403 {
		t.Errorf("without scopes: %d", got)
	}
	s.keys.revoke(reportKey)
	if got := status(); got != 303 {
		t.Errorf("revoked: %d", got)
	}
	s.keys.err = errs.New("database.unavailable")
	if got := status(); got != 503 {
		t.Errorf("while keys cannot be looked up: %d", got)
	}
	if w := s.ask("POST", "/signin", "key="+adminKey); w.Code != 503 {
		t.Errorf("sign in while keys cannot be looked up: %d", w.Code)
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		public string
		header []string
		secure bool
	}{
		{"plain", "", nil, false},
		{"proxy", "", []string{"X-Forwarded-Proto", "https"}, true},
		{"public URL", "https://linecast.example.com", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, sample(), func(d *web.Deps) { d.PublicURL = tt.public })
			for _, form := range []struct {
				target string
				age    int
			}{{"/signin", 12 * 60 * 60}, {"/signout", -1}} {
				cookies := s.ask("POST", form.target, "key="+adminKey, tt.header...).Result().Cookies()
				if len(cookies) != 1 {
					t.Fatalf("%s: %v", form.target, cookies)
				}
				c := cookies[0]
				if c.Name != "linecast_session" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" ||
					c.Secure != tt.secure || c.MaxAge != form.age || c.Domain != "" {
					t.Errorf("%s: %v", form.target, c)
				}
			}
		})
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample(), func(d *web.Deps) { d.PublicURL = "https://linecast.example.com/" })
	for _, tt := range []struct {
		name   string
		header []string
		status int
	}{
		{"own page", []string{"Sec-Fetch-Site", "same-origin"}, 303},
		{"a program", nil, 303},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another origin, over HTTP", []string{"Origin", "http://evil.example"}, 403},
		{"own origin, over HTTP", []string{"Origin", "http://example.com"}, 303}, // httptest's Host
		{"own origin behind a proxy that changes Host", []string{"Origin", "https://linecast.example.com"}, 303},
		{"hidden origin", []string{"Origin", "null"}, 403},
	} {
		for _, target := range []string{"/signin", "/signout"} {
			if w := s.ask("POST", target, "key="+adminKey, tt.header...); w.Code != tt.status {
				t.Errorf("%s, %s: %d, want %d\n%s", tt.name, target, w.Code, tt.status, w.Body)
			}
		}
	}
}

func TestOneTimeLinks(t *testing.T) {
	t.Parallel()
	now := noon
	s := newSite(t, sample(), func(d *web.Deps) { d.Now = func() time.Time { return now } })
	link := s.links.Issue(adminKey)
	if w := s.ask("HEAD", link, ""); w.Code != 409 {
		t.Errorf("looked at: %d", w.Code)
	}
	if w := s.ask("GET", link, "", "Sec-Purpose", "prefetch;prerender"); w.Code != 409 {
		t.Errorf("loaded ahead: %d", w.Code)
	}
	w := s.ask("GET", link, "")
	if w.Code != 303 || w.Header().Get("Location") != "/" {
		t.Fatalf("first time: %d\n%s", w.Code, w.Body)
	}
	if home := s.ask("GET", "/", "", "Cookie", w.Header().Get("Set-Cookie")); home.Code != 200 {
		t.Errorf("home behind the link: %d", home.Code)
	}
	late := s.links.Issue(adminKey)
	now = now.Add(10 * time.Minute)
	for name, target := range map[string]string{"second time": link, "late": late, "made up": "/signin/once/ABC"} {
		if w := s.ask("GET", target, ""); w.Code != 404 || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	without := newSite(t, sample())
	without.Web = web.New(web.Deps{Store: sample(), Zone: time.UTC, Now: time.Now, Random: zeros{}, Log: without.logger()})
	if w := without.ask("GET", link, ""); w.Code != 404 {
		t.Errorf("a site without links: %d", w.Code)
	}
}

// FuzzLocalPath asks of any next: where does a browser go that follows it?
func FuzzLocalPath(f *testing.F) {
	for _, next := range []string{"/runs/run_7?state=a#ledger", "//evil.example", `/\evil.example`, "https://evil.example", "javascript:alert(1)",
		"", "runs", "/\t/evil.example", "/%2f/evil.example", "///evil", "/..//evil.example", "http:///x"} {
		f.Add(next)
	}
	base, err := url.Parse("https://linecast.example.com/signin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		path := web.LocalPath(next)
		// Browsers drop tabs and line ends and take \ for /.
		asBrowser := strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/").Replace(path)
		to, err := base.Parse(asBrowser)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || !strings.HasPrefix(path, "/") || strings.HasPrefix(asBrowser, "//") {
			t.Errorf("%q leads to %q: %v, %v", next, path, to, err)
		}
	})
}
