package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// SyncFollowersArgs asks for a channel's followers to be read.
type SyncFollowersArgs struct {
	SyncID ref.Sync `json:"sync"`
}

// Kind names the job in the queue.
func (SyncFollowersArgs) Kind() string { return "sync_followers" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (SyncFollowersArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueImport, MaxAttempts: intakeAttempts}
}

// StartSync begins to read a channel's followers. While that is running
// another is sync.running; a channel that is not active is channel.suspended.
func (i Intake) StartSync(ctx context.Context, id ref.Channel) (audience.Sync, error) {
	c, err := i.Channel(ctx, id)
	if err != nil {
		return audience.Sync{}, err
	}
	if c.State != channel.Active {
		return audience.Sync{}, errs.New("channel.suspended", id, c.State)
	}
	return i.DB.StartSync(ctx, id, func(ctx context.Context, tx pgx.Tx, id ref.Sync) error {
		if _, err := i.jobs.InsertTx(ctx, tx, SyncFollowersArgs{id}, nil); err != nil {
			return fmt.Errorf("queueing the sync: %w", err)
		}
		return nil
	})
}

// followers is what a sync needs of a LINE client.
type followers interface {
	FollowerIDs(ctx context.Context, start string, limit int) (line.Page, error)
}

// openFollowers finds the client of a channel.
func openFollowers(s channel.Service) func(context.Context, ref.Channel) (followers, error) {
	return func(ctx context.Context, id ref.Channel) (followers, error) {
		_, client, err := s.Open(ctx, id)
		return client, err
	}
}

// syncFollowers reads LINE's list of a channel's followers, page by page. Each
// page commits with the token of the next, so a killed sync goes on where it
// was.
type syncFollowers struct {
	river.WorkerDefaults[SyncFollowersArgs]
	db    *postgres.DB
	open  func(context.Context, ref.Channel) (followers, error)
	log   *slog.Logger
	now   func() time.Time
	slice time.Duration
}

// Timeout implements river.Worker.
func (w *syncFollowers) Timeout(*river.Job[SyncFollowersArgs]) time.Duration { return jobTimeout }

// NextRetry implements river.Worker.
func (w *syncFollowers) NextRetry(job *river.Job[SyncFollowersArgs]) time.Time {
	return intakeRetry(job.JobRow, w.now())
}

// passing are the errors that another try may not meet.
var passing = map[errs.Kind]bool{errs.TooMany: true, errs.Unavailable: true, errs.Internal: true}

// passes reports whether another try may help: LINE was busy or out of reach,
// or the failure was ours.
func passes(err error) bool {
	e := errs.From(err)
	return passing[e.Kind()] || e.Code == "line.failing" || e.Code == "line.unreachable" || e.Code == "line.bad_answer"
}

// Work implements river.Worker.
func (w *syncFollowers) Work(ctx context.Context, job *river.Job[SyncFollowersArgs]) error {
	s, err := w.read(ctx, job.Args.SyncID)
	switch {
	case err != nil && passes(err) && job.Attempt < job.MaxAttempts:
		return err
	case err != nil:
		failed, inDB := w.db.FailSync(context.WithoutCancel(ctx), job.Args.SyncID, err)
		w.log.Warn("sync failed", "sync", failed.ID, "channel", failed.ChannelID, "error", err)
		return inDB
	case s.State == audience.SyncRunning:
		return river.JobSnooze(0)
	}
	w.log.Info("sync ended", "sync", s.ID, "channel", s.ChannelID, "state", s.State, "seen", s.Seen,
		"added", s.Added, "returned", s.Returned, "gone", s.Gone)
	return nil
}

// read reads pages until the list or the slice ends.
func (w *syncFollowers) read(ctx context.Context, id ref.Sync) (audience.Sync, error) {
	s, err := w.db.Sync(ctx, id)
	if err != nil || s.State != audience.SyncRunning {
		return s, err
	}
	client, err := w.open(ctx, s.ChannelID)
	if err != nil {
		return s, err
	}
	for until := w.now().Add(w.slice); s.State == audience.SyncRunning && w.now().Before(until); {
		if s, err = w.page(ctx, client, s); err != nil {
			return s, err
		}
	}
	return s, nil
}

// page reads and stores one page. LINE's tokens live 24 hours; after that the
// list is read from its beginning.
func (w *syncFollowers) page(ctx context.Context, client followers, s audience.Sync) (audience.Sync, error) {
	page, err := client.FollowerIDs(ctx, s.NextToken, line.MaxFollowerIDs)
	if errs.Is(err, "line.expired_page") && s.NextToken != "" {
		return w.db.RestartSync(ctx, s.ID)
	}
	if err != nil {
		return s, err
	}
	if page.Next == s.NextToken && page.Next != "" {
		return s, errors.New("LINE gave the same continuation token twice")
	}
	return w.db.StoreSyncPage(ctx, s, page.IDs, page.Next)
}
