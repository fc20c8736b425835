package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
)

// firstBatches is how many batches the recipients are in by whom a run is judged.
func firstBatches(run delivery.Run) int {
	return (delivery.FirstRecipients + run.BatchSize - 1) / run.BatchSize
}

// JudgeLacking counts who of a run's first recipients was skipped for want of an
// attribute: once in the run's life, when all of them have been looked at.
// judged is false before that and ever after, whoever asks.
func (db *DB) JudgeLacking(ctx context.Context, run delivery.Run) (l delivery.Lacking, judged bool, err error) {
	defer wrap(&err, "JudgeLacking(%d)", run.ID)
	const sql = `
		update runs set judged = true
		from (select sum(cardinality(recipients)) as looked_at from batches
			where run_id = $1 and seq < $4 and (state = 'done' or reach > 0)) first
		where id = $1 and not judged and looked_at >= $3
		returning looked_at, (select coalesce(jsonb_object_agg(name, n), '{}') from (
			select coalesce(detail, '') as name, count(*) as n from deliveries
			where part = $2 and run_id = $1 and batch_seq < $4 and reason = 'missing_attribute' group by 1) lacking)`
	err = db.conn.QueryRow(ctx, sql, run.ID, run.Part, delivery.FirstRecipients, firstBatches(run)).Scan(&l.Of, &l.Lack)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}
