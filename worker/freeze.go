package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// FreezeRunArgs asks for a run's audience to be written.
type FreezeRunArgs struct {
	Run ref.Run `json:"run"`
}

// Kind names the job in the queue.
func (FreezeRunArgs) Kind() string { return "freeze_run" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (FreezeRunArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueControl, MaxAttempts: 5}
}

// freezeRun evaluates the segment, writes the batches and the first jobs of
// their window, all in one transaction.
type freezeRun struct {
	river.WorkerDefaults[FreezeRunArgs]
	db     *postgres.DB
	config Config
	jobs   func() *river.Client[pgx.Tx]
}

// Work implements river.Worker.
func (w *freezeRun) Work(ctx context.Context, job *river.Job[FreezeRunArgs]) error {
	err := w.db.InTx(ctx, func(tx pgx.Tx, db *postgres.DB) error {
		run, err := db.LockRun(ctx, job.Args.Run)
		if err != nil || run.State != delivery.Freezing {
			return err
		}
		if run, err = w.freeze(ctx, db, run); err != nil {
			return err
		}
		if err := queueWindow(ctx, tx, db, w.jobs(), run); err != nil {
			return err
		}
		_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	if err != nil && job.Attempt >= job.MaxAttempts {
		halt(context.WithoutCancel(ctx), w.db, w.config.Log, job.Args.Run, delivery.Halted, "the audience could not be frozen: "+plain(err))
	}
	return err
}

func (w *freezeRun) freeze(ctx context.Context, db *postgres.DB, run delivery.Run) (delivery.Run, error) {
	def, err := db.RunDefinition(ctx, run.Campaign, run.Version)
	if err != nil {
		return run, err
	}
	ch, err := db.Channel(ctx, run.Channel)
	if err != nil {
		return run, err
	}
	audience, err := Audience(ctx, db, def, run.Clock, w.config.TimeZone)
	if err != nil {
		return run, err
	}
	if run.Retries != 0 {
		failed, err := db.Run(ctx, run.Retries)
		if err != nil {
			return run, err
		}
		audience = postgres.Audience{Retry: &failed}
	}
	run.BatchSize = batchSize(ch, def)
	run.Window, run.Ahead = windowSize(ch, def, run.BatchSize), ahead(ch, def)
	run.Judged = def.Delivery.MissingPercent() == 100
	return db.Freeze(ctx, run, audience)
}

// Audience resolves the segments a definition names, as they are now.
func Audience(ctx context.Context, db *postgres.DB, def campaign.Definition, now time.Time, zone *time.Location) (postgres.Audience, error) {
	a := postgres.Audience{Max: def.Audience.MaxRecipients}
	wanted := def.Audience.Exclude
	if def.Audience.Segment != 0 {
		wanted = append([]ref.Segment{def.Audience.Segment}, wanted...)
	}
	loaded, err := db.LoadSegments(ctx, wanted)
	if err != nil {
		return a, fmt.Errorf("loading the audience's segments: %w", err)
	}
	a.Segments = segment.SQLEnv{Now: now, TimeZone: zone, Segments: loaded}
	a.Segment = loaded[def.Audience.Segment] // nil: everybody
	for _, id := range def.Audience.Exclude {
		a.Exclude = append(a.Exclude, loaded[id])
	}
	return a, nil
}

// Sizes of batches: at most what multicast takes, and so small that a slow
// campaign's batch is about ten seconds of its budget.
const (
	maxBatch     = 500
	batchSeconds = 10
)

func batchSize(ch channel.Channel, def campaign.Definition) int {
	rate := lowest(ch.PushPerSecond, def.Delivery.MaxPerSecond)
	if rate == 0 {
		return maxBatch
	}
	return max(1, min(maxBatch, rate*batchSeconds))
}

// How many batches of a run have a job at once. It keeps River's table at tens
// of rows whatever the audience, and makes pause and cancel a matter of one row.
const (
	maxWindow    = 8 // without a limit
	pacedWindow  = 4
	narrowWindow = 2
)

// windowSize is about a second of the run's rate. More would only wait, and
// hold the places in which other campaigns of the channel could send: batches
// that are sent at the same time share its rate evenly.
func windowSize(ch channel.Channel, def campaign.Definition, size int) int {
	rate := lowest(ch.PushPerSecond, def.Delivery.MaxPerSecond)
	if rate == 0 {
		return maxWindow
	}
	return max(narrowWindow, min(pacedWindow, rate/size))
}

// ahead is about a second of the run's rate: what is in doubt when a worker
// vanishes, and no reason to wait for a lease's renewal before.
func ahead(ch channel.Channel, def campaign.Definition) int {
	rate := lowest(ch.PushPerSecond, def.Delivery.MaxPerSecond)
	if rate == 0 {
		return maxBatch
	}
	return max(10, min(maxBatch, rate))
}

// lowest is the smallest of rates, where 0 means unlimited.
func lowest(rates ...int) int {
	var low int
	for _, r := range rates {
		if r > 0 && (low == 0 || r < low) {
			low = r
		}
	}
	return low
}
