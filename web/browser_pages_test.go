package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/web"
)

// testGuard shows that the other tests would notice: a page under our policy
// with what the policy refuses is not clean, be it alone or in a frame.
func testGuard(t *testing.T, browser context.Context) {
	policy := newSite(t, sample()).ask("GET", "/signin", "").Header().Get("Content-Security-Policy")
	bodies := map[string]string{
		"/script": `<script>document.title = 'ran'</script>`, "/style": `<p style="color: red">x</p>`, "/handler": `<img src="data:," onerror="alert(1)">`,
		"/host": `<img src="http://localhost:1/x.png">`, "/missing": `<img src="/missing.png">`,
	}
	b := newTab(t, browser, framed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bodies[r.URL.Path] == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><link rel="icon" href="data:,"><title>as served</title>`+bodies[r.URL.Path])
	})))
	b.open(wall)
	b.clean()
	for path := range bodies {
		b.show(path)
		if got := b.complaints(); len(got) == 0 {
			t.Errorf("%s in a frame: nobody complains", path)
		}
		if title := evaluate[string](b, `document.querySelector('iframe').contentDocument.title`); title != "as served" {
			t.Errorf("%s in a frame: the policy let it run", path)
		}
	}
	for path := range bodies {
		b.open(path)
		if got := b.complaints(); len(got) == 0 {
			t.Errorf("%s: nobody complains", path)
		}
		if title := evaluate[string](b, `document.title`); title != "as served" {
			t.Errorf("%s: the policy let it run", path)
		}
	}
}

// testLive signs in and watches a run on a real database from its first
// message to its end, without ever loading the page again.
func testLive(t *testing.T, browser context.Context) {
	w := newWorld(t, 100)
	s := w.site(t, func(d *web.Deps) { d.Tick = 100 * time.Millisecond })
	b := newTab(t, browser, s)
	b.signIn("/runs/"+w.run.ID.String(), w.key)
	b.until(`document.documentElement.dataset.stream === 'live'`)
	if got := b.text(".done"); got != "0 % 0 of 100 recipients have an outcome" {
		t.Errorf("before the first message: %s", got)
	}
	evaluate[int](b, `window.sameDocument = 1`)
	b.do(chromedp.Focus(chromedp.CSS("#state")))

	w.answer(t, 0, func(i int, o *delivery.Outcome) {
		if i == 7 {
			o.State, o.Reason, o.HTTPStatus = delivery.Rejected, "bad_recipient", 400
		}
	})
	b.until(`document.querySelector('.tiles .accepted dd').textContent === '49'`)
	b.until(`document.querySelector('.tiles .rejected dd').textContent === '1'`)
	b.until(`document.querySelectorAll('.big rect').length === 2 && document.querySelector('.big rect').getAttribute('width') === '490.0'`)
	b.until(`document.title.startsWith('50 % ')`)
	if got := b.text("[role=status]"); got != "sending Messages are being handed to LINE." {
		t.Errorf("half-way: %s", got)
	}

	w.answer(t, 1, func(int, *delivery.Outcome) {})
	w.close(t)
	b.until(`document.querySelector('[role=status]').textContent.includes('Every recipient has an outcome')`)
	b.until(`document.querySelectorAll('.ledger tbody tr').length === 50`) // the end brings the ledger, too
	if b.text(".done") != "100 % 100 of 100 recipients have an outcome" || evaluate[bool](b, `!!document.querySelector('[data-live]')`) {
		t.Errorf("at the end: %s", b.text("#live"))
	}
	if evaluate[int](b, `window.sameDocument`) != 1 || evaluate[string](b, `document.activeElement.id`) != "state" {
		t.Error("the page was loaded again, or lost its focus")
	}
	b.clean()
}

// streams counts the live streams that are open.
type streams struct {
	http.Handler
	open    atomic.Int32
	refused atomic.Bool // streams do not get through
}

func (s *streams) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/live") {
		if s.refused.Load() {
			http.Error(w, "no streams here", http.StatusServiceUnavailable)
			return
		}
		s.open.Add(1)
		defer s.open.Add(-1)
	}
	s.Handler.ServeHTTP(w, r)
}

// await waits until n streams are open.
func (s *streams) await(b *tab, n int32) {
	b.t.Helper()
	for end := time.Now().Add(patience); s.open.Load() != n; {
		if time.Now().After(end) {
			b.t.Fatalf("%d streams, want %d", s.open.Load(), n)
		}
		evaluate[bool](b, `new Promise((done) => setTimeout(() => done(true), 20))`)
	}
}

// testHiddenTab hides a tab and shows it again: hidden ones hold no
// connection.
func testHiddenTab(t *testing.T, browser context.Context) {
	m := sample()
	counted := &streams{Handler: newSite(t, m, func(d *web.Deps) { d.Tick, d.Now = 50*time.Millisecond, time.Now })}
	b := newTab(t, browser, counted)
	b.signIn("/runs/run_7", adminKey)
	counted.await(b, 1)
	hide := `Object.defineProperty(document, 'hidden', { value: %v, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); true`
	evaluate[bool](b, fmt.Sprintf(hide, true))
	counted.await(b, 0)
	run := sampleRuns()[0]
	run.Counts.Accepted++
	m.set(run)
	evaluate[bool](b, fmt.Sprintf(hide, false))
	b.until(`document.querySelector('.tiles .accepted dd').textContent === '28,413'`)
	counted.await(b, 1)
	b.clean()
}

// testPolling refuses streams: the page asks for itself instead, and shows the
// sign-in page when the session is over.
func testPolling(t *testing.T, browser context.Context) {
	m := sample()
	s := newSite(t, m, func(d *web.Deps) { d.Tick, d.Now = 20*time.Millisecond, time.Now })
	site := &streams{Handler: s}
	site.refused.Store(true)
	b := newTab(t, browser, site)
	b.signIn("/runs/run_7", adminKey)
	run := sampleRuns()[0]
	run.Counts.Accepted++
	m.set(run)
	b.until(`document.querySelector('.tiles .accepted dd').textContent === '28,413'`)
	b.until(`document.documentElement.dataset.stream === 'live'`)
	s.keys.revoke(adminKey)
	b.until(`location.pathname === '/signin'`)
	for _, what := range b.complaints() {
		if !strings.Contains(what, "503") {
			t.Errorf("not clean: %s", what)
		}
	}
}

// testWithoutJavaScript reads the pages as a browser without scripts does.
func testWithoutJavaScript(t *testing.T, browser context.Context) {
	b := newTab(t, browser, newSite(t, sample()))
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.signIn("/runs/run_7", adminKey)
	if got := b.text(".stream"); got != "Reload the page for new figures." {
		t.Errorf("without scripts: %q", got)
	}
	b.do(chromedp.SetValue(chromedp.CSS("#state"), "rejected"))
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Submit(chromedp.CSS("#state"))); err != nil {
		t.Fatal(err)
	}
	if n := evaluate[int](b, `document.querySelectorAll('.ledger tbody tr').length`); n != 12 {
		t.Errorf("%d rejected recipients, want 12", n)
	}
	b.clean()
}

// faults finds what makes a page hard to use: texts of too little contrast
// (WCAG 2.2, 1.4.3), fields without a label, tables without a caption, ids
// that stand twice.
const faults = `(() => {
	const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
	const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
	const rgb = (color) => color.match(/[\d.]+/g).map(Number);
	const ground = (el) => { for (; el; el = el.parentElement) { const c = rgb(getComputedStyle(el).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
	const found = new Set();
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const el = texts.currentNode.parentElement;
		if (!texts.currentNode.data.trim() || !el.checkVisibility()) continue;
		const [a, b] = [light(rgb(getComputedStyle(el).color)), light(ground(el))].sort((x, y) => y - x);
		const ratio = (a + 0.05) / (b + 0.05);
		if (ratio < 4.5) found.add('contrast ' + ratio.toFixed(2) + ' of ' + el.outerHTML.slice(0, 80));
	}
	for (const el of document.querySelectorAll('input:not([type=hidden]), select')) if (!el.labels.length) found.add('no label: ' + el.outerHTML);
	for (const el of document.querySelectorAll('table')) if (!el.caption) found.add('no caption: ' + el.outerHTML.slice(0, 80));
	for (const el of document.querySelectorAll('[id]')) if (document.querySelectorAll('#' + el.id).length > 1) found.add('twice: #' + el.id);
	for (const el of document.querySelectorAll('[aria-labelledby], [aria-describedby]'))
		for (const id of (el.getAttribute('aria-labelledby') ?? el.getAttribute('aria-describedby')).split(' ')) if (!document.getElementById(id)) found.add('names nothing: ' + id);
	if (document.querySelectorAll('h1').length !== 1) found.add('not one h1');
	const wide = document.documentElement.scrollWidth - window.innerWidth;
	if (wide > 0) found.add(wide + ' pixels too wide');
	return [...found];
})()`

// testLook looks at every page in both colour schemes and as on a telephone.
func testLook(t *testing.T, browser context.Context) {
	b := newTab(t, browser, newSite(t, sample()))
	for _, page := range []struct{ name, path string }{{"signin", "/signin"}, {"home", "/"}, {"campaigns", "/campaigns"}, {"campaign", "/campaigns/cmp_11"},
		{"template", "/templates/tpl_1?from=2&to=3"},
		{"runs", "/runs"}, {"run", "/runs/run_7"}, {"halted", "/runs/run_6"}, {"finished", "/runs/run_5"}} {
		if page.name == "home" {
			b.signIn("/", adminKey)
		} else {
			b.open(page.path)
		}
		for _, look := range []struct {
			scheme string
			width  int64
		}{{"light", 1280}, {"dark", 1280}, {"light", 390}} {
			b.look(look.scheme, look.width)
			for _, fault := range evaluate[[]string](b, faults) {
				t.Errorf("%s, %s, %d wide: %s", page.path, look.scheme, look.width, fault)
			}
			b.shoot(fmt.Sprintf("%s-%s-%d", page.name, look.scheme, look.width))
		}
	}
	b.clean()
}

// testBrowserXSS opens pages on which every text is hostile, each another, and
// lets the module put hostile text in place. A page holds more texts than there
// are hostile ones; TestXSS puts each of them everywhere.
func testBrowserXSS(t *testing.T, browser context.Context) {
	var now atomic.Pointer[site]
	b := newTab(t, browser, framed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { now.Load().ServeHTTP(w, r) })))
	now.Store(poisoned(t, always("harmless")))
	b.signIn("/", adminKey)
	b.open(wall)
	const rounds = 8
	texts := xss()
	for round := range rounds {
		now.Store(poisoned(t, inTurn(texts, round*len(texts)/rounds)))
		b.show("/", "/campaigns/cmp_11", "/runs/run_7")
		b.until(`document.querySelector('iframe:last-child').contentDocument.documentElement.dataset.stream === 'live'`)
		if got := b.complaints(); len(got) > 0 {
			t.Errorf("round %d: %v", round, got)
		}
	}
}
