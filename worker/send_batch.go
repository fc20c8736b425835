package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// SendBatchArgs asks for a batch to be sent.
type SendBatchArgs struct {
	Run ref.Run `json:"run"`
	Seq int     `json:"seq"`
}

// Kind names the job in the queue.
func (SendBatchArgs) Kind() string { return "send_batch" }

// maxSendAttempts is out of reach: what ends a batch's tries is its
// recipients' 20 hours, not River's count.
const maxSendAttempts = 10_000

// sendBatch sends one batch under a lease.
type sendBatch struct {
	river.WorkerDefaults[SendBatchArgs]
	db       *postgres.DB
	config   Config
	leases   *leases
	contents *contents
	lanes    *lanes
	metrics  *metrics
	jobs     func() *river.Client[pgx.Tx]
}

// NextRetry implements river.Worker: a failed job is not about LINE (that is
// handled inside) but about the database, and is tried again soon.
func (w *sendBatch) NextRetry(*river.Job[SendBatchArgs]) time.Time {
	return w.config.Now().Add(2 * time.Second)
}

// Work takes the batch, sends what has no outcome yet, and either ends the
// batch together with the job or gives it back.
func (w *sendBatch) Work(ctx context.Context, job *river.Job[SendBatchArgs]) error {
	if w.leases.isShut() {
		return river.JobSnooze(time.Second)
	}
	b := postgres.BatchRef{Run: job.Args.Run, Seq: job.Args.Seq}
	held, batch, gate, taken, err := w.leases.Take(ctx, b)
	if err != nil {
		return err
	}
	if !taken {
		return w.later(ctx, b)
	}
	defer w.leases.Drop(held)
	result, err := w.send(ctx, gate, batch)
	if err != nil {
		return w.notBegun(ctx, held, batch, err)
	}
	if result.report.Stop == delivery.Poisoned {
		// Before the batch is settled: a run whose last batch this is would be
		// closed otherwise.
		halt(context.WithoutCancel(ctx), w.db, w.config.Log, b.Run, delivery.Halted, "LINE or our checks refused the message: "+result.report.Detail)
	}
	return w.settle(ctx, job, held, result)
}

// notBegun gives back a batch for an error that came before its first request:
// nobody was asked, so nobody's 20 hours have begun.
func (w *sendBatch) notBegun(ctx context.Context, h postgres.Held, batch delivery.Batch, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	wait := backoff(batch.Rounds)
	w.config.Log.Error("batch not begun", "run", h.Run, "batch", h.Seq, "again_in", wait, "error", cause)
	if err := w.db.ReleaseBatch(ctx, h, true, w.config.Now().Add(wait), batch.Fresh); err != nil {
		return fmt.Errorf("sending batch %d of %s: %w", h.Seq, h.Run, cause)
	}
	return river.JobSnooze(wait)
}

// later decides what becomes of a job whose batch could not be taken.
func (w *sendBatch) later(ctx context.Context, b postgres.BatchRef) error {
	until, err := w.db.BatchWait(ctx, b)
	if err != nil || until == nil {
		return err
	}
	return river.JobSnooze(max(0, until.Sub(w.config.Now())))
}

// result is what sending a batch left.
type result struct {
	content *content
	report  delivery.Report
	rest    []delivery.Outcome // not written yet
	lost    bool               // outcomes could not be written
	batch   delivery.Batch
	wait    time.Duration // before the batch is tried again
}

// sendDeadline bounds how long one job holds a batch.
const sendDeadline = jobTimeout / 2

func (w *sendBatch) send(ctx, gate context.Context, batch delivery.Batch) (r result, err error) {
	r.batch = batch
	if r.content, err = w.contents.get(ctx, batch.Run); err != nil {
		return r, err
	}
	lane, wait, err := w.lanes.open(ctx, r.content)
	if err != nil || wait > 0 {
		r.wait, r.report.Stop = wait, delivery.TryLater
		return r, err
	}
	recipients, err := w.db.OpenRecipients(ctx, r.content.run, batch.Seq)
	if err != nil {
		return r, err
	}
	record := delivery.NewRecorder(ctx, func(ctx context.Context, o []delivery.Outcome) error {
		return w.db.RecordOutcomes(ctx, r.content.run, batch.Seq, o)
	})
	r.report = w.sendRecipients(ctx, gate, lane, r, recipients, w.metrics.outcomes(record.Add))
	rest, err := record.Close()
	r.rest, r.lost = rest, err != nil
	r.wait = backoff(batch.Rounds)
	return r, nil
}

// sendRecipients composes every message and sends those that are to be sent.
func (w *sendBatch) sendRecipients(ctx, gate context.Context, lane *lane, r result, recipients []delivery.Recipient, record func(delivery.Outcome)) delivery.Report {
	if at := r.batch.FirstAttemptAt; at != nil && w.config.Now().Sub(*at) > delivery.RetryWindow {
		for i := range recipients {
			record(delivery.Expired(&recipients[i], *at, w.config.Now()))
		}
		return delivery.Report{}
	}
	messages, halt := r.content.composer.ComposeAll(recipients, w.config.Now(), record)
	if halt != nil {
		return delivery.Report{Stop: delivery.Poisoned, Detail: plain(halt), Open: messages}
	}
	gate, cancel := context.WithTimeout(gate, sendDeadline)
	defer cancel()
	return lane.sender(r.content, w.config.Now).Send(ctx, gate, messages, record)
}

// backoff is how long a batch rests before round, at most 5 minutes.
func backoff(round int) time.Duration {
	return min(5*time.Minute, time.Second<<min(round, 10))
}

// settle ends the batch and the job in one transaction, or gives the batch
// back for the reason that sending stopped.
func (w *sendBatch) settle(ctx context.Context, job *river.Job[SendBatchArgs], h postgres.Held, r result) error {
	// What was learned is written even when the process is stopping.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	var done bool
	err := w.db.InTx(ctx, func(tx pgx.Tx, db *postgres.DB) error {
		if err := db.RecordOutcomes(ctx, r.content.run, h.Seq, r.rest); err != nil {
			return err
		}
		var err error
		if done, err = db.CompleteBatch(ctx, h.BatchRef); err != nil || !done {
			return err
		}
		if err := queueWindow(ctx, tx, db, w.jobs(), r.content.run); err != nil {
			return err
		}
		_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	if err != nil || done {
		return err
	}
	return w.giveBack(ctx, h, r)
}

// giveBack releases a batch that has open recipients.
func (w *sendBatch) giveBack(ctx context.Context, h postgres.Held, r result) error {
	certain := r.batch.Fresh && r.report.Certain() && !r.lost
	wait := r.wait
	switch r.report.Stop {
	case delivery.GateClosed: // the pump makes a job when the run sends again
		return w.db.ReleaseBatch(ctx, h, false, w.config.Now(), certain)
	case delivery.Poisoned: // halted already
		return w.db.ReleaseBatch(ctx, h, false, w.config.Now(), certain)
	case delivery.QuotaExhausted:
		halt(ctx, w.db, w.config.Log, h.Run, delivery.RunPaused, "quota: "+r.report.Detail)
		return w.db.ReleaseBatch(ctx, h, false, w.config.Now(), certain)
	case delivery.ChannelRefused:
		wait = w.config.ProbeEvery
		if err := w.lanes.refused(ctx, r.content.run.Channel, r.report.Detail); err != nil {
			return err
		}
	}
	if err := w.db.ReleaseBatch(ctx, h, true, w.config.Now().Add(wait), certain); err != nil {
		return err
	}
	return river.JobSnooze(wait)
}
