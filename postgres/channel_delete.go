package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/ref"
)

// OpenCampaigns counts the campaigns that DeleteChannel would cancel.
func (db *DB) OpenCampaigns(ctx context.Context, id ref.Channel) (n int, err error) {
	defer wrap(&err, "OpenCampaigns(%d)", id)
	const sql = `select count(*) from campaigns where channel_id = $1 and status = any($2)`
	err = db.conn.QueryRow(ctx, sql, id, campaign.Open()).Scan(&n)
	return n, err
}

// KeepChannel is Channel, which nobody can delete until the transaction ends.
// What is published under it is seen by the DeleteChannel that waits.
func (db *DB) KeepChannel(ctx context.Context, id ref.Channel) (_ channel.Channel, err error) {
	defer wrap(&err, "KeepChannel(%d)", id)
	const sql = `select ` + channelColumns + ` from channels where id = $1 and state <> 'deleted' for share`
	c, err := one[channel.Channel](db.conn.Query(ctx, sql, id))
	return c, missing(err, "channel.not_found", id)
}

// DeleteChannel disconnects a channel, forgets its credentials and cancels its
// open campaigns with their runs and its sync, all or nothing. It returns how many
// campaigns that were. Drafts stay: they can be given another channel.
func (db *DB) DeleteChannel(ctx context.Context, id ref.Channel, by string) (cancelled int, err error) {
	defer wrap(&err, "DeleteChannel(%d)", id)
	err = db.InTx(ctx, func(_ pgx.Tx, db *DB) error {
		if err := db.forgetChannel(ctx, id); err != nil {
			return err
		}
		// Campaigns before runs: a run that is being made holds its campaign.
		const campaigns = `
			update campaigns set status = 'cancelled', next_due_at = null, paused_from = null, updated_by = $3, updated_at = now()
			where channel_id = $1 and status = any($2)`
		tag, err := db.conn.Exec(ctx, campaigns, id, campaign.Open(), by)
		if err != nil {
			return err
		}
		cancelled = int(tag.RowsAffected())
		const runs = `
			update runs set state = 'cancelled', reason = $2
			where channel_id = $1 and state in ('freezing', 'sending', 'paused', 'halted')`
		if _, err = db.conn.Exec(ctx, runs, id, "channel deleted by "+by); err != nil {
			return err
		}
		const syncs = `update syncs set state = 'cancelled', finished_at = now() where channel_id = $1 and state = 'running'`
		_, err = db.conn.Exec(ctx, syncs, id)
		return err
	})
	return cancelled, err
}

func (db *DB) forgetChannel(ctx context.Context, id ref.Channel) error {
	const sql = `
		update channels set state = 'deleted', secret_sealed = '', token_sealed = '', updated_at = now()
		where id = $1 and state <> 'deleted' returning id`
	err := db.conn.QueryRow(ctx, sql, id).Scan(&id)
	return missing(err, "channel.not_found", id)
}
