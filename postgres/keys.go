package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

const keyColumns = `id, name, last4, scopes, created_at, expires_at, revoked_at, last_used_at`

// CreateKey stores a new API key.
func (db *DB) CreateKey(ctx context.Context, k access.NewKey) (_ access.Key, err error) {
	defer wrap(&err, "CreateKey(%q)", k.Name)
	const sql = `
		insert into api_keys (name, digest, last4, scopes, expires_at)
		values ($1, $2, $3, $4, $5) returning ` + keyColumns
	return one[access.Key](db.conn.Query(ctx, sql, k.Name, k.Digest[:], k.Last4, k.Scopes, k.ExpiresAt))
}

// EnsureKey stores k unless a key of that digest exists, revoked ones
// included: a bootstrap key that somebody revoked must not come back at the
// next start. It reports whether it made one.
func (db *DB) EnsureKey(ctx context.Context, k access.NewKey) (made bool, err error) {
	defer wrap(&err, "EnsureKey(%q)", k.Name)
	const sql = `
		insert into api_keys (name, digest, last4, scopes, expires_at)
		values ($1, $2, $3, $4, $5) on conflict (digest) do nothing`
	tag, err := db.conn.Exec(ctx, sql, k.Name, k.Digest[:], k.Last4, k.Scopes, k.ExpiresAt)
	return tag.RowsAffected() == 1, err
}

// UseKey is the key with digest, when it may be used at now; auth.unknown
// does not tell an unknown key from an expired or revoked one. It notes the
// use at most once a minute, so that a busy key does not write a row version
// for each of its requests.
func (db *DB) UseKey(ctx context.Context, digest access.Digest, now time.Time) (_ access.Key, err error) {
	defer wrap(&err, "UseKey()")
	const sql = `
		with used as (
			update api_keys set last_used_at = $2
			where digest = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
				and (last_used_at is null or last_used_at < $2 - interval '1 minute')
		)
		select ` + keyColumns + ` from api_keys
		where digest = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`
	k, err := one[access.Key](db.conn.Query(ctx, sql, digest[:], now))
	if errors.Is(err, pgx.ErrNoRows) {
		return k, errs.New("auth.unknown")
	}
	return k, err
}

// Keys lists keys by id, those after the id given. Revoked ones stay in the
// list: the audit log names them.
func (db *DB) Keys(ctx context.Context, after ref.Key, limit int) (_ []access.Key, err error) {
	defer wrap(&err, "Keys(%d, %d)", after, limit)
	const sql = `select ` + keyColumns + ` from api_keys where id > $1 order by id limit $2`
	return many[access.Key](db.conn.Query(ctx, sql, after, limit))
}

// RevokeKey ends a key from now on. Revoking it again changes nothing; a key
// that never was is key.not_found.
func (db *DB) RevokeKey(ctx context.Context, id ref.Key, now time.Time) (err error) {
	defer wrap(&err, "RevokeKey(%d)", id)
	const sql = `update api_keys set revoked_at = coalesce(revoked_at, $2) where id = $1`
	tag, err := db.conn.Exec(ctx, sql, id, now)
	if err == nil && tag.RowsAffected() == 0 {
		return errs.New("key.not_found", id)
	}
	return err
}
