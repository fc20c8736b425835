package web_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "write screenshots of the pages into this directory")

const (
	browserLimit = 5 * time.Minute  // for everything that one tab does
	patience     = 20 * time.Second // for one thing to come true
)

// startBrowser starts headless Chromium with a profile of its own and gives a
// context that makes tabs.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Fatal("no Chromium on PATH (chromium, chromium-browser or google-chrome); " +
			"install one: apt-get install chromium, or brew install --cask chromium")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(t.TempDir()),
	}
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update",
		"disable-sync", "disable-breakpad", "disable-dev-shm-usage", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(name, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// tab is a page of the browser, and what went wrong in it.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu    sync.Mutex
	wrong []string // errors of the console, refusals of the policy, dialogs
}

// newTab opens a tab, without the cookies of others, for what handler serves.
func newTab(t *testing.T, browser context.Context, handler http.Handler) *tab {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	ctx, cancel := context.WithTimeout(ctx, browserLimit)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, base: server.URL}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(b, log.Enable, cdp.Empty{})
	return b
}

// note keeps what a clean page does not do. The browser logs there, among
// others, each thing that a page's policy refused.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.wrong = append(b.wrong, fmt.Sprintf("log: %s %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
	case *runtime.EventConsoleAPICalled:
		b.wrong = append(b.wrong, fmt.Sprintf("console: %s %v", e.Type, e.Args))
	case *runtime.EventExceptionThrown:
		b.wrong = append(b.wrong, "exception: "+e.ExceptionDetails.Text)
	case *page.EventJavascriptDialogOpening:
		b.wrong = append(b.wrong, "dialog: "+e.Message)
	}
}

// complaints are the things noted so far, which are forgotten then.
func (b *tab) complaints() []string {
	evaluate[bool](b, `true`) // what was noted before its answer is in the list
	b.mu.Lock()
	defer b.mu.Unlock()
	wrong := b.wrong
	b.wrong = nil
	return wrong
}

// clean demands that nothing went wrong.
func (b *tab) clean() {
	b.t.Helper()
	for _, what := range b.complaints() {
		b.t.Errorf("not clean: %s", what)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func evaluate[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		b.t.Fatal(err)
	}
}

// open goes to a page.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// until waits for a JavaScript expression to be true, also on a page that the
// present one leads to.
func (b *tab) until(expression string) {
	b.t.Helper()
	// Each question waits in the browser for a while, and fails when the page
	// goes away meanwhile.
	ask := chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((answer) => {
		const end = Date.now() + 1000;
		const check = () => (%s) ? answer(true) : Date.now() > end ? answer(false) : setTimeout(check, 20);
		check();
	})`, expression), chromedp.EvalAwaitPromise)
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if yes, err := chromedp.Run(b.ctx, ask); yes && err == nil {
			return
		}
	}
	b.t.Fatalf("never came true: %s\n%s", expression, evaluate[string](b, `document.body.innerText`))
}

// wall is a page to which show hangs others.
const wall = "/wall"

// framed serves what handler does, in frames too, and the wall for them. A page
// costs a browser less there than alone.
func framed(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == wall {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, `<!doctype html><link rel="icon" href="data:,"><title>wall</title><body>`)
			return
		}
		handler.ServeHTTP(&frameable{w}, r)
	})
}

// frameable takes from a page's policy what keeps it out of frames.
type frameable struct{ http.ResponseWriter }

func (w *frameable) WriteHeader(status int) {
	w.allow()
	w.ResponseWriter.WriteHeader(status)
}

func (w *frameable) Write(p []byte) (int, error) {
	w.allow()
	return w.ResponseWriter.Write(p)
}

func (w *frameable) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *frameable) allow() {
	h := w.Header()
	h.Set("Content-Security-Policy", strings.ReplaceAll(h.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors 'self'"))
}

// show hangs pages to the wall in place of those that hang there, and demands
// that they come and stay.
func (b *tab) show(paths ...string) {
	b.t.Helper()
	list, err := json.Marshal(paths)
	if err != nil {
		b.t.Fatal(err)
	}
	stayed := evaluate[bool](b, fmt.Sprintf(`(async (paths) => {
		const frames = paths.map((path) => Object.assign(document.createElement('iframe'), { src: path }));
		const loaded = frames.map((frame) => new Promise((done) => frame.addEventListener('load', done)));
		document.body.replaceChildren(...frames);
		await Promise.all(loaded);
		return frames.every((frame, i) => frame.contentWindow.location.pathname === paths[i]);
	})(%s)`, list))
	if !stayed {
		b.t.Errorf("%v: a page led away from itself", paths)
	}
}

// text is the text of the first element that selector finds.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return evaluate[string](b, fmt.Sprintf(`document.querySelector(%q).innerText.replace(/\s+/g, ' ')`, selector))
}

// signIn pastes the key into the form that path leads to.
func (b *tab) signIn(path, key string) {
	b.t.Helper()
	b.open(path)
	b.do(chromedp.Focus(chromedp.CSS("#key")))
	call(b, input.InsertText, input.InsertTextParams{Text: key})
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Submit(chromedp.CSS("#key"))); err != nil {
		b.t.Fatal(err)
	}
	if at := evaluate[string](b, `location.pathname`); at != path {
		b.t.Fatalf("signing in led to %s, want %s: %s", at, path, b.text("main"))
	}
}

// look sets the window's width and the colour scheme it prefers.
func (b *tab) look(scheme string, width int64) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	b.do(chromedp.EmulateViewport(width, 1300))
}

// shoot writes a screenshot, when somebody wants to see it.
func (b *tab) shoot(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// TestBrowser is what only a browser can tell.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"Guard": testGuard, "Live": testLive, "HiddenTab": testHiddenTab, "Polling": testPolling,
		"WithoutJavaScript": testWithoutJavaScript, "Look": testLook, "XSS": testBrowserXSS,
	} {
		t.Run(name, func(t *testing.T) { test(t, browser) })
	}
}
