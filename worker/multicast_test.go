package worker_test

import (
	"testing"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/simulator"
)

const sameForAll = `{"messages":[{"type":"text","text":"The shop is open"}]}`

// TestMulticast: equal messages go by multicast and bad recipients are found
// alone; a campaign may forbid it.
func TestMulticast(t *testing.T) {
	t.Parallel()
	bad := []string{simulator.UserID(3), simulator.UserID(700)}
	for _, allowed := range []bool{true, false} {
		s := newStage(t, stageOptions{users: 1200, faults: simulator.Faults{BadIDs: bad}})
		s.work(nil)
		run := s.run(s.publish(func(d *campaign.Draft) { d.Content.Body, d.Delivery.Multicast = sameForAll, &allowed }))
		p := s.ended(run.ID, patience)
		s.check(p, 1200)
		if want := (delivery.Counts{Accepted: 1198, Rejected: 2}); p.Counts != want || p.Reasons["bad_recipient"] != 2 {
			t.Errorf("allowed %v: %+v %v", allowed, p.Counts, p.Reasons)
		}
		byMulticast := s.account.Stats().Multicast.Accepted.Total
		if (byMulticast > 0) != allowed {
			t.Errorf("allowed %v: %d multicasts", allowed, byMulticast)
		}
	}
}

// TestKilledMulticast kills workers in the middle of a campaign whose messages
// are equal: groups are asked again under the same keys.
func TestKilledMulticast(t *testing.T) {
	t.Parallel()
	const users, kills = 15_000, 3
	s := newStage(t, stageOptions{users: users, faults: simulator.Faults{LatencyMS: 300, CutRate: 0.2, ErrorRate: 0.1, BadIDs: []string{simulator.UserID(5)}}})
	s.must(s.pool.Exec(t.Context(), `update channels set multicast_per_second = 10`))
	c := s.publish(func(d *campaign.Draft) { d.Content.Body = sameForAll })
	for n := range kills {
		victim := s.process()
		s.await("messages before the kill", patience, func() bool { return s.accepted() >= (n+1)*users/(kills+2) })
		kill(victim)
	}
	s.process()
	p := s.ended(s.run(c).ID, patience)
	s.check(p, users)
	if p.Counts.Accepted != users-1 || p.Counts.Rejected != 1 {
		t.Errorf("%+v", p.Counts)
	}
	t.Logf("%d learned by 409", p.Counts.Conflicts)
}
