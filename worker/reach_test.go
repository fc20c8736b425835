package worker_test

import (
	"testing"
)

// TestCancelAfterKill: when a slow campaign's worker was killed and the campaign
// is cancelled, only those are in doubt whom the worker may have come to.
func TestCancelAfterKill(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 1000, perSecond: 50})
	c := s.publish(nil)
	victim := s.process()
	run := s.run(c)
	s.await("messages", patience, func() bool { return s.accepted() >= 100 })
	kill(victim)
	s.must(s.control.Cancel(t.Context(), c.ID, "test"))
	s.work(nil)
	p := s.ended(run.ID, patience)
	if p.Counts.Total() != 1000 || p.Counts.Unknown > 400 || int(p.Counts.Accepted+p.Counts.Unknown) < s.accepted() {
		t.Errorf("%d were accepted by LINE; the ledger says %+v", s.accepted(), p.Counts)
	}
	t.Logf("%d accepted by LINE, %+v", s.accepted(), p.Counts)
}
