package worker

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// Schema is the PostgreSQL schema of River's own tables.
const Schema = "river"

// Queues besides the one of each channel.
const (
	queueControl = "control" // freezing, short and urgent
	queueImport  = "import"  // long, and never in the way of sending
)

// Config says what a worker process runs on.
type Config struct {
	Pool     *pgxpool.Pool
	Channels channel.Service
	TimeZone *time.Location // the workspace's
	Log      *slog.Logger
	Now      func() time.Time
	// Registry is where the worker's metrics go; nil: nowhere.
	Registry prometheus.Registerer
	// JobsPerChannel is how many batches of one channel this process sends at
	// once. Zero: 8.
	JobsPerChannel int
	// ProbeEvery is how often a channel whose token LINE refuses is tried
	// again. Zero: 15 s.
	ProbeEvery time.Duration
	// PumpEvery is how late a due campaign starts and a dead worker's batch is
	// seen, at most. Zero: 1 s.
	PumpEvery time.Duration
	// QuotaEvery is how long LINE's answer about a channel's monthly quota is
	// believed, and how often one that is used up is looked at. Zero: 1 minute.
	QuotaEvery time.Duration
	// KeepDeliveries is how long the ledger of an ended run is kept; its counts
	// stay. Zero: for ever.
	KeepDeliveries time.Duration
}

func (c Config) withDefaults() Config {
	if c.JobsPerChannel == 0 {
		c.JobsPerChannel = 8
	}
	if c.ProbeEvery == 0 {
		c.ProbeEvery = 15 * time.Second
	}
	if c.PumpEvery == 0 {
		c.PumpEvery = time.Second
	}
	if c.QuotaEvery == 0 {
		c.QuotaEvery = time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Worker is one worker process. Any number of them may run on one database.
type Worker struct {
	config Config
	river  *river.Client[pgx.Tx]
	leases *leases
	pump   *pump
	queues *queues
	house  *housekeeper

	started bool
}

// New wires a worker; nothing runs before Start.
func New(c Config) (*Worker, error) {
	c = c.withDefaults()
	db := postgres.New(c.Pool)
	w := &Worker{config: c, leases: newLeases(db, c.Log)}
	metrics, err := newMetrics(c.Registry, db)
	if err != nil {
		return nil, fmt.Errorf("registering the worker's metrics: %w", err)
	}
	jobs := river.NewWorkers()
	contents := newContents(db, c.TimeZone)
	lanes := newLanes(db, c, metrics)
	river.AddWorker(jobs, &freezeRun{db: db, config: c, jobs: w.inserter})
	river.AddWorker(jobs, &sendBatch{db: db, config: c, leases: w.leases, contents: contents, lanes: lanes, quotas: newQuotas(c.QuotaEvery), metrics: metrics, jobs: w.inserter})
	addIntake(jobs, db, c)
	w.river, err = newClient(c, jobs)
	if err != nil {
		return nil, err
	}
	w.queues = &queues{db: db, river: w.river, perChannel: c.JobsPerChannel, worked: map[ref.Channel]bool{}}
	w.pump = newPump(db, w.river, w.queues, metrics, c)
	w.house = &housekeeper{db: db, config: c, log: c.Log}
	return w, nil
}

func (w *Worker) inserter() *river.Client[pgx.Tx] { return w.river }

// newClient makes River's client. Jobs nil makes one that only inserts.
func newClient(c Config, jobs *river.Workers) (*river.Client[pgx.Tx], error) {
	config := &river.Config{Schema: Schema, Logger: riverLog(c.Log)}
	if jobs != nil {
		config.Workers = jobs
		config.Queues = map[string]river.QueueConfig{
			queueControl: {MaxWorkers: 4},
			queueImport:  {MaxWorkers: 2},
		}
		// A batch ends in milliseconds at full speed; River's default of one
		// fetch in 100 ms would leave its worker idle between batches.
		config.FetchCooldown = 5 * time.Millisecond
		config.FetchPollInterval = 500 * time.Millisecond
		config.JobTimeout = jobTimeout
		config.RescueStuckJobsAfter = jobTimeout + 5*time.Second
	}
	client, err := river.NewClient(riverpgxv5.New(c.Pool), config)
	if err != nil {
		return nil, fmt.Errorf("making the queue's client: %w", err)
	}
	return client, nil
}

// jobTimeout bounds every job. River never rescues a job without one
// (River v0.51.1, job_rescuer.go).
const jobTimeout = 2 * time.Minute

// riverLog keeps River's own chatter out of the log below warnings.
func riverLog(log *slog.Logger) *slog.Logger {
	return slog.New(atLeast{log.Handler(), slog.LevelWarn})
}

// atLeast drops records below a level.
type atLeast struct {
	slog.Handler
	level slog.Level
}

// Enabled implements slog.Handler.
func (h atLeast) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level && h.Handler.Enabled(ctx, l)
}

// WithAttrs implements slog.Handler.
func (h atLeast) WithAttrs(attrs []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(attrs), h.level}
}

// WithGroup implements slog.Handler.
func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.level}
}

// Start begins to work; it returns when jobs are being taken. It tries again
// while PostgreSQL is away, until ctx ends.
func (w *Worker) Start(ctx context.Context) error {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := w.river.Start(context.WithoutCancel(ctx))
		if err == nil {
			break
		}
		w.config.Log.Warn("queue not started yet", "error", err, "again_in", pause)
		select {
		case <-ctx.Done():
			return fmt.Errorf("starting the queue: %w", err)
		case <-time.After(pause):
		}
	}
	w.started = true
	w.leases.Start()
	w.pump.Start()
	w.house.Start()
	return nil
}

// Stop ends in good order: no request is begun any more, those on the wire are
// finished and recorded, batches are given back. It takes at most as long as
// ctx; what is cut off then is sent by another worker with the same keys. It
// may be called twice and before Start.
func (w *Worker) Stop(ctx context.Context) error {
	if !w.started {
		return nil
	}
	w.house.Stop()
	w.pump.Stop()
	w.leases.Shut()
	err := w.river.Stop(ctx)
	w.leases.Stop()
	if err != nil {
		return fmt.Errorf("stopping the queue: %w", err)
	}
	return nil
}
