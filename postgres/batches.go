package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// BatchRef names a batch.
type BatchRef struct {
	Run ref.Run
	Seq int
}

// Lease is how long a batch belongs to the worker that took it, unless it is
// renewed. A killed worker's batch is free again after this.
const Lease = 5 * time.Second

// TakeBatch leases a batch whose run is sending; false when it is done, held
// by another worker, backing off, or its run is not sending. Those whom a last
// worker that went away without a word may have asked are unclear. Nobody may be
// asked before OpenReach, unless the batch has a plan.
func (db *DB) TakeBatch(ctx context.Context, b BatchRef, owner uuid.UUID) (_ delivery.Batch, taken bool, err error) {
	defer wrap(&err, "TakeBatch(%d, %d)", b.Run, b.Seq)
	const sql = `
		update batches b set state = 'sending', owner = $3, lease_until = now() + $4, not_before = null, begun = false,
			reach = case when b.plan is null then 0 else cardinality(b.recipients) end, unclear = ` + inDoubt + `,
			first_attempt_at = case when b.state <> 'sending' and b.unclear = '{}' then now() else b.first_attempt_at end
		from runs r join channels c on c.id = r.channel_id
		where b.run_id = $1 and b.seq = $2 and r.id = b.run_id and r.state = 'sending' and c.state = 'active'
			and (b.state in ('ready', 'queued') or b.state = 'sending' and b.lease_until < now())
			and coalesce(b.not_before <= now(), true)
		returning b.run_id as run, b.seq, b.owner, b.rounds, cardinality(b.recipients) as size,
			coalesce(b.plan::text, '') as plan, b.first_attempt_at, now() as taken_at, r.ahead`
	batch, err := one[delivery.Batch](db.conn.Query(ctx, sql, b.Run, b.Seq, owner, Lease))
	if errors.Is(err, pgx.ErrNoRows) {
		return batch, false, nil
	}
	return batch, err == nil, err
}

// BatchWait says when a queued batch that could not be taken may be tried
// again: the end of its back-off. A batch whose run or channel is not sending
// loses its job and is ready for the day that it is.
func (db *DB) BatchWait(ctx context.Context, b BatchRef) (until *time.Time, err error) {
	defer wrap(&err, "BatchWait(%d, %d)", b.Run, b.Seq)
	const sql = `
		update batches b set state = case when r.state = 'sending' and c.state = 'active' then 'queued' else 'ready' end
		from runs r join channels c on c.id = r.channel_id
		where b.run_id = $1 and b.seq = $2 and r.id = b.run_id and b.state = 'queued'
		returning case when b.state = 'queued' and b.not_before > now() then b.not_before end`
	err = db.conn.QueryRow(ctx, sql, b.Run, b.Seq).Scan(&until)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return until, err
}

// inDoubt are those of a batch b who may have been asked without a known answer,
// once its holder is gone.
const inDoubt = `case b.state when 'sending' then b.unclear || b.recipients[1:b.reach] else b.unclear end`

// Held is a batch that a worker holds.
type Held struct {
	BatchRef
	Owner uuid.UUID
}

// RenewLeases keeps the batches that their owners still hold, lets each ask as
// many of its recipients as reach says, and returns them with the state of
// their run. One that is missing from the answer was lost.
func (db *DB) RenewLeases(ctx context.Context, held []Held, reach []int) (_ map[Held]delivery.RunState, err error) {
	defer wrap(&err, "RenewLeases(%d batches)", len(held))
	runs, seqs, owners := make([]ref.Run, len(held)), make([]int, len(held)), make([]uuid.UUID, len(held))
	for i, h := range held {
		runs[i], seqs[i], owners[i] = h.Run, h.Seq, h.Owner
	}
	const sql = `
		update batches b set lease_until = now() + $4, reach = greatest(b.reach, h.reach)
		from unnest($1::bigint[], $2::int[], $3::uuid[], $5::int[]) as h (run, seq, owner, reach),
			runs r join channels c on c.id = r.channel_id
		where b.run_id = h.run and b.seq = h.seq and b.owner = h.owner and b.state = 'sending' and r.id = b.run_id
		returning b.run_id, b.seq, b.owner, case when c.state = 'active' then r.state else 'paused' end`
	rows, err := db.conn.Query(ctx, sql, runs, seqs, owners, Lease, reach)
	if err != nil {
		return nil, err
	}
	states := map[Held]delivery.RunState{}
	var h Held
	var state delivery.RunState
	_, err = pgx.ForEachRow(rows, []any{&h.Run, &h.Seq, &h.Owner, &state}, func() error { states[h] = state; return nil })
	return states, err
}

