package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

const runColumns = `id, campaign_id as campaign, version, channel_id as channel, due_at, state, reason, namespace,
	clock, part, matched, excluded, frozen, batches, batch_size, window_size as window, ahead, judged,
	created_at, started_at, finished_at, checked_at, coalesce(retries, 0) as retries, ledger_dropped_at`

// CreateRun inserts the run of a campaign's due time and pins its version;
// false when another scheduler made it already.
func (db *DB) CreateRun(ctx context.Context, c campaign.Campaign, due time.Time, state delivery.RunState) (_ delivery.Run, made bool, err error) {
	defer wrap(&err, "CreateRun(%d, %s)", c.ID, due)
	definition, err := encode(c.Definition)
	if err != nil {
		return delivery.Run{}, false, err
	}
	const sql = `
		with pinned as (
			insert into campaign_versions (campaign_id, version, definition) values ($1, $2, $5)
			on conflict do nothing)
		insert into runs (campaign_id, version, channel_id, due_at, state, finished_at)
		values ($1, $2, $3, $4, $6, case when $6 = 'missed' then now() end)
		on conflict (campaign_id, due_at) do nothing
		returning ` + runColumns
	run, err := one[delivery.Run](db.conn.Query(ctx, sql, c.ID, c.Version, c.Channel, due, definition, state))
	if errors.Is(err, pgx.ErrNoRows) {
		return run, false, nil
	}
	return run, err == nil, err
}

// CreateRetry inserts a run for those whom an ended run left rejected, with the
// campaign version that it pinned, due now.
func (db *DB) CreateRetry(ctx context.Context, of ref.Run) (_ delivery.Run, err error) {
	defer wrap(&err, "CreateRetry(%d)", of)
	const sql = `
		insert into runs (campaign_id, version, channel_id, due_at, state, retries)
		select campaign_id, version, channel_id, now(), 'freezing', id from runs where id = $1
		returning ` + runColumns
	return one[delivery.Run](db.conn.Query(ctx, sql, of))
}

// Run is one run.
func (db *DB) Run(ctx context.Context, id ref.Run) (_ delivery.Run, err error) {
	defer wrap(&err, "Run(%d)", id)
	run, err := one[delivery.Run](db.conn.Query(ctx, `select `+runColumns+` from runs where id = $1`, id))
	return run, missing(err, "run.not_found", id)
}

// LockRun is Run, locked until the transaction ends.
func (db *DB) LockRun(ctx context.Context, id ref.Run) (_ delivery.Run, err error) {
	defer wrap(&err, "LockRun(%d)", id)
	run, err := one[delivery.Run](db.conn.Query(ctx, `select `+runColumns+` from runs where id = $1 for update`, id))
	return run, missing(err, "run.not_found", id)
}

// ListRuns lists a campaign's runs, the newest first; campaign 0 lists those
// of all campaigns.
func (db *DB) ListRuns(ctx context.Context, id ref.Campaign, before ref.Run, limit int) (_ []delivery.Run, err error) {
	defer wrap(&err, "ListRuns(%d, %d)", id, before)
	const sql = `select ` + runColumns + ` from runs
		where ($1 = 0 or campaign_id = $1) and ($2 = 0 or id < $2) order by id desc limit $3`
	return many[delivery.Run](db.conn.Query(ctx, sql, id, before, limit))
}

// OpenRuns lists the runs of a campaign that have not ended; campaign 0: of all.
func (db *DB) OpenRuns(ctx context.Context, id ref.Campaign) (_ []delivery.Run, err error) {
	defer wrap(&err, "OpenRuns(%d)", id)
	const sql = `select ` + runColumns + ` from runs
		where state in ('freezing', 'sending', 'paused', 'halted') and ($1 = 0 or campaign_id = $1) order by id`
	return many[delivery.Run](db.conn.Query(ctx, sql, id))
}

// PlannedMessages counts the recipients of a channel's open runs that have no
// outcome yet. A run whose audience is still being written counts for nothing.
func (db *DB) PlannedMessages(ctx context.Context, id ref.Channel) (n int64, err error) {
	defer wrap(&err, "PlannedMessages(%d)", id)
	const sql = `
		select coalesce(sum(cardinality(b.recipients) - b.accepted - b.skipped - b.rejected - b.unknown - b.cancelled), 0)
		from runs r join batches b on b.run_id = r.id and b.state <> 'done'
		where r.channel_id = $1 and r.state in ('sending', 'paused', 'halted')`
	err = db.conn.QueryRow(ctx, sql, id).Scan(&n)
	return n, err
}

// RunDefinition is the campaign version that the run pinned.
func (db *DB) RunDefinition(ctx context.Context, id ref.Campaign, version int) (d campaign.Definition, err error) {
	defer wrap(&err, "RunDefinition(%d, %d)", id, version)
	var text string
	const sql = `select definition from campaign_versions where campaign_id = $1 and version = $2`
	if err := db.conn.QueryRow(ctx, sql, id, version).Scan(&text); err != nil {
		return d, missing(err, "campaign.not_found", id)
	}
	return d, json.Unmarshal([]byte(text), &d)
}

// SetRunState moves a run from one of the states from to state to, and reports
// whether it was in one of them. No state goes backwards unless the caller
// names it in from.
func (db *DB) SetRunState(ctx context.Context, id ref.Run, from []delivery.RunState, to delivery.RunState, reason string) (moved bool, err error) {
	defer wrap(&err, "SetRunState(%d, %s)", id, to)
	const sql = `
		update runs set state = $3, reason = $4 where id = $1 and state = any($2)`
	tag, err := db.conn.Exec(ctx, sql, id, from, to, reason)
	return tag.RowsAffected() == 1, err
}

