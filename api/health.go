package api

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/prometheus/common/expfmt"
)

// Readiness says whether the parts that linecast needs are there.
type Readiness interface {
	// Ready makes every check, each within ctx's time.
	Ready(ctx context.Context) []Check
}

// Check is one part's state. Detail is shown to everybody: it names no host
// and no account.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// checkLimit is how long /readyz takes at most.
const checkLimit = time.Second

type healthy struct {
	Status  string `json:"status"`
	Version string `json:"version"`
}

// health says that the process answers, and asks nothing else: a database that
// is away must not make a supervisor restart linecast.
func (a *API) health(context.Context, struct{}) (healthy, error) {
	return healthy{"ok", a.deps.Build.Version}, nil
}

type readiness struct {
	Ready  bool    `json:"ready"`
	Checks []Check `json:"checks"`
}

func (r readiness) status() int {
	if r.Ready {
		return http.StatusOK
	}
	return http.StatusServiceUnavailable
}

func (a *API) ready(ctx context.Context, _ struct{}) (readiness, error) {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	out := readiness{Ready: true, Checks: a.deps.Ready.Ready(ctx)}
	for _, c := range out.Checks {
		out.Ready = out.Ready && c.OK
	}
	return out, nil
}

// file is an output that is not JSON.
type file struct {
	media string
	body  []byte
}

func (f file) file() (mediaType string, body []byte) { return f.media, f.body }

// showMetrics shows every metric of the program as Prometheus reads them.
func (a *API) showMetrics(context.Context, struct{}) (file, error) {
	families, err := a.deps.Registry.Gather()
	if err != nil {
		return file{}, err
	}
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	var b bytes.Buffer
	enc := expfmt.NewEncoder(&b, format)
	for _, family := range families {
		if err := enc.Encode(family); err != nil {
			return file{}, err
		}
	}
	return file{string(format), b.Bytes()}, nil
}
