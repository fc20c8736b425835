package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"github.com/linecast/linecast/ref"
)

// Deps is everything the API needs from outside.
type Deps struct {
	Keys        Keys
	Audit       Audit
	Answers     Answers
	Users       Users
	UserHistory UserHistory
	Attributes  Attributes
	Imports     Imports

	Segments  Segments
	Templates Templates
	Renderer  Renderer

	Channels        Channels
	ChannelStore    ChannelStore
	Syncs           Syncs
	CampaignStore   CampaignStore
	CampaignControl CampaignControl
	RunStore        RunStore

	Ready    Readiness
	Registry *prometheus.Registry // where this package's metrics go and what /metrics shows
	// MetricsElsewhere says that the program shows its metrics on a listener
	// of their own; /metrics is then no route.
	MetricsElsewhere bool

	Log       *slog.Logger
	Now       func() time.Time
	Random    io.Reader // crypto/rand.Reader: API keys come from it
	PublicURL string    // such as "https://linecast.example.com"; "" leaves links relative
	Build     Build
	TimeZone  *time.Location // of segments without their own; nil is UTC
	// RequestsPerSecond is how often each key may call this process; 0 is no
	// limit.
	RequestsPerSecond int
}

// Build says what runs.
type Build struct{ Version, Commit string }

func (d Deps) secure() bool { return strings.HasPrefix(d.PublicURL, "https://") }

// API is the interface for programs. It is an http.Handler, safe for
// concurrent use.
type API struct {
	deps     Deps
	log      *slog.Logger
	echo     *echo.Echo
	metrics  *metrics
	limit    *rateLimit
	document func() (*document, error) // made when first asked for
	routes   []route
	stopping context.Context
	stop     context.CancelFunc
}

// New makes the API. It fails when the metrics are registered already.
func New(d Deps) (*API, error) { return build(d) }

// build makes an API with more routes than the table has, as tests of the
// frame need them.
func build(d Deps, more ...route) (*API, error) {
	a := &API{deps: d, log: d.Log, echo: echo.New(),
		limit: &rateLimit{perSecond: d.RequestsPerSecond, buckets: map[ref.Key]*rate.Limiter{}}}
	a.stopping, a.stop = context.WithCancel(context.Background())
	var err error
	if a.metrics, err = newMetrics(d.Registry, d.Build); err != nil {
		return nil, fmt.Errorf("register the API's metrics: %w", err)
	}
	a.document = sync.OnceValues(func() (*document, error) { return loadDocument(d.PublicURL, d.Build.Version) })
	a.mount(append(a.table(), more...))
	return a, nil
}

// mount hands the routes to Echo.
func (a *API) mount(routes []route) {
	a.echo.IPExtractor = echo.ExtractIPDirect() // RealIP must not believe X-Forwarded-For from anybody
	a.echo.HTTPErrorHandler = func(err error, c echo.Context) {
		a.log.Error("error behind the last middleware", "request_id", requestID(c), "error", safe(err))
	}
	a.echo.Use(a.protect, a.identifyRequest, a.observe)
	a.routes = routes
	for i := range routes {
		rt := &routes[i]
		path := strings.NewReplacer("{", ":", "}", "").Replace(rt.Path)
		serve := a.serve(rt)
		handler := func(c echo.Context) error {
			c.Set(routeOfRequest, rt)
			return serve(c)
		}
		a.echo.Add(rt.Method, path, handler)
		if rt.Method == http.MethodGet {
			a.echo.Add(http.MethodHead, path, handler) // net/http leaves the body out
		}
	}
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.echo.ServeHTTP(w, r) }

// Stop ends the streams that would last as long as their readers stay. Call
// it before the server's Shutdown, which waits for them.
func (a *API) Stop() { a.stop() }

// NewServer is an http.Server with the limits that keep one client from
// holding another's place: headers within 5 s, a request within 30 s, 60 s
// for an answer, 120 s between requests. Routes that stream move their own
// limits.
func (a *API) NewServer(h http.Handler) *http.Server {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: timeLimit, WriteTimeout: 2 * timeLimit,
		IdleTimeout: 120 * time.Second, MaxHeaderBytes: headerLimit,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	s.RegisterOnShutdown(a.Stop)
	return s
}
