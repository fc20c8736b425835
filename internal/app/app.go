// Package app wires linecast: it makes the parts of a process, starts them in
// order and stops them in the opposite one.
//
// It refuses to decide anything else. A test starts the whole program on port
// 0 with New and Start, and stops it as often as it likes.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/linecast/linecast/api"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/config"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/web"
	"github.com/linecast/linecast/worker"
)

// Options says what this process is.
type Options struct {
	Config config.Config
	Serve  bool // answers HTTP: the API and the pages
	Work   bool // takes jobs
	// Migrate brings the schema up to date first. Without it a database that
	// needs migrations is refused.
	Migrate bool
	Log     *slog.Logger
	Build   api.Build
	Now     func() time.Time // nil: time.Now
}

// App is a process of linecast.
type App struct {
	options Options
	log     *slog.Logger
	pool    *pgxpool.Pool
	db      *postgres.DB
	clients *channel.Clients
	worker  *worker.Worker // nil unless Work
	api     *api.API       // nil unless Serve
	web     *web.Web
	links   *web.OneTimeLinks
	servers []*server
}

// New connects to the database, waiting for it while it is away, and makes the
// parts. Nothing runs yet. ctx bounds the waiting.
func New(ctx context.Context, o Options) (_ *App, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &App{options: o, log: o.Log}
	defer func() {
		if err != nil && a.pool != nil {
			a.pool.Close()
		}
	}()
	if a.pool, err = connect(ctx, o.Config.DatabaseURL.Reveal(), o.Log); err != nil {
		return nil, err
	}
	a.db = postgres.New(a.pool)
	if err := whileAway(ctx, o.Log, func() error { return prepareSchema(ctx, a.pool, o) }); err != nil {
		return nil, err
	}
	ring, err := a.ring()
	if err != nil {
		return nil, err
	}
	registry := newRegistry()
	a.clients = channel.NewClients(a.dial)
	channels := channel.Service{Store: a.db, Sealer: ring, Clients: a.clients}
	if a.worker, err = a.newWorker(channels, registry); err != nil {
		return nil, err
	}
	if o.Serve {
		err = a.newServers(channels, ring, registry)
	}
	return a, err
}

// ring is the master keys. Without a setting a process has a key of its own,
// which is enough for everything but channels: what it seals, no other process
// and no later start can open.
func (a *App) ring() (*seal.Ring, error) {
	if key := a.options.Config.MasterKey.Reveal(); key != "" {
		return seal.NewRing(key)
	}
	a.log.Warn("LINECAST_MASTER_KEY is not set: channels connected now cannot be used after a restart",
		"fix", "set it to the output of: openssl rand -base64 32")
	key, err := seal.NewKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return seal.NewRing(key)
}

// dial makes the LINE client of a channel.
func (a *App) dial(token string) (*line.Client, error) {
	c := a.options.Config
	return line.NewClient(line.Options{
		APIBase: c.LineAPIBase, DataAPIBase: c.LineDataAPIBase, Token: token,
		MaxInFlight: 128 * c.WorkerConcurrency,
	})
}

func newRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// newWorker makes the worker; one that does not Work only inserts jobs.
func (a *App) newWorker(channels channel.Service, r *prometheus.Registry) (*worker.Worker, error) {
	c := a.workerConfig(channels)
	c.Registry = r
	return worker.New(c)
}

func (a *App) workerConfig(channels channel.Service) worker.Config {
	return worker.Config{
		Pool: a.pool, Channels: channels, TimeZone: a.options.Config.Location(), Log: a.log, Now: a.options.Now,
		JobsPerChannel: a.options.Config.WorkerConcurrency,
		KeepDeliveries: time.Duration(a.options.Config.KeepDeliveries) * 24 * time.Hour,
	}
}

// Start begins to listen and to work, and makes the bootstrap key when one is
// set. It returns when requests are answered.
func (a *App) Start(ctx context.Context) error {
	if err := whileAway(ctx, a.log, func() error { return a.bootstrap(ctx) }); err != nil {
		return err
	}
	for _, s := range a.servers {
		if err := s.start(); err != nil {
			return errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
		}
		a.log.Info("listening", "what", s.name, "address", s.address())
	}
	if !a.options.Work {
		return nil
	}
	if err := a.worker.Start(ctx); err != nil {
		return errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
	}
	a.log.Info("working", "jobs_per_channel", a.options.Config.WorkerConcurrency)
	return nil
}

// bootstrap makes the key of LINECAST_BOOTSTRAP_API_KEY at the first start.
func (a *App) bootstrap(ctx context.Context) error {
	token := a.options.Config.BootstrapAPIKey.Reveal()
	if token == "" {
		return nil
	}
	key, err := access.Bootstrap(token)
	if err != nil {
		return err
	}
	made, err := a.db.EnsureKey(ctx, key)
	if made {
		a.log.Info("made the bootstrap API key", "last4", key.Last4)
	}
	return err
}

// Stop ends in good order: no new requests and jobs, those under way are
// finished, at most for as long as ctx. It may be called twice and before
// Start.
func (a *App) Stop(ctx context.Context) error {
	if a.api != nil {
		a.api.Stop()
		a.web.Stop()
	}
	var failures []error
	for _, s := range a.servers {
		failures = append(failures, s.stop(ctx))
	}
	failures = append(failures, a.worker.Stop(ctx))
	a.clients.Close()
	a.pool.Close()
	return errors.Join(failures...)
}

// URL is where the process answers, such as "http://127.0.0.1:8080".
func (a *App) URL() string {
	for _, s := range a.servers {
		if s.name == serverMain {
			return "http://" + s.address()
		}
	}
	return ""
}

// SignInPath is the path of a page that signs in with key, once, within ten
// minutes: for the person who sees this process's terminal.
func (a *App) SignInPath(key string) string { return a.links.Issue(key) }

// DB is the process's database, for the demo and for tests.
func (a *App) DB() *postgres.DB { return a.db }

// server is a listener with its http.Server.
type server struct {
	name     string
	addr     string
	http     *http.Server
	listener net.Listener
}

const serverMain = "api and pages"

// start listens; serving goes on until stop.
func (s *server) start() error {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.addr)
	if err != nil {
		return errs.New("config.cannot_listen", s.addr+", for the "+s.name, err).Because(err)
	}
	s.listener = l
	go func() { _ = s.http.Serve(l) }() // ends with Shutdown
	return nil
}

func (s *server) stop(ctx context.Context) error {
	if s.listener == nil {
		return nil
	}
	if err := s.http.Shutdown(ctx); err != nil {
		return fmt.Errorf("closing the %s: %w", s.name, err)
	}
	return nil
}

func (s *server) address() string {
	if s.listener == nil {
		return s.addr
	}
	return s.listener.Addr().String()
}
