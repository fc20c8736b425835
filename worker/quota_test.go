package worker_test

import (
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/worker"
)

// TestQuotaReserve: bulk campaigns leave the channel's reserve alone, and those
// whose authors wished so go on by themselves once the plan was raised.
func TestQuotaReserve(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 1000, perSecond: 2000, quota: 800})
	s.must(s.pool.Exec(t.Context(), `update channels set quota_reserve = 100`))
	s.work(func(c *worker.Config) { c.QuotaEvery = 200 * time.Millisecond })
	pausedAt := func(waits bool, accepted int) delivery.Run {
		run := s.run(s.publish(func(d *campaign.Draft) { d.Delivery.WaitForQuota = waits }))
		s.await("the pause", patience, func() bool { return s.progress(run.ID).State == delivery.RunPaused })
		s.await("the outcomes", patience, func() bool { return s.accepted() == accepted })
		p := s.progress(run.ID)
		if want := "quota: 700 of 800 messages used this month, 100 reserved"; p.Reason != want && waits == false {
			t.Errorf("reason %q, want %q", p.Reason, want)
		}
		return p.Run
	}
	waiting, staying := pausedAt(true, 700), pausedAt(false, 700)
	s.account.SetQuota(2000)
	s.await("the end of the campaign that waits", patience, func() bool { return s.progress(waiting.ID).FinishedAt != nil })
	if p := s.progress(staying.ID); p.State != delivery.RunPaused || p.Counts.Total() != 0 {
		t.Errorf("a campaign that does not wait for quota is %s with %+v", p.State, p.Counts)
	}
}
