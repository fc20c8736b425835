package worker_test

import (
	"testing"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/simulator"
)

// TestIdentityWhileSending: whatever happens to users' ids between freezing and
// sending, a message goes only to a line_id of the frozen audience, once.
func TestIdentityWhileSending(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 40, perSecond: 2000})
	id := simulator.UserID
	s.must(s.pool.Exec(t.Context(), `update users set user_id = null where user_id in ('u1', 'u2')`)) // friends the brand does not know yet
	s.must(s.pool.Exec(t.Context(), `insert into users (user_id) values ('known')`))
	c, run := s.freezing()
	s.must(s.control.Pause(t.Context(), c.ID, "test"))
	s.work(nil)
	s.await("the freeze", patience, func() bool { return s.progress(run.ID).StartedAt != nil })
	patch := func(user, line string) {
		t.Helper()
		if _, _, err := s.db.UpsertUser(t.Context(), audience.Patch{UserID: user, LineID: line}, audience.ByAPI); err != nil {
			t.Fatal(err)
		}
	}
	patch("known", id(1)) // merged into one who is not in the audience: gets the message in his stead
	patch("u3", id(2))    // merged into one who is: the frozen line_id counts, the other row is skipped
	patch("u4", id(99))   // a new phone
	patch("u5", id(4))    // and his old id for somebody else
	if err := s.db.DeleteUser(t.Context(), audience.Key{UserID: "u6"}); err != nil {
		t.Fatal(err)
	}
	s.must(s.control.Resume(t.Context(), c.ID))
	p := s.ended(run.ID, patience)
	want := map[string]int64{"line_id_changed": 3, "erased": 1}
	if p.Counts != (delivery.Counts{Accepted: 36, Skipped: 4}) || p.Reasons["line_id_changed"] != want["line_id_changed"] || p.Reasons["erased"] != 1 {
		t.Errorf("%+v %v", p.Counts, p.Reasons)
	}
	if stats := s.account.Stats(); stats.MaxPerRecipient != 1 || stats.Recipients != 36 {
		t.Errorf("%d recipients, at most %d messages for one", stats.Recipients, stats.MaxPerRecipient)
	}
	if p := p.Check(); p != "" {
		t.Error(p)
	}
}

// TestExpiry: who may have been asked is not asked again after 20 hours and
// becomes unknown; who never was is sent to.
func TestExpiry(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 60, faults: simulator.Faults{Outage: simulator.OutageCut}})
	s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	s.await("unclear answers", patience, func() bool {
		var n int
		s.must(nil, s.pool.QueryRow(t.Context(), `select coalesce(sum(cardinality(unclear)), 0) from batches where state = 'queued'`).Scan(&n))
		return n >= 20
	})
	s.must(s.control.Pause(t.Context(), c.ID, "test"))
	s.must(s.pool.Exec(t.Context(), `update batches set first_attempt_at = now() - interval '21 hours', unclear = unclear[1:20], not_before = null`))
	s.must(nil, s.account.SetFaults(simulator.Faults{}))
	s.must(s.control.Resume(t.Context(), c.ID))
	p := s.ended(run.ID, patience)
	if p.Counts != (delivery.Counts{Accepted: 40, Unknown: 20}) || p.Reasons["expired"] != 20 {
		t.Errorf("%+v %v", p.Counts, p.Reasons)
	}
}

// TestCancelledUnclear: a cancel says cancelled only of those who were
// certainly not sent to.
func TestCancelledUnclear(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 60, faults: simulator.Faults{Outage: simulator.OutageCut}})
	s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	s.await("a round", patience, func() bool {
		var rounds int
		s.must(nil, s.pool.QueryRow(t.Context(), `select coalesce(max(rounds), 0) from batches where state = 'queued'`).Scan(&rounds))
		return rounds > 0
	})
	s.must(s.control.Cancel(t.Context(), c.ID, "test"))
	p := s.ended(run.ID, patience)
	if n := p.Counts.Unknown; n < 20 || n+p.Counts.Cancelled != 60 || p.Reasons["cancelled_unclear"] != n {
		t.Errorf("%+v %v", p.Counts, p.Reasons)
	}
}
