package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// ImportArgs asks for a stored file to be imported.
type ImportArgs struct {
	ImportID ref.Import `json:"import"`
}

// Kind names the job in the queue.
func (ImportArgs) Kind() string { return "import" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (ImportArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueImport, MaxAttempts: intakeAttempts}
}

// CreateImport stores a file and, in the transaction that says that all of it
// is there, the job that imports it.
func (i Intake) CreateImport(ctx context.Context, name string, o audience.ImportOptions, file io.Reader) (audience.Import, error) {
	return i.DB.CreateImport(ctx, name, o, file, func(ctx context.Context, tx pgx.Tx, id ref.Import) error {
		if _, err := i.jobs.InsertTx(ctx, tx, ImportArgs{id}, nil); err != nil {
			return fmt.Errorf("queueing the import: %w", err)
		}
		return nil
	})
}

// importUsers imports a file, slice by slice. What a slice has stored stays,
// however the job ends.
type importUsers struct {
	river.WorkerDefaults[ImportArgs]
	db    *postgres.DB
	log   *slog.Logger
	now   func() time.Time
	slice time.Duration
}

// Timeout implements river.Worker: without one River would never rescue the
// job of a process that died.
func (w *importUsers) Timeout(*river.Job[ImportArgs]) time.Duration { return jobTimeout }

// NextRetry implements river.Worker.
func (w *importUsers) NextRetry(job *river.Job[ImportArgs]) time.Time {
	return intakeRetry(job.JobRow, w.now())
}

// Work implements river.Worker.
func (w *importUsers) Work(ctx context.Context, job *river.Job[ImportArgs]) error {
	until := w.now().Add(w.slice)
	done, err := w.db.RunImport(ctx, job.Args.ImportID, func(audience.Import) bool {
		return ctx.Err() == nil && w.now().Before(until)
	})
	switch {
	case errors.Is(err, postgres.ErrImportElsewhere):
		return river.JobSnooze(w.slice)
	case err != nil && job.Attempt >= job.MaxAttempts:
		return errors.Join(err, w.fail(ctx, job.Args.ImportID, err))
	case err != nil:
		return err
	case !done.State.Final():
		return river.JobSnooze(0)
	}
	w.log.Info("import ended", "import", done.ID, "state", done.State, "rows", done.RowsTotal, "created", done.Created,
		"updated", done.Updated, "unchanged", done.Unchanged, "rejected", done.Rejected)
	return nil
}

// fail ends the import of a job that will not be tried again.
func (w *importUsers) fail(ctx context.Context, id ref.Import, cause error) error {
	_, err := w.db.FailImport(context.WithoutCancel(ctx), id, cause)
	return err
}
