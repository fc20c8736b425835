package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// pump keeps runs moving: it starts what is due, takes back what dead workers
// held, refills windows and closes what is done. Every process runs one and an
// advisory lock lets one at a time do each step, so no elected leader has to
// die first for another to take over.
type pump struct {
	db      *postgres.DB
	river   *river.Client[pgx.Tx]
	queues  *queues
	metrics *metrics
	config  Config
	log     *slog.Logger

	stop context.CancelFunc
	done chan struct{}
}

func newPump(db *postgres.DB, r *river.Client[pgx.Tx], q *queues, m *metrics, c Config) *pump {
	return &pump{db: db, river: r, queues: q, metrics: m, config: c, log: c.Log}
}

// Start begins to pump, the first time at once.
func (p *pump) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	p.stop, p.done = cancel, make(chan struct{})
	go p.run(ctx)
}

// Stop ends pumping. It waits, and may be called twice or before Start.
func (p *pump) Stop() {
	if p.stop == nil {
		return
	}
	p.stop()
	<-p.done
}

func (p *pump) run(ctx context.Context) {
	defer close(p.done)
	tick := time.NewTicker(p.config.PumpEvery)
	defer tick.Stop()
	failing, quotaAt := "", time.Time{}
	for {
		if time.Since(quotaAt) > p.config.QuotaEvery {
			quotaAt = time.Now()
			if err := p.resumePaidUp(ctx); err != nil && ctx.Err() == nil {
				p.log.Error("looking for quota", "error", err)
			}
		}
		// A failure that stays is logged once, not every second.
		if err := p.once(ctx); err != nil && ctx.Err() == nil && err.Error() != failing {
			failing = err.Error()
			p.log.Error("pump", "error", err)
		} else if err == nil {
			failing = ""
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// once does every step; one that fails does not keep the others from running.
func (p *pump) once(ctx context.Context) error {
	first := p.queues.reconcile(ctx)
	for _, step := range []struct {
		name string
		do   func(context.Context, pgx.Tx, *postgres.DB) error
	}{
		{"start", p.startDue},
		{"freeze", p.freezeStalled},
		{"reap", p.reap},
		{"refill", p.refill},
		{"close", p.closeRuns},
	} {
		err := p.db.Exclusive(ctx, "linecast.pump."+step.name, func(tx pgx.Tx, db *postgres.DB) error {
			return step.do(ctx, tx, db)
		})
		if first == nil {
			first = err
		}
	}
	return first
}

// startDue makes the runs of campaigns that are due. One that is later than
// its grace is noted as missed and not sent: a person decides.
func (p *pump) startDue(ctx context.Context, tx pgx.Tx, db *postgres.DB) error {
	now := p.config.Now()
	due, err := db.DueCampaigns(ctx, now, 50)
	if err != nil {
		return err
	}
	for _, c := range due {
		if err := p.start(ctx, tx, db, c, now); err != nil {
			return err
		}
	}
	return nil
}

func (p *pump) start(ctx context.Context, tx pgx.Tx, db *postgres.DB, c campaign.Campaign, now time.Time) error {
	due, state := *c.NextDueAt, delivery.Freezing
	late := now.Sub(due) > c.Delivery.Grace()
	if late {
		state = delivery.Missed
	}
	run, made, err := db.CreateRun(ctx, c, due, state)
	if err != nil {
		return err
	}
	if made && !late {
		if _, err := p.river.InsertTx(ctx, tx, FreezeRunArgs{Run: run.ID}, nil); err != nil {
			return err
		}
	}
	p.metrics.runs.WithLabelValues(string(state)).Inc()
	p.log.Info("run due", "campaign", c.ID, "run", run.ID, "due_at", due, "state", state)
	next := p.next(c, due, now, late)
	to, err := afterStart(ctx, db, c, late, next)
	if err != nil {
		return err
	}
	return db.StartCampaign(ctx, c, to, next, late)
}

// afterStart is the campaign's status once its run was made, or missed. A
// missed run changes nothing for those that are still open.
func afterStart(ctx context.Context, db *postgres.DB, c campaign.Campaign, late bool, next *time.Time) (campaign.Status, error) {
	if !late {
		return campaign.Running, nil
	}
	open, err := db.OpenRuns(ctx, c.ID)
	switch {
	case err != nil || len(open) > 0:
		return c.Status, err
	case next == nil:
		return campaign.Finished, nil
	}
	return campaign.Scheduled, nil
}

// next is the due time after due. Of those that passed meanwhile at most one
// is caught up: after a run that was started the next one lies ahead, after
// one that was missed it may lie within the grace.
func (p *pump) next(c campaign.Campaign, due, now time.Time, late bool) *time.Time {
	from := now
	if late {
		from = now.Add(-c.Delivery.Grace())
	}
	if due.After(from) {
		from = due
	}
	next, ok := c.Schedule.After(from, p.config.TimeZone)
	if !ok {
		return nil
	}
	return &next
}

// freezeStalled makes new jobs for runs whose freezing got stuck. A job too many
// finds the run frozen.
func (p *pump) freezeStalled(ctx context.Context, tx pgx.Tx, db *postgres.DB) error {
	stalled, err := db.StalledFreezes(ctx)
	if err != nil {
		return err
	}
	for _, run := range stalled {
		if _, err := p.river.InsertTx(ctx, tx, FreezeRunArgs{Run: run.ID}, nil); err != nil {
			return err
		}
	}
	return nil
}

// reap makes new jobs for batches whose worker is gone.
func (p *pump) reap(ctx context.Context, tx pgx.Tx, db *postgres.DB) error {
	if n, err := db.EndSleepers(ctx, 2*postgres.Lease); err != nil {
		return err
	} else if n > 0 {
		p.log.Warn("sessions ended of workers that stood still while they recorded", "sessions", n)
	}
	gone, err := db.ReapBatches(ctx)
	if err != nil || len(gone) == 0 {
		return err
	}
	p.metrics.takenBack.Add(float64(len(gone)))
	p.log.Warn("batches taken back from workers that are gone", "batches", len(gone))
	byRun := map[ref.Run][]postgres.BatchRef{}
	for _, b := range gone {
		byRun[b.Run] = append(byRun[b.Run], b)
	}
	for id, batches := range byRun {
		run, err := db.Run(ctx, id)
		if err != nil {
			return err
		}
		if err := insertSends(ctx, tx, p.river, run.Channel, batches); err != nil {
			return err
		}
	}
	return nil
}

// refill fills the windows of all sending runs: after a resume, and wherever a
// dead worker left a hole.
func (p *pump) refill(ctx context.Context, tx pgx.Tx, db *postgres.DB) error {
	open, err := db.OpenRuns(ctx, 0)
	if err != nil {
		return err
	}
	for _, run := range open {
		if run.State != delivery.Sending {
			continue
		}
		if err := queueWindow(ctx, tx, db, p.river, run); err != nil {
			return err
		}
		if run.Judged {
			continue
		}
		// Whose worker died between the messages and the verdict.
		if _, err := judge(ctx, tx, db, p.river, p.log, run); err != nil {
			return err
		}
	}
	return nil
}

// cancelSlice is how many batches of a cancelled run are ended in one step.
const cancelSlice = 200

// closeRuns ends runs that are done, and gives those that were cancelled the
// rest of their outcomes.
func (p *pump) closeRuns(ctx context.Context, _ pgx.Tx, db *postgres.DB) error {
	runs, err := db.RunsToClose(ctx)
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.State == delivery.RunCancelled {
			open, err := db.CancelBatches(ctx, run, cancelSlice)
			if err != nil {
				return err
			}
			if open > 0 {
				continue
			}
		}
		if err := p.closeRun(ctx, db, run); err != nil {
			return err
		}
	}
	return nil
}

func (p *pump) closeRun(ctx context.Context, db *postgres.DB, run delivery.Run) error {
	closed, err := db.CloseRun(ctx, run.ID)
	if err != nil {
		return err
	}
	if !closed {
		p.log.Error("run not closed: its sums are wrong", "run", run.ID)
		return nil
	}
	p.metrics.runs.WithLabelValues("closed").Inc()
	p.log.Info("run closed", "run", run.ID, "campaign", run.Campaign)
	c, err := db.LockCampaign(ctx, run.Campaign)
	if err != nil {
		return err
	}
	others, err := db.OpenRuns(ctx, run.Campaign)
	if err != nil || len(others) > 0 || c.Status != campaign.Running {
		return err
	}
	to, err := c.Next(campaign.Finish)
	if err != nil {
		return err
	}
	return db.SetCampaignStatus(ctx, c.ID, c.Status, to, c.NextDueAt)
}
