package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/internal/access"
)

// ClaimRequest makes c's Idempotency-Key ours until FinishRequest or
// ReleaseRequest, and then returns nil. When the key is taken it returns what
// is stored of it: the answer, or Status 0 while another process is at it.
//
// A key is free again after access.KeepAnswers. One whose process died, which
// stale tells by its last sign of life, is taken over by the same request.
func (db *DB) ClaimRequest(ctx context.Context, c access.Claim, now time.Time) (_ *access.Stored, err error) {
	defer wrap(&err, "ClaimRequest(%v)", c.Key)
	const claim = `
		insert into idempotency_keys as k (key_id, key, request_hash, created_at, alive_at)
		values ($1, $2, $3, $4, $4)
		on conflict (key_id, key) do update
			set request_hash = excluded.request_hash, status = null, headers = '{}', answer = null,
				created_at = excluded.created_at, alive_at = excluded.alive_at
			where k.created_at <= $5
				or k.status is null and k.alive_at <= $6 and k.request_hash = excluded.request_hash`
	tag, err := db.conn.Exec(ctx, claim, c.Key, c.Name, c.Request[:], now,
		now.Add(-access.KeepAnswers), now.Add(-access.StaleAfter))
	if err != nil || tag.RowsAffected() == 1 {
		return nil, err
	}
	return db.storedAnswer(ctx, c)
}

func (db *DB) storedAnswer(ctx context.Context, c access.Claim) (*access.Stored, error) {
	const sql = `
		select request_hash, coalesce(status, 0), headers, answer
		from idempotency_keys where key_id = $1 and key = $2`
	var s access.Stored
	var hash []byte
	err := db.conn.QueryRow(ctx, sql, c.Key, c.Name).Scan(&hash, &s.Status, &s.Headers, &s.Body)
	if errors.Is(err, pgx.ErrNoRows) { // released this instant: as if it still ran, and the caller tries again
		return &access.Stored{Request: c.Request}, nil
	}
	copy(s.Request[:], hash)
	return &s, err
}

// TouchRequest is the sign of life of a request that is still running.
func (db *DB) TouchRequest(ctx context.Context, c access.Claim, now time.Time) (err error) {
	defer wrap(&err, "TouchRequest(%v)", c.Key)
	const sql = `update idempotency_keys set alive_at = $3 where key_id = $1 and key = $2 and status is null`
	_, err = db.conn.Exec(ctx, sql, c.Key, c.Name, now)
	return err
}

// FinishRequest stores the answer, with the request's digest, which a
// streamed body has only at its end. The first answer stays.
func (db *DB) FinishRequest(ctx context.Context, c access.Claim, s access.Stored) (err error) {
	defer wrap(&err, "FinishRequest(%v)", c.Key)
	const sql = `
		update idempotency_keys set request_hash = $3, status = $4, headers = $5, answer = $6
		where key_id = $1 and key = $2 and status is null`
	_, err = db.conn.Exec(ctx, sql, c.Key, c.Name, s.Request[:], s.Status, s.Headers, s.Body)
	return err
}

// ReleaseRequest forgets a request that had no effect, so that the key may be
// used again.
func (db *DB) ReleaseRequest(ctx context.Context, c access.Claim) (err error) {
	defer wrap(&err, "ReleaseRequest(%v)", c.Key)
	const sql = `delete from idempotency_keys where key_id = $1 and key = $2 and status is null`
	_, err = db.conn.Exec(ctx, sql, c.Key, c.Name)
	return err
}

// ForgetRequests deletes answers older than access.KeepAnswers and says how
// many; a periodic job calls it.
func (db *DB) ForgetRequests(ctx context.Context, now time.Time) (_ int64, err error) {
	defer wrap(&err, "ForgetRequests()")
	const sql = `delete from idempotency_keys where created_at <= $1`
	tag, err := db.conn.Exec(ctx, sql, now.Add(-access.KeepAnswers))
	return tag.RowsAffected(), err
}
