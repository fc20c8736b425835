package worker

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// Control is what people do to campaigns. Each act is one transaction; workers
// see it in at most renewEvery, the pump in Config.PumpEvery.
type Control struct {
	DB       *postgres.DB
	Channels channel.Service
	TimeZone *time.Location
	Now      func() time.Time
}

// Publish schedules a draft by its own schedule: now, at its time, or by its
// cron expression.
func (c Control) Publish(ctx context.Context, id ref.Campaign) (campaign.Campaign, error) {
	return c.act(ctx, id, campaign.Publish, func(*postgres.DB, campaign.Campaign) error { return nil })
}

// Schedule replaces a draft's schedule and publishes it.
func (c Control) Schedule(ctx context.Context, id ref.Campaign, s campaign.Schedule) (campaign.Campaign, error) {
	return c.act(ctx, id, campaign.Publish, func(db *postgres.DB, cmp campaign.Campaign) error {
		draft := cmp.Rescheduled(s)
		if err := draft.Validate(); err != nil {
			return err
		}
		cmp.Schedule, cmp.Kind = draft.Schedule, draft.Kind
		return db.SetSchedule(ctx, cmp)
	})
}

// Pause stops a campaign and its open runs. Requests on the wire are finished.
func (c Control) Pause(ctx context.Context, id ref.Campaign, by string) (campaign.Campaign, error) {
	return c.act(ctx, id, campaign.Pause, func(db *postgres.DB, cmp campaign.Campaign) error {
		return c.moveRuns(ctx, db, id, []delivery.RunState{delivery.Sending}, delivery.RunPaused, "paused by "+by)
	})
}

// Resume goes on where Pause, or the engine, stopped.
func (c Control) Resume(ctx context.Context, id ref.Campaign) (campaign.Campaign, error) {
	return c.act(ctx, id, campaign.Resume, func(db *postgres.DB, cmp campaign.Campaign) error {
		return c.resumeRuns(ctx, db, id)
	})
}

// Cancel ends a campaign. Recipients without an outcome get cancelled.
func (c Control) Cancel(ctx context.Context, id ref.Campaign, by string) (campaign.Campaign, error) {
	return c.act(ctx, id, campaign.Cancel, func(db *postgres.DB, cmp campaign.Campaign) error {
		open := []delivery.RunState{delivery.Freezing, delivery.Sending, delivery.RunPaused, delivery.Halted}
		return c.moveRuns(ctx, db, id, open, delivery.RunCancelled, "cancelled by "+by)
	})
}

// RetryRejected makes a new run of just those whom a run left rejected, with
// the content it was sent with. Run 0 is the campaign's last one.
func (c Control) RetryRejected(ctx context.Context, id ref.Campaign, run ref.Run) (made delivery.Run, err error) {
	_, err = c.act(ctx, id, campaign.Retry, func(db *postgres.DB, cmp campaign.Campaign) error {
		failed, err := c.rejectedRun(ctx, db, cmp, run)
		if err != nil {
			return err
		}
		if _, err := db.KeepChannel(ctx, failed.Channel); err != nil {
			return err
		}
		made, err = db.CreateRetry(ctx, failed.ID)
		return err
	})
	return made, err
}

// rejectedRun is the run to be retried: one that has ended, with people who
// were rejected and a ledger that says who.
func (c Control) rejectedRun(ctx context.Context, db *postgres.DB, cmp campaign.Campaign, id ref.Run) (run delivery.Run, err error) {
	if id == 0 {
		last, err := db.ListRuns(ctx, cmp.ID, 0, 1)
		if err != nil {
			return run, err
		}
		if len(last) == 0 {
			return run, errs.New("run.nothing_rejected", cmp.ID)
		}
		id = last[0].ID
	}
	p, err := db.RunProgress(ctx, id)
	switch {
	case err != nil:
		return run, err
	case p.Campaign != cmp.ID:
		return run, errs.New("run.not_found", id)
	case p.LedgerDroppedAt != nil:
		return run, errs.New("run.ledger_dropped", id, p.LedgerDroppedAt.Format(time.DateOnly))
	case !p.State.Ended():
		return run, errs.New("run.not_ended", id, p.State)
	case p.Counts.Rejected == 0:
		return run, errs.New("run.nothing_rejected", id)
	}
	return p.Run, nil
}

// act locks the campaign, asks whether the action is allowed, does it and
// moves the status, all or nothing.
func (c Control) act(ctx context.Context, id ref.Campaign, action campaign.Action, do func(*postgres.DB, campaign.Campaign) error) (after campaign.Campaign, err error) {
	err = c.DB.InTx(ctx, func(_ pgx.Tx, db *postgres.DB) error {
		cmp, err := db.LockCampaign(ctx, id)
		if err != nil {
			return err
		}
		to, err := cmp.Next(action)
		if err != nil {
			return err
		}
		if err := do(db, cmp); err != nil {
			return err
		}
		due := cmp.NextDueAt
		switch action {
		case campaign.Publish:
			if cmp, err = db.Campaign(ctx, id); err != nil {
				return err
			}
			if _, err := db.KeepChannel(ctx, cmp.Channel); err != nil {
				return err
			}
			if err := db.PinContent(ctx, cmp); err != nil {
				return err
			}
			first, err := cmp.Schedule.First(c.Now(), c.TimeZone)
			if err != nil {
				return err
			}
			due = &first
		case campaign.Cancel:
			due = nil
		}
		if err := db.SetCampaignStatus(ctx, id, cmp.Status, to, due); err != nil {
			return err
		}
		after, err = db.Campaign(ctx, id)
		return err
	})
	return after, err
}

// resumeRuns lets stopped runs go on: those that were never frozen with
// freezing, the others with sending.
func (c Control) resumeRuns(ctx context.Context, db *postgres.DB, id ref.Campaign) error {
	runs, err := db.OpenRuns(ctx, id)
	if err != nil {
		return err
	}
	stopped := []delivery.RunState{delivery.RunPaused, delivery.Halted}
	for _, r := range runs {
		to := delivery.Sending
		if r.StartedAt == nil {
			to = delivery.Freezing
		}
		if _, err := db.SetRunState(ctx, r.ID, stopped, to, ""); err != nil {
			return err
		}
	}
	return nil
}

func (c Control) moveRuns(ctx context.Context, db *postgres.DB, id ref.Campaign, from []delivery.RunState, to delivery.RunState, reason string) error {
	runs, err := db.OpenRuns(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if _, err := db.SetRunState(ctx, r.ID, from, to, reason); err != nil {
			return err
		}
	}
	return nil
}
