package web

import (
	"cmp"
	"context"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/seal"
)

// Deps is everything the pages need from outside.
type Deps struct {
	Store  Store
	Auth   Authenticator
	Sealer *seal.Ring     // seals what the session cookie holds
	Links  *OneTimeLinks  // sign-in links that work once; nil: there are none
	Zone   *time.Location // of every time shown: the workspace's; nil: UTC

	Log       *slog.Logger
	Now       func() time.Time
	Random    io.Reader     // crypto/rand.Reader: request ids come from it
	PublicURL string        // such as "https://linecast.example.com"; "" when it is not known
	Tick      time.Duration // between two readings of a live page; 0: a second
}

// Web is the pages. It is an http.Handler for "/", safe for concurrent use.
type Web struct {
	deps      Deps
	routes    []route
	mux       *http.ServeMux
	origin    *http.CrossOriginProtection
	assets    assets
	templates map[string]*template.Template
	readings  *readings
	stopping  context.Context
	stop      context.CancelFunc
}

// New makes the pages. Stop ends what New's handler may still be streaming.
func New(d Deps) *Web {
	d.Tick = cmp.Or(d.Tick, time.Second)
	d.Zone = cmp.Or(d.Zone, time.UTC)
	s := &Web{deps: d, mux: http.NewServeMux(), origin: http.NewCrossOriginProtection(), assets: newAssets()}
	if d.PublicURL != "" {
		// A proxy may put another Host in front of us; the browser's Origin
		// still names the public one. A URL that is none is ignored here and
		// reported by the settings.
		_ = s.origin.AddTrustedOrigin(strings.TrimSuffix(d.PublicURL, "/"))
	}
	s.templates = parseTemplates(s.functions())
	s.readings = newReadings(d.Store.RunProgress, d.Tick, d.Now)
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.routes = s.table()
	for i := range s.routes {
		rt := &s.routes[i]
		s.mux.HandleFunc(rt.pattern, func(w http.ResponseWriter, r *http.Request) {
			out := w.(*response) // the mux hands on what ServeHTTP gave it
			out.err = s.serve(rt, out, r)
		})
	}
	return s
}

// Stop ends the live streams, which would last as long as their readers stay.
// Call it before the server's Shutdown, which waits for them.
func (s *Web) Stop() { s.stop() }

// ServeHTTP answers one request.
func (s *Web) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.deps.Now()
	s.protect(w.Header())
	out := &response{ResponseWriter: w, status: http.StatusOK, requestID: s.identify(w, r)}
	err := s.dispatch(out, r)
	if err != nil {
		s.fail(out, r, err)
	}
	s.log(out, r, err, s.deps.Now().Sub(start))
	if err != nil && out.brokenOff {
		panic(http.ErrAbortHandler) // closes the connection: the reader sees that the answer is not whole
	}
}

// dispatch hands the request to its route and gives back the route's error.
func (s *Web) dispatch(w *response, r *http.Request) (err error) {
	defer recovered(&err)
	if err := s.origin.Check(r); err != nil {
		return errs.New("web.cross_origin").Because(err)
	}
	if _, pattern := s.mux.Handler(r); pattern == "" {
		return s.unrouted(w, r)
	}
	s.mux.ServeHTTP(w, r)
	return w.err
}

// unrouted says why no route takes the request: none has the path, or those
// that have it answer other methods.
func (s *Web) unrouted(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return errs.New("web.not_found", r.URL.Path)
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return errs.New("route.method", r.URL.Path, r.Method)
}

// serve is everything that happens to a request of a route: who reads, may
// they, what do they see.
func (s *Web) serve(rt *route, w *response, r *http.Request) (err error) {
	if !rt.streams {
		ctx, cancel := context.WithTimeout(r.Context(), timeLimit)
		defer cancel()
		r = r.WithContext(ctx)
	}
	if w.reader, err = s.signedIn(r, rt.scope); err != nil {
		return err
	}
	p, err := rt.handle(w, r)
	if err != nil || p == nil {
		return err
	}
	return s.render(w, r, http.StatusOK, rt.template, p)
}

// timeLimit is for everything between a request and its page; streams have a
// limit for each write instead.
const timeLimit = 30 * time.Second
