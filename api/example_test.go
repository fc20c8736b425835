package api_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/api"
)

// An API is an http.Handler; what it needs comes in as Deps. Routes that need
// a store are given a *postgres.DB.
func Example() {
	linecast, err := api.New(api.Deps{
		Ready: queueIsFull{}, Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler),
		Now: time.Now, Random: rand.Reader, Build: api.Build{Version: "1.2.3"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{"/healthz", "/readyz", "/api/v1/users"} {
		w := httptest.NewRecorder()
		linecast.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Printf("%s %d %.73s\n", path, w.Code, w.Body)
	}
	// Output:
	// /healthz 200 {"status":"ok","version":"1.2.3"}
	//
	// /readyz 503 {"ready":false,"checks":[{"name":"queue","ok":false,"detail":"no worker s
	// /api/v1/users 401 {"type":"/docs/errors#auth.missing","title":"An API key is needed","statu
}

type queueIsFull struct{}

func (queueIsFull) Ready(context.Context) []api.Check {
	return []api.Check{{Name: "queue", OK: false, Detail: "no worker since 3 minutes"}}
}
