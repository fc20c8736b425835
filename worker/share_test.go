package worker_test

import (
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/line/simulator"
)

// TestChannelsDoNotWait: a channel whose LINE is slow, limits, refuses the
// token or is away delays no other.
func TestChannelsDoNotWait(t *testing.T) {
	t.Parallel()
	tests := map[string]simulator.Faults{
		"slow":          {LatencyMS: 14_000},
		"limiting":      {LimitRate: 1, RetryAfter: "30"},
		"token refused": {Revoked: true},
		"away":          {Outage: simulator.OutageUnavailable},
	}
	for name, faults := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, stageOptions{users: 600})
			other := s.secondChannel()
			s.must(nil, s.account.SetFaults(faults))
			s.work(nil)
			broken := s.run(s.publish(nil))
			s.await("requests of the broken channel", patience, func() bool { return s.account.Stats().Requests > 0 })
			start := time.Now()
			well := s.run(s.publish(func(d *campaign.Draft) { d.Channel = other }))
			s.ended(well.ID, patience)
			if p := s.progress(broken.ID); p.FinishedAt != nil || p.Counts.Rejected+p.Counts.Unknown > 0 {
				t.Errorf("the broken channel's run is %s with %+v", p.State, p.Counts)
			}
			t.Logf("600 recipients in %s beside it", time.Since(start))
		})
	}
}

// TestCampaignsShareAChannel: a campaign that comes second gets about half of
// the channel's rate at once, and one with a low cap of its own takes no more
// than that.
func TestCampaignsShareAChannel(t *testing.T) {
	t.Parallel()
	const users = 3000
	s := newStage(t, stageOptions{users: users, perSecond: 400})
	s.work(nil)
	slow := s.run(s.publish(func(d *campaign.Draft) { d.Delivery.MaxPerSecond = 20 }))
	first := s.run(s.publish(nil))
	s.await("the first one's messages", patience, func() bool { return s.progress(first.ID).Counts.Accepted > 400 })
	second := s.run(s.publish(nil))
	s.await("the second one's messages", patience, func() bool { return s.progress(second.ID).Counts.Accepted > 0 })
	before := s.progress(first.ID).Counts.Accepted
	s.await("the second one's share", patience, func() bool { return s.progress(second.ID).Counts.Accepted > 600 })
	one, two := s.progress(first.ID).Counts.Accepted-before, s.progress(second.ID).Counts.Accepted
	if ratio := float64(two) / float64(one+1); ratio < 0.5 || ratio > 2 {
		t.Errorf("while the second sent %d the first sent %d", two, one)
	}
	if p := s.progress(slow.ID); p.PerSecond > 30 || p.Counts.Accepted == 0 {
		t.Errorf("the campaign capped at 20 a second sends %.0f, %d so far", p.PerSecond, p.Counts.Accepted)
	}
}
