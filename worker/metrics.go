package worker

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line"
)

// metrics are this package's numbers. No label holds a name or an id: their
// values would be as many as there are campaigns or people.
type metrics struct {
	messages  *prometheus.CounterVec
	requests  *prometheus.CounterVec
	duration  prometheus.Histogram
	takenBack prometheus.Counter
	runs      *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "linecast_messages_total", Help: "Recipients by final outcome.",
		}, []string{"result", "reason"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "linecast_push_requests_total", Help: "Push requests by LINE's status; 0 is no answer, 409 a retry key accepted before.",
		}, []string{"code"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "linecast_push_request_duration_seconds", Help: "Time of a push request, its answer read.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
		takenBack: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "linecast_batches_taken_back_total", Help: "Batches whose worker went away.",
		}),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "linecast_campaign_runs_total", Help: "Runs made (freezing or missed) and closed.",
		}, []string{"result"}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.messages, m.requests, m.duration, m.takenBack, m.runs} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// outcomes counts what passes on its way to record.
func (m *metrics) outcomes(record func(delivery.Outcome)) func(delivery.Outcome) {
	return func(o delivery.Outcome) {
		m.messages.WithLabelValues(o.State.String(), o.Reason).Inc()
		record(o)
	}
}

// watch counts and times the requests of a client.
func (m *metrics) watch(p delivery.Pusher) delivery.Pusher { return watched{p, m} }

type watched struct {
	delivery.Pusher
	metrics *metrics
}

// Push implements delivery.Pusher.
func (w watched) Push(ctx context.Context, body []byte, key uuid.UUID) line.Answer {
	start := time.Now()
	a := w.Pusher.Push(ctx, body, key)
	w.metrics.duration.Observe(time.Since(start).Seconds())
	w.metrics.requests.WithLabelValues(strconv.Itoa(a.Status)).Inc()
	return a
}
