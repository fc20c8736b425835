package app

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/linecast/linecast/api"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/web"
	"github.com/linecast/linecast/worker"
)

// newServers makes the listeners: one for everything, and one for /metrics
// when it has an address of its own.
func (a *App) newServers(channels channel.Service, ring *seal.Ring, registry *prometheus.Registry) (err error) {
	c, now := a.options.Config, a.options.Now
	intake, err := worker.NewIntake(a.workerConfig(channels))
	if err != nil {
		return err
	}
	if a.api, err = api.New(a.deps(channels, intake, registry)); err != nil {
		return err
	}
	a.links = web.NewOneTimeLinks(now)
	a.web = web.New(web.Deps{
		Store: a.db, Auth: web.Keys{Store: a.db, Now: now}, Sealer: ring, Links: a.links, Zone: c.Location(),
		Log: a.log, Now: now, Random: rand.Reader, PublicURL: c.PublicURL,
	})
	a.servers = append(a.servers, &server{name: serverMain, addr: c.Listen, http: a.api.NewServer(a.handler())})
	if c.MetricsListen != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
		a.servers = append(a.servers, &server{name: "metrics", addr: c.MetricsListen, http: a.api.NewServer(mux)})
	}
	return nil
}

// deps is everything the API works with.
func (a *App) deps(channels channel.Service, intake worker.Intake, registry *prometheus.Registry) api.Deps {
	c, now := a.options.Config, a.options.Now
	control := worker.Control{DB: a.db, Channels: channels, TimeZone: c.Location(), Now: now}
	return api.Deps{
		Keys: a.db, Audit: a.db, Answers: a.db,
		Users: a.db, UserHistory: a.db, Attributes: a.db, Imports: intake, Segments: a.db,
		Templates: a.db, Renderer: control,
		Channels: channels, ChannelStore: a.db, Syncs: intake,
		CampaignStore: a.db, RunStore: a.db,
		CampaignControl: control,
		Ready:           readiness{a.pool}, Registry: registry, MetricsElsewhere: c.MetricsListen != "",
		Log: a.log, Now: now, TimeZone: c.Location(), Random: rand.Reader, PublicURL: c.PublicURL, Build: a.options.Build,
	}
}

// forPrograms are the paths that the API answers; all others are pages.
var forPrograms = []string{"/api/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"}

func (a *App) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, prefix := range forPrograms {
			if strings.HasPrefix(r.URL.Path, prefix) {
				a.api.ServeHTTP(w, r)
				return
			}
		}
		a.web.ServeHTTP(w, r)
	})
}
