package worker

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// queueWindow fills a run's window, in the transaction that made room.
func queueWindow(ctx context.Context, tx pgx.Tx, db *postgres.DB, jobs *river.Client[pgx.Tx], run delivery.Run) error {
	open, err := db.OpenWindow(ctx, run)
	if err != nil || open >= run.Window {
		return err
	}
	batches, err := db.QueueBatches(ctx, run, run.Window-open)
	if err != nil {
		return err
	}
	return insertSends(ctx, tx, jobs, run.Channel, batches)
}

// priorityBulk leaves room above it in a channel's queue (1 is the first).
const priorityBulk = 3

// insertSends makes the jobs of queued batches.
func insertSends(ctx context.Context, tx pgx.Tx, jobs *river.Client[pgx.Tx], ch ref.Channel, batches []postgres.BatchRef) error {
	if len(batches) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(batches))
	for i, b := range batches {
		params[i] = river.InsertManyParams{
			Args:       SendBatchArgs{Run: b.Run, Seq: b.Seq},
			InsertOpts: &river.InsertOpts{Queue: channelQueue(ch), MaxAttempts: maxSendAttempts, Priority: priorityBulk},
		}
	}
	_, err := jobs.InsertManyFastTx(ctx, tx, params)
	return err
}

// judge stops a run when too many of its first recipients lack what the message
// prints, and queues the others' batches when not. It does nothing until the
// messages of all the first ones are made, and nothing a second time.
func judge(ctx context.Context, tx pgx.Tx, db *postgres.DB, jobs *river.Client[pgx.Tx], log *slog.Logger, run delivery.Run) (stopped bool, err error) {
	if _, err := db.LockCampaign(ctx, run.Campaign); err != nil { // before its run, as everybody does
		return false, err
	}
	lacking, judged, err := db.JudgeLacking(ctx, run)
	if err != nil || !judged {
		return false, err
	}
	def, err := db.RunDefinition(ctx, run.Campaign, run.Version)
	if err != nil {
		return false, err
	}
	if why := lacking.TooMany(def.Delivery.MissingPercent()); why != "" {
		log.Warn("run stopped", "run", run.ID, "state", delivery.Halted, "reason", why)
		return true, stopRun(ctx, db, run.ID, delivery.Halted, why)
	}
	return false, queueWindow(ctx, tx, db, jobs, run)
}

// halt stops a sending run for a person to look at. It logs what it cannot
// store.
func halt(ctx context.Context, db *postgres.DB, log *slog.Logger, run ref.Run, to delivery.RunState, reason string) {
	log = log.With("run", run, "state", to, "reason", reason)
	if err := stopRun(ctx, db, run, to, reason); err != nil {
		log.Error("run not stopped", "error", err)
		return
	}
	log.Warn("run stopped")
}

// stopRun stops a sending run, and its campaign with it, so that resume and
// cancel work as after any pause.
func stopRun(ctx context.Context, db *postgres.DB, run ref.Run, to delivery.RunState, reason string) error {
	return db.InTx(ctx, func(_ pgx.Tx, db *postgres.DB) error {
		r, err := db.Run(ctx, run)
		if err != nil {
			return err
		}
		c, err := db.LockCampaign(ctx, r.Campaign)
		if err != nil {
			return err
		}
		moved, err := db.SetRunState(ctx, run, []delivery.RunState{delivery.Freezing, delivery.Sending}, to, reason)
		if err != nil || !moved || c.Status != campaign.Running {
			return err
		}
		return db.SetCampaignStatus(ctx, c.ID, c.Status, campaign.Paused, c.NextDueAt)
	})
}

// plain is an error's sentence for people; internal errors say nothing internal.
func plain(err error) string {
	e := errs.From(err)
	return e.Where() + e.Detail
}
