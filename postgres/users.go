package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
)

const userColumns = `id, coalesce(user_id, '') as user_id, coalesce(line_id, '') as line_id, attributes, created_at, updated_at`

// User reads a user by any of its ids; there being none is user.not_found.
func (db *DB) User(ctx context.Context, key audience.Key) (_ audience.User, err error) {
	defer wrap(&err, "User(%d)", key.ID)
	const sql = `
		select ` + userColumns + ` from users
		where id = $1 or user_id = nullif($2, '') or line_id = nullif($3, '')`
	u, err := one[audience.User](db.conn.Query(ctx, sql, key.ID, key.UserID, key.LineID))
	return u, missing(err, "user.not_found", key)
}

// ListUsers lists the users that f selects, by id, from the one after after on.
// Filtering by attribute reads every user: about 0.3 s for a million.
func (db *DB) ListUsers(ctx context.Context, f audience.Filter, after ref.User, limit int) (_ []audience.User, err error) {
	defer wrap(&err, "ListUsers(%d, %d)", after, limit)
	const sql = `
		select ` + userColumns + ` from users
		where id > $1
			and ($2 = '' or user_id = $2)
			and ($3 = '' or line_id = $3)
			and ($4 = '' or attributes ? $4)
			and (not $6 or attributes ->> $4 = $5)
		order by id limit $7`
	return many[audience.User](db.conn.Query(ctx, sql, after, f.UserID, f.LineID, f.Attribute, f.Value, f.Attribute != "" && f.HasValue, limit))
}

// DeleteUser erases a user: the row, what is known of its friendships and
// former ids, and its line_id wherever a delivery or an import error has it.
// Deliveries stay, without a name, so that no count changes. Runs that have
// the user in their frozen audience skip it.
func (db *DB) DeleteUser(ctx context.Context, key audience.Key) (err error) {
	defer wrap(&err, "DeleteUser(%d)", key.ID)
	return db.InTx(ctx, func(tx pgx.Tx, db *DB) error {
		const sql = `
			delete from users where id = $1 or user_id = nullif($2, '') or line_id = nullif($3, '')
			returning ` + userColumns
		u, err := one[audience.User](tx.Query(ctx, sql, key.ID, key.UserID, key.LineID))
		if err := missing(err, "user.not_found", key); err != nil {
			return err
		}
		return db.forget(ctx, u)
	})
}

// forget removes a deleted user's ids from the tables that outlive it. Each
// run's delivery is found by its primary key: the table has no index by
// recipient, which every sent message would pay for.
func (db *DB) forget(ctx context.Context, u audience.User) error {
	batch := &pgx.Batch{}
	batch.Queue(`
		update deliveries d set line_id = null
		from runs r, (select $1::bigint as id union all select merged_id from user_identity_log where users_id = $1) was
		where d.part = r.part and d.run_id = r.id and d.recipient_id = was.id`, u.ID)
	batch.Queue(`
		delete from friendships where line_id in (
			select $2 union all select old_line_id from user_identity_log where users_id = $1)`, u.ID, u.LineID)
	batch.Queue(`delete from user_identity_log where users_id = $1`, u.ID)
	batch.Queue(`
		update import_errors set value = '' where value in (nullif($1, ''), nullif($2, ''))`, u.LineID, u.UserID)
	return db.conn.SendBatch(ctx, batch).Close()
}