// RunProgress is a run with its counts. Speed is that of the last ten seconds.
func (db *DB) RunProgress(ctx context.Context, id ref.Run) (p delivery.Progress, err error) {
	defer wrap(&err, "RunProgress(%d)", id)
	if p.Run, err = db.Run(ctx, id); err != nil {
		return p, err
	}
	const counts = `
		select coalesce(sum(b.accepted), 0), coalesce(sum(b.skipped), 0), coalesce(sum(b.rejected), 0),
			coalesce(sum(b.unknown), 0), coalesce(sum(b.cancelled), 0), coalesce(sum(b.conflicts), 0),
			coalesce(sum(b.accepted + b.rejected) filter (where b.finished_at > now() - interval '10 s' or b.state = 'sending'), 0)
				/ greatest(1, least(10, extract(epoch from now() - r.started_at)))::float8,
			now()
		from runs r left join batches b on b.run_id = r.id where r.id = $1 group by r.id`
	var now time.Time
	c := &p.Counts
	err = db.conn.QueryRow(ctx, counts, id).Scan(&c.Accepted, &c.Skipped, &c.Rejected, &c.Unknown, &c.Cancelled, &c.Conflicts, &p.PerSecond, &now)
	if err != nil {
		return p, err
	}
	if p.Reasons, err = db.runReasons(ctx, p.Run); err != nil {
		return p, err
	}
	if err := db.runWaits(ctx, &p); err != nil {
		return p, err
	}
	p.Summarize(now)
	return p, nil
}

// runReasons counts the recipients that were not accepted by reason. A closed
// run's were counted when it was closed.
func (db *DB) runReasons(ctx context.Context, run delivery.Run) (map[string]int64, error) {
	if run.CheckedAt != nil {
		reasons := map[string]int64{}
		err := db.conn.QueryRow(ctx, `select coalesce(reasons, '{}') from runs where id = $1`, run.ID).Scan(&reasons)
		return reasons, err
	}
	const sql = `select coalesce(reason, ''), count(*) from deliveries
		where part = $1 and run_id = $2 and state <> 1 and state <> 5 group by reason`
	rows, err := db.conn.Query(ctx, sql, run.Part, run.ID)
	if err != nil {
		return nil, err
	}
	reasons := map[string]int64{}
	var reason string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&reason, &n}, func() error { reasons[reason] = n; return nil })
	return reasons, err
}

// runWaits says what an open run is waiting for.
func (db *DB) runWaits(ctx context.Context, p *delivery.Progress) error {
	const sql = `
		select c.push_per_second, c.state, c.circuit_reason, c.circuit_until,
			(select min(not_before) from batches where run_id = $1 and state in ('ready', 'queued') and not_before > now())
		from channels c where c.id = $2`
	var state, circuit string
	var until, backoff *time.Time
	if err := db.conn.QueryRow(ctx, sql, p.ID, p.Channel).Scan(&p.Limit, &state, &circuit, &until, &backoff); err != nil {
		return err
	}
	switch {
	case p.State.Ended():
	case p.State != delivery.Sending && p.State != delivery.Freezing:
		p.WaitingFor = p.Reason
	case state != "active":
		p.WaitingFor = "the channel is " + state
	case circuit != "":
		p.WaitingFor, p.WaitUntil = circuit, until
	case backoff != nil && p.PerSecond == 0:
		p.WaitingFor, p.WaitUntil = "LINE did not answer; asking again", backoff
	}
	return nil
}

// RunsToClose lists the runs whose batches are all done, and those that were
// cancelled and still have recipients without an outcome.
func (db *DB) RunsToClose(ctx context.Context) (_ []delivery.Run, err error) {
	defer wrap(&err, "RunsToClose()")
	const sql = `select ` + runColumns + ` from runs r
		where finished_at is null and (state = 'cancelled'
			or state = 'sending' and started_at is not null and not exists (select from batches b where b.run_id = r.id and b.state <> 'done'))
		order by id`
	return many[delivery.Run](db.conn.Query(ctx, sql))
}

// CloseRun checks the sums of a run whose batches are all done and ends it. A
// sum that is wrong halts the run instead and is the reason shown.
func (db *DB) CloseRun(ctx context.Context, id ref.Run) (closed bool, err error) {
	defer wrap(&err, "CloseRun(%d)", id)
	run, err := db.LockRun(ctx, id)
	if err != nil || run.FinishedAt != nil || run.State != delivery.Sending && run.State != delivery.RunCancelled {
		return false, err
	}
	p, err := db.RunProgress(ctx, id)
	if err != nil {
		return false, err
	}
	if p.State == delivery.Sending {
		p.State = delivery.RunFinished
	}
	if problem := p.Check(); problem != "" {
		_, err := db.SetRunState(ctx, id, []delivery.RunState{run.State}, delivery.Halted, "invariant: "+problem)
		return false, err
	}
	const sql = `update runs set state = $2, finished_at = now(), checked_at = now(), reasons = $3 where id = $1`
	_, err = db.conn.Exec(ctx, sql, id, p.State, p.Reasons)
	return err == nil, err
}

// StalledFreezes lists runs that wait to be frozen without a live job: their
// worker died, or a person resumed them after freezing had failed.
func (db *DB) StalledFreezes(ctx context.Context) (_ []delivery.Run, err error) {
	defer wrap(&err, "StalledFreezes()")
	const sql = `select ` + runColumns + ` from runs
		where state = 'freezing' and not exists (select from river.river_job j
			where j.kind = 'freeze_run' and j.args ->> 'run' = 'run_' || runs.id
				and (j.state in ('available', 'scheduled', 'retryable')
					or j.state = 'running' and j.attempted_at > now() - interval '60 s'))
		order by id`
	return many[delivery.Run](db.conn.Query(ctx, sql))
}