// CompleteBatch ends a batch whose recipients all have outcomes; false when
// some have none.
func (db *DB) CompleteBatch(ctx context.Context, b BatchRef) (done bool, err error) {
	defer wrap(&err, "CompleteBatch(%d, %d)", b.Run, b.Seq)
	const sql = `
		update batches set state = 'done', finished_at = now(), owner = null, lease_until = null
		where run_id = $1 and seq = $2 and state <> 'done'
			and accepted + skipped + rejected + unknown + cancelled = cardinality(recipients)`
	tag, err := db.conn.Exec(ctx, sql, b.Run, b.Seq)
	return tag.RowsAffected() == 1, err
}

// Release says how a held batch is given back.
type Release struct {
	Queued    bool // the caller's job comes back at NotBefore; otherwise another job is to be made
	NotBefore time.Time
	Unclear   []ref.User // open recipients who may have been asked without a clear answer
	Since     *time.Time // when the first of them was; their 20 hours for retries run from then
	Keep      bool       // nobody was asked: who was unclear still is, and since when
}

// ReleaseBatch gives a held batch back.
func (db *DB) ReleaseBatch(ctx context.Context, h Held, r Release) (err error) {
	defer wrap(&err, "ReleaseBatch(%d, %d)", h.Run, h.Seq)
	const sql = `
		update batches set state = case when $4 then 'queued' else 'ready' end, queued_at = now(),
			owner = null, lease_until = null, not_before = $5, rounds = rounds + 1,
			unclear = case when $8 then unclear else coalesce($6::bigint[], '{}') end,
			first_attempt_at = case when $8 and unclear <> '{}' then first_attempt_at
				when not $8 and cardinality($6::bigint[]) > 0 then $7::timestamptz end
		where run_id = $1 and seq = $2 and owner = $3 and state = 'sending'`
	_, err = db.conn.Exec(ctx, sql, h.Run, h.Seq, h.Owner, r.Queued, r.NotBefore, r.Unclear, r.Since, r.Keep)
	return err
}

// ExpireUnclear records that the unclear recipients of a held batch were never
// learned of, and begins the 20 hours of the others anew.
func (db *DB) ExpireUnclear(ctx context.Context, run delivery.Run, h Held, expired []delivery.Outcome) (err error) {
	defer wrap(&err, "ExpireUnclear(%d, %d)", h.Run, h.Seq)
	return db.InTx(ctx, func(tx pgx.Tx, db *DB) error {
		if err := db.RecordOutcomes(ctx, run, h.Seq, expired); err != nil {
			return err
		}
		const sql = `update batches set unclear = '{}', first_attempt_at = now() where run_id = $1 and seq = $2 and owner = $3`
		_, err := tx.Exec(ctx, sql, h.Run, h.Seq, h.Owner)
		return err
	})
}

// StorePlan keeps a held batch's plan; false when the batch was lost.
func (db *DB) StorePlan(ctx context.Context, h Held, plan string) (kept bool, err error) {
	defer wrap(&err, "StorePlan(%d, %d)", h.Run, h.Seq)
	const sql = `update batches set plan = $4::text::jsonb, reach = cardinality(recipients) where run_id = $1 and seq = $2 and owner = $3 and state = 'sending'`
	tag, err := db.conn.Exec(ctx, sql, h.Run, h.Seq, h.Owner, plan)
	return tag.RowsAffected() == 1, err
}

// QueueBatches marks up to n ready batches of a run as queued and returns
// them, the lowest first; the caller inserts their jobs in the same
// transaction. Until the run is judged these are of its first recipients.
func (db *DB) QueueBatches(ctx context.Context, run delivery.Run, n int) (_ []BatchRef, err error) {
	defer wrap(&err, "QueueBatches(%d, %d)", run.ID, n)
	const sql = `
		update batches b set state = 'queued', queued_at = now()
		from (select seq from batches where run_id = $1 and state = 'ready' and coalesce(not_before <= now(), true)
			and (seq < $3 or (select judged from runs where id = $1))
			order by seq limit $2 for update skip locked) next
		where b.run_id = $1 and b.seq = next.seq
		returning b.run_id as run, b.seq`
	return many[BatchRef](db.conn.Query(ctx, sql, run.ID, n, firstBatches(run)))
}

// OpenReach lets a held batch ask the first n of its recipients; false when the
// batch was lost.
func (db *DB) OpenReach(ctx context.Context, h Held, n int) (kept bool, err error) {
	defer wrap(&err, "OpenReach(%d, %d)", h.Run, h.Seq)
	const sql = `update batches set reach = greatest(reach, $4) where run_id = $1 and seq = $2 and owner = $3 and state = 'sending'`
	tag, err := db.conn.Exec(ctx, sql, h.Run, h.Seq, h.Owner, n)
	return tag.RowsAffected() == 1, err
}

