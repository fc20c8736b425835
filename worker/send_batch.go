package worker

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

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
	quotas   *quotas
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
	held, err := w.leases.Take(ctx, b)
	if err != nil {
		return err
	}
	if held == nil {
		return w.later(ctx, b)
	}
	defer w.leases.Drop(held)
	s := &sending{sendBatch: w, lease: held}
	defer s.landed()
	if err := s.send(ctx); err != nil {
		return s.notBegun(ctx, err)
	}
	if s.report.Stop == delivery.Poisoned {
		// Before the batch is settled: a run whose last batch this is would be
		// closed otherwise.
		why := s.report.Detail
		if s.asked {
			why = "LINE or our checks refused the message: " + why
		}
		halt(context.WithoutCancel(ctx), w.db, w.config.Log, b.Run, delivery.Halted, why)
	}
	return s.settle(ctx, job)
}

// later decides what becomes of a job whose batch could not be taken.
func (w *sendBatch) later(ctx context.Context, b postgres.BatchRef) error {
	until, err := w.db.BatchWait(ctx, b)
	if err != nil || until == nil {
		return err
	}
	return river.JobSnooze(max(0, until.Sub(w.config.Now())))
}

// backoff is how long a batch rests before round, at most 5 minutes.
func backoff(round int) time.Duration {
	return min(5*time.Minute, time.Second<<min(round, 10))
}
