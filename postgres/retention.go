package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// DropLedgers removes the deliveries of runs that ended before before, a
// partition at a time and oldest first, and returns how many partitions went.
// The runs keep their counts. It takes milliseconds whatever the size; while
// somebody reads the ledger for longer than lockWait it gives up until the next
// time, because all senders would wait with it.
func (db *DB) DropLedgers(ctx context.Context, before time.Time) (n int, err error) {
	defer wrap(&err, "DropLedgers(%s)", before.Format(time.DateOnly))
	const sql = `
		select part from runs where part <> 0 and ledger_dropped_at is null
		group by part
		having bool_and(finished_at is not null and finished_at < $1)
			and (part > 0 or to_date((-part)::text, 'YYYYMM') + interval '1 month' < $1)
		order by max(finished_at)`
	rows, err := db.conn.Query(ctx, sql, before)
	if err != nil {
		return 0, err
	}
	parts, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return 0, err
	}
	for _, part := range parts {
		if err := db.InTx(ctx, func(_ pgx.Tx, db *DB) error { return db.dropLedger(ctx, part) }); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

const lockWait = `500ms`

func (db *DB) dropLedger(ctx context.Context, part int) error {
	if _, err := db.conn.Exec(ctx, `set local lock_timeout = '`+lockWait+`'`); err != nil {
		return err
	}
	if _, err := db.conn.Exec(ctx, fmt.Sprintf(`drop table if exists %s`, partitionName(part))); err != nil {
		return err
	}
	const sql = `
		with dropped as (
			update runs set ledger_dropped_at = now() where part = $1 and ledger_dropped_at is null returning id)
		update batches b set recipients = '{}', plan = null, unclear = '{}' from dropped d where b.run_id = d.id`
	_, err := db.conn.Exec(ctx, sql, part)
	return err
}
