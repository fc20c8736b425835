package worker

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/postgres"
)

// gauges reads how the engine stands whenever it is asked: what an alert is
// made of. Every process shows the same, because it is the database's.
type gauges struct{ db *postgres.DB }

// gauge is a row of the table: one number of postgres.Gauges.
type gauge struct {
	desc  *prometheus.Desc
	value func(postgres.Gauges) float64
}

func newGauge(name, help string, labels prometheus.Labels, value func(postgres.Gauges) float64) gauge {
	return gauge{prometheus.NewDesc("linecast_"+name, help, nil, labels), value}
}

func gaugeTable() []gauge {
	const runs, help = "open_runs", "Runs that have not ended, by state; quota is those of paused that wait for the month's quota."
	state := func(s string) prometheus.Labels { return prometheus.Labels{"state": s} }
	return []gauge{
		newGauge(runs, help, state("freezing"), func(g postgres.Gauges) float64 { return float64(g.Freezing) }),
		newGauge(runs, help, state("sending"), func(g postgres.Gauges) float64 { return float64(g.Sending) }),
		newGauge(runs, help, state("paused"), func(g postgres.Gauges) float64 { return float64(g.Paused - g.WaitingForQuota) }),
		newGauge(runs, help, state("quota"), func(g postgres.Gauges) float64 { return float64(g.WaitingForQuota) }),
		newGauge(runs, help, state("halted"), func(g postgres.Gauges) float64 { return float64(g.Halted) }),
		newGauge("recipients_remaining", "Recipients of open runs without an outcome.", nil, func(g postgres.Gauges) float64 { return float64(g.Remaining) }),
		newGauge("batches_backing_off", "Batches that wait because LINE did not answer or limits.", nil, func(g postgres.Gauges) float64 { return float64(g.BackingOff) }),
		newGauge("channel_tokens_refused", "Channels whose token LINE refuses.", nil, func(g postgres.Gauges) float64 { return float64(g.TokensRefused) }),
		newGauge("run_stalled_seconds", "Time since a sending run ended a batch, the longest of all runs.", nil, func(g postgres.Gauges) float64 { return g.StalledSeconds }),
	}
}

// Describe implements prometheus.Collector.
func (c gauges) Describe(out chan<- *prometheus.Desc) {
	for _, g := range gaugeTable() {
		out <- g.desc
	}
}

// Collect implements prometheus.Collector. While the database is away there are
// no numbers: stale ones would calm an alert.
func (c gauges) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	values, err := c.db.Gauges(ctx)
	if err != nil {
		return
	}
	for _, g := range gaugeTable() {
		out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, g.value(values))
	}
}
