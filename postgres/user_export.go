package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// EachIdentityChange visits how a user's ids changed, the oldest first.
func (db *DB) EachIdentityChange(ctx context.Context, id ref.User, visit func(at time.Time, c audience.IdentityChange) error) (err error) {
	defer wrap(&err, "EachIdentityChange(%d)", id)
	const sql = `
		select at, users_id, what, coalesce(old_line_id, ''), coalesce(new_line_id, ''), coalesce(merged_id, 0)
		from user_identity_log l where users_id = $1 order by l.id`
	rows, err := db.conn.Query(ctx, sql, id)
	if err != nil {
		return err
	}
	var at time.Time
	var c audience.IdentityChange
	_, err = pgx.ForEachRow(rows, []any{&at, &c.User, &c.What, &c.OldLineID, &c.NewLineID, &c.MergedID}, func() error {
		return visit(at, c)
	})
	return err
}

// EachUserDelivery visits what became of every message to a user, by run. It
// looks into each run's rows by their primary key, as deliveries have no index
// by recipient: every sent message would pay for one.
func (db *DB) EachUserDelivery(ctx context.Context, id ref.User, visit func(ref.Run, ref.Campaign, delivery.Delivery) error) (err error) {
	defer wrap(&err, "EachUserDelivery(%d)", id)
	const sql = `
		select r.id as run_id, r.campaign_id, ` + ledgerColumns + `
		from runs r join deliveries d on d.part = r.part and d.run_id = r.id and d.recipient_id = $1
			left join users u on u.id = d.recipient_id
		order by r.id`
	rows, err := db.conn.Query(ctx, sql, id)
	if err != nil {
		return err
	}
	type row struct {
		RunID      ref.Run
		CampaignID ref.Campaign
		delivery.Delivery
	}
	defer rows.Close()
	for rows.Next() {
		r, err := pgx.RowToStructByName[row](rows)
		if err != nil {
			return err
		}
		if err := visit(r.RunID, r.CampaignID, r.Delivery); err != nil {
			return err
		}
	}
	return rows.Err()
}
