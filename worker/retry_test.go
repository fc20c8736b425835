package worker_test

import (
	"testing"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line/simulator"
)

// TestRetryRejected sends again to just those whom LINE refused, and to nobody
// else.
func TestRetryRejected(t *testing.T) {
	t.Parallel()
	bad := []string{simulator.UserID(3), simulator.UserID(7), simulator.UserID(20)}
	s := newStage(t, stageOptions{users: 100, faults: simulator.Faults{BadIDs: bad}})
	s.work(nil)
	c := s.publish(nil)
	run := s.run(c)
	if _, err := s.control.RetryRejected(t.Context(), c.ID, 0); !errs.Is(err, "campaign.wrong_status") && !errs.Is(err, "run.not_ended") {
		t.Errorf("retrying while it runs: %v", err)
	}
	if p := s.ended(run.ID, patience); p.Counts.Rejected != 3 {
		t.Fatalf("%+v", p.Counts)
	}
	s.must(nil, s.account.SetFaults(simulator.Faults{BadIDs: bad[:1]}))
	s.await("the campaign's end", patience, func() bool {
		after, err := s.db.Campaign(t.Context(), c.ID)
		return err == nil && after.Status == campaign.Finished
	})
	again, err := s.control.RetryRejected(t.Context(), c.ID, 0)
	s.must(again, err)
	p := s.ended(again.ID, patience)
	if want := (delivery.Counts{Accepted: 2, Rejected: 1}); p.Counts != want || p.Retries != run.ID || p.Version != run.Version {
		t.Errorf("%+v", p)
	}
	if s.account.Stats().MaxPerRecipient != 1 || s.accepted() != 99 {
		t.Errorf("%d accepted, %d by one", s.accepted(), s.account.Stats().MaxPerRecipient)
	}
	if _, err := s.control.RetryRejected(t.Context(), c.ID+1, run.ID); !errs.Is(err, "campaign.not_found") {
		t.Errorf("another campaign's run: %v", err)
	}
	s.must(s.pool.Exec(t.Context(), `update runs set ledger_dropped_at = now() where id = $1`, again.ID))
	s.await("the campaign's end", patience, func() bool {
		_, err := s.control.RetryRejected(t.Context(), c.ID, 0)
		return errs.Is(err, "run.ledger_dropped")
	})
}
