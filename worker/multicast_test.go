package worker_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// TestAggregationUnit: a campaign that asks for it sends every message under its
// run's name, by push and by multicast; one whose template names a unit keeps
// that; a test send has none.
func TestAggregationUnit(t *testing.T) {
	t.Parallel()
	own := `{"customAggregationUnits":["spring"],` + sameForAll[1:]
	for _, body := range []string{greeting, sameForAll, own} {
		s := newStage(t, stageOptions{users: 30})
		s.work(nil)
		c := s.draft(func(d *campaign.Draft) { d.Content.Body, d.Delivery.AggregationUnit = campaign.Body(body), true })
		if _, err := s.control.Test(t.Context(), c.ID, []string{"user:u0"}); err != nil {
			t.Fatal(err)
		}
		p, err := s.control.Preflight(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(p.Checks, func(c delivery.Check) bool { return c.Name == "statistics" })
		if i < 0 || p.Checks[i].Status != delivery.OK {
			t.Errorf("%+v", p.Checks)
		}
		if c, err = s.control.Publish(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		run := s.run(c)
		if p := s.ended(run.ID, patience); p.Counts.Accepted != 30 {
			t.Errorf("%+v", p.Counts)
		}
		want := map[string]int{run.ID.String(): 30}
		if body == own {
			want = map[string]int{"spring": 31} // the test send, too
		}
		if diff := cmp.Diff(want, s.account.Units()); diff != "" {
			t.Errorf("recipients by unit: -want +got\n%s", diff)
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
