package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

const ledgerColumns = `d.recipient_id as recipient, coalesce(u.user_id, '') as user_id, coalesce('U' || replace(d.line_id::text, '-', ''), '') as line_id,
	d.state, coalesce(d.reason, '') as reason, coalesce(d.detail, '') as detail, d.http_status, d.attempts,
	d.line_request_id, d.accepted_request_id, d.message_id, d.first_attempt_at, d.finished_at`

const ledgerRows = `
	from deliveries d left join users u on u.id = d.recipient_id
	where d.part = $1 and d.run_id = $2 and d.recipient_id > $3
		and ($4 = 0 or d.state = $4) and ($5 = '' or d.reason = $5) and ($6 = 0 or d.recipient_id = $6)
	order by d.recipient_id`

// Deliveries lists rows of a run's ledger by user, from behind after.
func (db *DB) Deliveries(ctx context.Context, run delivery.Run, f delivery.LedgerFilter, after ref.User, limit int) (_ []delivery.Delivery, err error) {
	defer wrap(&err, "Deliveries(%d)", run.ID)
	const sql = `select ` + ledgerColumns + ledgerRows + ` limit $7`
	return many[delivery.Delivery](db.conn.Query(ctx, sql, run.Part, run.ID, after, f.State, f.Reason, f.User, limit))
}

// EachDelivery visits every row of a run's ledger, for exports: rows are
// streamed, never held together.
func (db *DB) EachDelivery(ctx context.Context, run delivery.Run, f delivery.LedgerFilter, visit func(delivery.Delivery) error) (err error) {
	defer wrap(&err, "EachDelivery(%d)", run.ID)
	const sql = `select ` + ledgerColumns + ledgerRows
	rows, err := db.conn.Query(ctx, sql, run.Part, run.ID, 0, f.State, f.Reason, f.User)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		d, err := pgx.RowToStructByName[delivery.Delivery](rows)
		if err != nil {
			return err
		}
		if err := visit(d); err != nil {
			return err
		}
	}
	return rows.Err()
}

// CancelBatches ends up to n batches of a run that no worker holds. Recipients
// without an outcome become cancelled, or unknown when they may have been asked
// and the answer is not known. It returns how many batches are still open.
func (db *DB) CancelBatches(ctx context.Context, run delivery.Run, n int) (open int, err error) {
	defer wrap(&err, "CancelBatches(%d)", run.ID)
	const sql = `
		with free as (
			select run_id, seq, recipients, ` + inDoubt + ` as unclear from batches b
			where run_id = $1 and (state in ('ready', 'queued') or state = 'sending' and lease_until < now())
			order by seq limit $3 for update skip locked
		), fresh as (
			insert into deliveries (part, run_id, batch_seq, recipient_id, state, finished_at, line_id, reason)
			select $2::int, f.run_id, f.seq, r.id, case when r.id = any(f.unclear) then 4 else 5 end, now(), substr(u.line_id, 2)::uuid,
				case when r.id = any(f.unclear) then 'cancelled_unclear' else 'cancelled' end
			from free f cross join unnest(f.recipients) as r (id) left join users u on u.id = r.id
			on conflict do nothing
			returning batch_seq, state
		)
		update batches b set state = 'done', finished_at = now(), owner = null, lease_until = null,
			cancelled = b.cancelled + (select count(*) from fresh where batch_seq = b.seq and state = 5),
			unknown = b.unknown + (select count(*) from fresh where batch_seq = b.seq and state = 4)
		from free where b.run_id = free.run_id and b.seq = free.seq`
	if _, err := db.conn.Exec(ctx, sql, run.ID, run.Part, n); err != nil {
		return 0, err
	}
	err = db.conn.QueryRow(ctx, `select count(*) from batches where run_id = $1 and state <> 'done'`, run.ID).Scan(&open)
	return open, err
}
