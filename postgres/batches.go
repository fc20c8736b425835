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
// by another worker, backing off, or its run is not sending.
func (db *DB) TakeBatch(ctx context.Context, b BatchRef, owner uuid.UUID) (_ delivery.Batch, taken bool, err error) {
	defer wrap(&err, "TakeBatch(%d, %d)", b.Run, b.Seq)
	const sql = `
		update batches b set state = 'sending', owner = $3, lease_until = now() + $4, not_before = null,
			first_attempt_at = coalesce(b.first_attempt_at, now())
		from runs r join channels c on c.id = r.channel_id
		where b.run_id = $1 and b.seq = $2 and r.id = b.run_id and r.state = 'sending' and c.state = 'active'
			and (b.state in ('ready', 'queued') or b.state = 'sending' and b.lease_until < now())
			and coalesce(b.not_before <= now(), true)
		returning b.run_id as run, b.seq, b.owner, b.rounds, cardinality(b.recipients) as size,
			b.first_attempt_at, b.first_attempt_at = now() as fresh`
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

// Held is a batch that a worker holds.
type Held struct {
	BatchRef
	Owner uuid.UUID
}

// RenewLeases keeps the batches that their owners still hold, and returns them
// with the state of their run. One that is missing from the answer was lost.
func (db *DB) RenewLeases(ctx context.Context, held []Held) (_ map[Held]delivery.RunState, err error) {
	defer wrap(&err, "RenewLeases(%d batches)", len(held))
	runs, seqs, owners := make([]ref.Run, len(held)), make([]int, len(held)), make([]uuid.UUID, len(held))
	for i, h := range held {
		runs[i], seqs[i], owners[i] = h.Run, h.Seq, h.Owner
	}
	const sql = `
		update batches b set lease_until = now() + $4
		from unnest($1::bigint[], $2::int[], $3::uuid[]) as h (run, seq, owner),
			runs r join channels c on c.id = r.channel_id
		where b.run_id = h.run and b.seq = h.seq and b.owner = h.owner and b.state = 'sending' and r.id = b.run_id
		returning b.run_id, b.seq, b.owner, case when c.state = 'active' then r.state else 'paused' end`
	rows, err := db.conn.Query(ctx, sql, runs, seqs, owners, Lease)
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

// ReleaseBatch gives a held batch back: queued when the caller's job comes
// back at notBefore, ready when another job is to be made for it. certain says
// that no open recipient has been asked without a clear answer, so the 20
// hours for retries start anew with the next attempt.
func (db *DB) ReleaseBatch(ctx context.Context, h Held, queued bool, notBefore time.Time, certain bool) (err error) {
	defer wrap(&err, "ReleaseBatch(%d, %d)", h.Run, h.Seq)
	const sql = `
		update batches set state = case when $4 then 'queued' else 'ready' end, queued_at = now(),
			owner = null, lease_until = null, not_before = $5, rounds = rounds + 1,
			first_attempt_at = case when $6 then null else first_attempt_at end
		where run_id = $1 and seq = $2 and owner = $3 and state = 'sending'`
	_, err = db.conn.Exec(ctx, sql, h.Run, h.Seq, h.Owner, queued, notBefore, certain)
	return err
}

// QueueBatches marks up to n ready batches of a run as queued and returns
// them, the lowest first; the caller inserts their jobs in the same
// transaction.
func (db *DB) QueueBatches(ctx context.Context, run ref.Run, n int) (_ []BatchRef, err error) {
	defer wrap(&err, "QueueBatches(%d, %d)", run, n)
	const sql = `
		update batches b set state = 'queued', queued_at = now()
		from (select seq from batches where run_id = $1 and state = 'ready' and coalesce(not_before <= now(), true)
			order by seq limit $2 for update skip locked) next
		where b.run_id = $1 and b.seq = next.seq
		returning b.run_id as run, b.seq`
	return many[BatchRef](db.conn.Query(ctx, sql, run, n))
}

// OpenWindow is how many batches of a run have a job or a worker.
func (db *DB) OpenWindow(ctx context.Context, run ref.Run) (n int, err error) {
	defer wrap(&err, "OpenWindow(%d)", run)
	err = db.conn.QueryRow(ctx, `select count(*) from batches where run_id = $1 and state in ('queued', 'sending')`, run).Scan(&n)
	return n, err
}

// ReapBatches takes back batches whose worker is gone: its lease ran out, or
// its job was fetched by a process that died before taking the batch (such a
// job stays "running" in River until the rescuer comes). The caller inserts a
// new job for each; a job too many finds nothing to take.
func (db *DB) ReapBatches(ctx context.Context) (_ []BatchRef, err error) {
	defer wrap(&err, "ReapBatches()")
	const sql = `
		update batches b set state = 'queued', queued_at = now(), owner = null, lease_until = null
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
// they are now, in one query.
//
// The subquery is not written as NOT EXISTS: without statistics of a table that
// is being filled the planner would turn that into a join that reads the whole
// ledger for each batch (80 µs a recipient at 50,000, measured). A scalar
// subquery stays an index look-up a row.
func (db *DB) OpenRecipients(ctx context.Context, run delivery.Run, seq int) (_ []delivery.Recipient, err error) {
	defer wrap(&err, "OpenRecipients(%d, %d)", run.ID, seq)
	const sql = `
		select r.id, coalesce(u.user_id, '') as user_id, coalesce(u.line_id, '') as line_id,
			coalesce(u.attributes, '{}') as attributes, u.id is null as erased,
			coalesce(f.state = 'blocked', false) as blocked
		from batches b cross join unnest(b.recipients) as r (id)
		left join users u on u.id = r.id
		left join friendships f on f.channel_id = $3 and f.line_id = u.line_id
		where b.run_id = $1 and b.seq = $2
			and (select d.state from deliveries d where d.part = $4 and d.run_id = $1 and d.recipient_id = r.id) is null
		order by r.id`
	return many[delivery.Recipient](db.conn.Query(ctx, sql, run.ID, seq, run.Channel, run.Part))
}
