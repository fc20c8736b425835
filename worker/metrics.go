package worker

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/postgres"
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

func newMetrics(r prometheus.Registerer, db *postgres.DB) (*metrics, error) {
	m := &metrics{
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "linecast_messages_total", Help: "Recipients by final outcome.",
		}, []string{"result", "reason"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "linecast_line_requests_total", Help: "Requests that send, by endpoint and LINE's status; 0 is no answer, 409 a retry key accepted before.",
		}, []string{"endpoint", "code"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "linecast_line_request_duration_seconds", Help: "Time of a request that sends, its answer read.",
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
	for _, c := range []prometheus.Collector{m.messages, m.requests, m.duration, m.takenBack, m.runs, gauges{db}} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// outcomes counts what passes on its way to record.
func (m *metrics) outcomes(record func(...delivery.Outcome)) func(...delivery.Outcome) {
	return func(list ...delivery.Outcome) {
		for i := range list {
			m.messages.WithLabelValues(list[i].State.String(), list[i].Reason).Inc()
		}
		record(list...)
	}
}

// watch counts and times the requests of a client.
func (m *metrics) watch(c delivery.Caller) delivery.Caller { return watched{c, m} }

type watched struct {
	delivery.Caller
	metrics *metrics
}

// Push implements delivery.Caller.
func (w watched) Push(ctx context.Context, body []byte, key uuid.UUID) line.Answer {
	start := time.Now()
	return w.metrics.answered("push", start, w.Caller.Push(ctx, body, key))
}

// Multicast implements delivery.Caller.
func (w watched) Multicast(ctx context.Context, body []byte, key uuid.UUID) line.Answer {
	start := time.Now()
	return w.metrics.answered("multicast", start, w.Caller.Multicast(ctx, body, key))
}

func (m *metrics) answered(endpoint string, start time.Time, a line.Answer) line.Answer {
	m.duration.Observe(time.Since(start).Seconds())
	m.requests.WithLabelValues(endpoint, strconv.Itoa(a.Status)).Inc()
	return a
}