// MarkBegun notes that everybody in a held batch was asked, once; false when the
// batch was lost.
func (db *DB) MarkBegun(ctx context.Context, h Held) (kept bool, err error) {
	defer wrap(&err, "MarkBegun(%d, %d)", h.Run, h.Seq)
	const sql = `update batches set begun = true where run_id = $1 and seq = $2 and owner = $3 and state = 'sending'`
	tag, err := db.conn.Exec(ctx, sql, h.Run, h.Seq, h.Owner)
	return tag.RowsAffected() == 1, err
}

// OpenWindow is how many places of a run's window are taken: by batches that
// have a job, or a worker that renewed its lease lately. One that missed three
// renewals is probably gone, and others must not stand still until its lease
// ends. Up to a window of batches that only wait for answers, or to ask a few
// again, take none.
func (db *DB) OpenWindow(ctx context.Context, run delivery.Run) (n int, err error) {
	defer wrap(&err, "OpenWindow(%d)", run.ID)
	err = db.conn.QueryRow(ctx, `select greatest(count(*) filter (where not (state = 'sending' and begun)), count(*) - $2)
		from batches where run_id = $1
		and (state = 'queued' or state = 'sending' and lease_until > now() + interval '4 s')`, run.ID, run.Window).Scan(&n)
	return n, err
}

// ReapBatches takes back batches whose worker is gone: its lease ran out, or
// its job was fetched by a process that died before taking the batch (such a
// job stays "running" in River until the rescuer comes). The caller inserts a
// new job for each; a job too many finds nothing to take.
func (db *DB) ReapBatches(ctx context.Context) (_ []BatchRef, err error) {
	defer wrap(&err, "ReapBatches()")
	const sql = `
		update batches b set state = 'queued', queued_at = now(), owner = null, lease_until = null, unclear = ` + inDoubt + `
		from (select b.run_id, b.seq from batches b join runs r on r.id = b.run_id and r.state = 'sending'
			join channels c on c.id = r.channel_id and c.state = 'active'
			where b.state = 'sending' and b.lease_until < now()
				or b.state = 'queued' and greatest(b.queued_at, b.not_before) < now() - interval '20 s'
					and not exists (select from river.river_job j where j.kind = 'send_batch'
						and j.state in ('available', 'scheduled', 'retryable')
						and j.args @> jsonb_build_object('run', 'run_' || b.run_id, 'seq', b.seq))
			order by b.run_id, b.seq limit 100 for update of b skip locked) gone
		where b.run_id = gone.run_id and b.seq = gone.seq
		returning b.run_id as run, b.seq`
	return many[BatchRef](db.conn.Query(ctx, sql))
}

// OpenRecipients reads the recipients of a batch that have no outcome yet, as
// they are now, in one query; with their attributes when somebody will read them.
//
// Whoever was merged into another user since the audience was frozen stands for
// that user; whoever has another line_id than then is Moved. So every message
// goes to a line_id of the frozen audience, and to each at most one.
//
// The subquery is not written as NOT EXISTS: without statistics of a table that
// is being filled the planner would turn that into a join that reads the whole
// ledger for each batch (80 µs a recipient at 50,000, measured). A scalar
// subquery stays an index look-up a row.
func (db *DB) OpenRecipients(ctx context.Context, run delivery.Run, seq int, attributes bool) (_ []delivery.Recipient, err error) {
	defer wrap(&err, "OpenRecipients(%d, %d)", run.ID, seq)
	const sql = `
		select r.id, coalesce(u.user_id, '') as user_id, coalesce(u.line_id, '') as line_id,
			case when $5 and u.id is not null then u.attributes else '{}' end as attributes, u.id is null as erased,
			coalesce(f.state = 'blocked', false) as blocked, r.id = any(b.unclear) as unclear, r.place - 1 as place,
			exists (select from user_identity_log l where l.users_id = u.id
				and (l.at > o.started_at or not pg_visible_in_snapshot(l.xid, o.snapshot))
				and l.merged_id is distinct from r.id) as moved
		from batches b join runs o on o.id = b.run_id cross join unnest(b.recipients) with ordinality as r (id, place)
		left join user_identity_log m on m.merged_id = r.id
		left join users u on u.id = coalesce(m.users_id, r.id)
		left join friendships f on f.channel_id = $3 and f.line_id = u.line_id
		where b.run_id = $1 and b.seq = $2
			and (b.accepted + b.skipped + b.rejected + b.unknown + b.cancelled = 0 or (select d.state from deliveries d where d.part = $4 and d.run_id = $1 and d.recipient_id = r.id) is null)
		order by r.id`
	return many[delivery.Recipient](db.conn.Query(ctx, sql, run.ID, seq, run.Channel, run.Part, attributes))
}
