package worker_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/worker"
)

// freezing makes a running campaign with a run that waits to be frozen.
func (s *stage) freezing() (campaign.Campaign, delivery.Run) {
	s.t.Helper()
	c := s.publish(nil)
	run, _, err := s.db.CreateRun(s.t.Context(), c, time.Now(), delivery.Freezing)
	s.must(nil, err)
	s.must(nil, s.db.StartCampaign(s.t.Context(), c, campaign.Running, nil, false))
	return c, run
}

// TestPauseWhileFreezing: a pause that comes while the audience is being
// written waits for it and then holds.
func TestPauseWhileFreezing(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 20})
	ctx := t.Context()
	c, run := s.freezing()
	tx, err := s.pool.Begin(ctx)
	s.must(nil, err)
	db := postgres.New(tx)
	run, err = db.LockRun(ctx, run.ID)
	s.must(nil, err)
	s.must(db.Freeze(ctx, run, postgres.Audience{}))
	paused := make(chan error)
	go func() {
		_, err := s.control.Pause(ctx, c.ID, "test")
		paused <- err
	}()
	s.await("the pause to wait", patience, func() bool {
		var waits bool
		s.must(nil, s.pool.QueryRow(ctx, `select exists (select from pg_locks where not granted)`).Scan(&waits))
		return waits
	})
	s.must(nil, tx.Commit(ctx))
	s.must(nil, <-paused)
	if after, err := s.db.Run(ctx, run.ID); err != nil || after.State != delivery.RunPaused {
		t.Errorf("run is %s, %v", after.State, err)
	}
}

// TestResumeAfterFailedFreeze: a run whose audience could not be frozen is
// frozen when a person resumes it, not closed with nobody.
func TestResumeAfterFailedFreeze(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 20})
	c, run := s.freezing()
	s.must(s.db.SetRunState(t.Context(), run.ID, []delivery.RunState{delivery.Freezing}, delivery.Halted, "could not be frozen"))
	s.must(nil, s.db.SetCampaignStatus(t.Context(), c.ID, campaign.Running, campaign.Paused, nil))
	s.must(s.control.Resume(t.Context(), c.ID))
	s.work(nil)
	s.check(s.ended(run.ID, patience), 20)
}

// TestPoisonWithoutRest: a run is halted also when the batch that showed the
// poison has nobody left to send to.
func TestPoisonWithoutRest(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 60, perSecond: 1500, faults: simulator.Faults{ErrorRate: 1, ErrorStatus: 400, LatencyMS: 500}})
	s.work(nil)
	run := s.run(s.publish(nil))
	s.await("the halt", patience, func() bool { return s.progress(run.ID).State == delivery.Halted })
}

// TestNothingBegun: batches that could not be begun for a day, here for a wrong
// master key, have nobody whose outcome is in doubt.
func TestNothingBegun(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 50})
	ring, err := seal.NewRing("BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=")
	s.must(nil, err)
	c := config(s.pool, s.line.URL())
	c.Log = slog.New(slog.DiscardHandler)
	c.Channels = channel.Service{Store: s.db, Sealer: ring, Clients: channel.NewClients(func(token string) (*line.Client, error) {
		return line.NewClient(line.Options{APIBase: s.line.URL(), Token: token})
	})}
	broken, err := worker.New(c)
	s.must(nil, err)
	s.must(nil, broken.Start(t.Context()))
	run := s.run(s.publish(nil))
	s.await("a try", patience, func() bool {
		var rounds int
		s.must(nil, s.pool.QueryRow(t.Context(), `select coalesce(max(rounds), 0) from batches`).Scan(&rounds))
		return rounds > 0
	})
	s.must(nil, broken.Stop(context.WithoutCancel(t.Context())))
	s.must(s.pool.Exec(t.Context(), `update batches set first_attempt_at = first_attempt_at - interval '21 hours', not_before = now()`))
	s.work(nil)
	p := s.ended(run.ID, patience)
	s.check(p, 50)
	if p.Counts.Accepted != 50 {
		t.Errorf("%+v %v", p.Counts, p.Reasons)
	}
}

// TestMissedWhileRunning: a due time that is missed does not end a campaign
// whose earlier run is still sending.
func TestMissedWhileRunning(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{users: 2000, perSecond: 20})
	s.work(nil)
	c := s.publish(nil)
	s.run(c)
	s.await("messages", patience, func() bool { return s.accepted() > 5 })
	s.must(s.pool.Exec(t.Context(), `update campaigns set next_due_at = now() - interval '2 hours' where id = $1`, c.ID))
	s.await("the missed run", patience, func() bool {
		runs, _ := s.db.ListRuns(t.Context(), c.ID, 0, 9)
		return len(runs) == 2
	})
	if _, err := s.control.Cancel(t.Context(), c.ID, "test"); err != nil {
		t.Errorf("cancelling it: %v", err)
	}
}
