package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/worker"
)

// TestGauges shows a run that waits for quota, and a refused token, in what an
// operator's alerts read.
func TestGauges(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 300, perSecond: 2000, quota: 100})
	registry := prometheus.NewRegistry()
	s.work(func(c *worker.Config) {
		c.Registry, c.ProbeEvery, c.QuotaEvery = registry, time.Minute, time.Millisecond
	})
	run := s.run(s.publish(nil))
	s.await("the pause", patience, func() bool {
		p := s.progress(run.ID)
		return p.State == delivery.RunPaused && p.Counts.Accepted == 100
	})
	s.account.SetQuota(0)
	s.must(nil, s.account.SetFaults(simulator.Faults{Revoked: true}))
	s.publish(nil)
	s.await("the refused token", patience, func() bool {
		g, err := s.db.Gauges(t.Context())
		return err == nil && g.TokensRefused == 1
	})
	const want = `
# HELP linecast_channel_tokens_refused Channels whose token LINE refuses.
# TYPE linecast_channel_tokens_refused gauge
linecast_channel_tokens_refused 1
# HELP linecast_open_runs Runs that have not ended, by state; quota is those of paused that wait for the month's quota.
# TYPE linecast_open_runs gauge
linecast_open_runs{state="freezing"} 0
linecast_open_runs{state="halted"} 0
linecast_open_runs{state="paused"} 0
linecast_open_runs{state="quota"} 1
linecast_open_runs{state="sending"} 1
# HELP linecast_recipients_remaining Recipients of open runs without an outcome.
# TYPE linecast_recipients_remaining gauge
linecast_recipients_remaining 500
`
	err := testutil.GatherAndCompare(registry, strings.NewReader(want),
		"linecast_channel_tokens_refused", "linecast_open_runs", "linecast_recipients_remaining")
	if err != nil {
		t.Error(err)
	}
}
