package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

const syncColumns = `id, channel_id, state, next_token, pages, seen, added, returned, gone, failure, started_at, finished_at`

// StartSync begins a reading of a channel's followers; then, when it is not
// nil, runs in the same transaction and inserts the job that will do it. While
// one is running another is sync.running.
func (db *DB) StartSync(ctx context.Context, ch ref.Channel, then func(ctx context.Context, tx pgx.Tx, id ref.Sync) error) (s audience.Sync, err error) {
	defer wrap(&err, "StartSync(%d)", ch)
	const sql = `
		insert into syncs (channel_id) values ($1) on conflict (channel_id) where state = 'running' do nothing
		returning ` + syncColumns
	err = db.InTx(ctx, func(tx pgx.Tx, db *DB) error {
		s, err = one[audience.Sync](tx.Query(ctx, sql, ch))
		switch {
		case violates(err, "syncs_channel_id_fkey"):
			return errs.New("channel.not_found", ch)
		case errors.Is(err, pgx.ErrNoRows):
			return db.alreadyRunning(ctx, ch)
		case err != nil || then == nil:
			return err
		}
		return then(ctx, tx, s.ID)
	})
	return s, err
}

func (db *DB) alreadyRunning(ctx context.Context, ch ref.Channel) error {
	var id ref.Sync
	err := db.conn.QueryRow(ctx, `select id from syncs where channel_id = $1 and state = 'running'`, ch).Scan(&id)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return errs.New("sync.running", id, ch)
}

// Sync reads a sync; there being none is sync.not_found.
func (db *DB) Sync(ctx context.Context, id ref.Sync) (_ audience.Sync, err error) {
	defer wrap(&err, "Sync(%d)", id)
	s, err := one[audience.Sync](db.conn.Query(ctx, `select `+syncColumns+` from syncs where id = $1`, id))
	return s, missing(err, "sync.not_found", id)
}

// ListSyncs lists a channel's syncs, the newest first.
func (db *DB) ListSyncs(ctx context.Context, ch ref.Channel, limit int) (_ []audience.Sync, err error) {
	defer wrap(&err, "ListSyncs(%d)", ch)
	const sql = `select ` + syncColumns + ` from syncs where channel_id = $1 order by id desc limit $2`
	return many[audience.Sync](db.conn.Query(ctx, sql, ch, limit))
}

// CancelSync ends a running sync; what it has stored stays. One that has ended
// stays as it is.
func (db *DB) CancelSync(ctx context.Context, id ref.Sync) (_ audience.Sync, err error) {
	defer wrap(&err, "CancelSync(%d)", id)
	const sql = `update syncs set state = 'cancelled', finished_at = now() where id = $1 and state = 'running'`
	if _, err := db.conn.Exec(ctx, sql, id); err != nil {
		return audience.Sync{}, err
	}
	return db.Sync(ctx, id)
}

// FailSync ends a running sync and says why.
func (db *DB) FailSync(ctx context.Context, id ref.Sync, cause error) (_ audience.Sync, err error) {
	defer wrap(&err, "FailSync(%d)", id)
	const sql = `update syncs set state = 'failed', failure = $2, finished_at = now() where id = $1 and state = 'running'`
	if _, err := db.conn.Exec(ctx, sql, id, audience.NewFailure(cause)); err != nil {
		return audience.Sync{}, err
	}
	return db.Sync(ctx, id)
}

// RestartSync begins a running sync anew, because LINE does not continue its
// list any more. Only what the new pass lists counts as listed.
func (db *DB) RestartSync(ctx context.Context, id ref.Sync) (_ audience.Sync, err error) {
	defer wrap(&err, "RestartSync(%d)", id)
	const sql = `update syncs set next_token = '', pages = 0, seen = 0, started_at = now() where id = $1 and state = 'running'`
	if _, err := db.conn.Exec(ctx, sql, id); err != nil {
		return audience.Sync{}, err
	}
	return db.Sync(ctx, id)
}

// StoreSyncPage stores one page of LINE's list, in the same transaction as the
// token of the next one: users that nobody knew, and that everybody listed is
// a friend. s is the sync as it was when the page was asked for; a page that
// was stored already, or of a sync that has ended, changes nothing. The page
// without a next token finishes the sync.
func (db *DB) StoreSyncPage(ctx context.Context, s audience.Sync, lineIDs []string, next string) (_ audience.Sync, err error) {
	defer wrap(&err, "StoreSyncPage(%d)", s.ID)
	err = db.inUsersTx(ctx, func(db *DB) error {
		counted, err := db.countPage(ctx, s, next, int64(len(lineIDs)))
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return db.storePage(ctx, counted, validLineIDs(lineIDs))
	})
	if err != nil {
		return s, err
	}
	return db.Sync(ctx, s.ID)
}

// countPage moves the sync on when it still stands where s says.
func (db *DB) countPage(ctx context.Context, s audience.Sync, next string, listed int64) (audience.Sync, error) {
	const sql = `
		update syncs set next_token = $3, pages = pages + 1, seen = seen + $4
		where id = $1 and state = 'running' and next_token = $2 and pages = $5
		returning ` + syncColumns
	return one[audience.Sync](db.conn.Query(ctx, sql, s.ID, s.NextToken, next, listed, s.Pages))
}

// validLineIDs leaves out what the users table would refuse.
func validLineIDs(list []string) []string {
	valid := make([]string, 0, len(list))
	for _, id := range list {
		if audience.ValidLineID(id) {
			valid = append(valid, id)
		}
	}
	return valid
}

func (db *DB) storePage(ctx context.Context, s audience.Sync, lineIDs []string) error {
	const users = `
		insert into users (line_id) select distinct id from unnest($1::text[]) as s (id) order by id
		on conflict (line_id) do nothing`
	added, err := db.conn.Exec(ctx, users, lineIDs)
	if err != nil {
		return err
	}
	friends := `
		with before as (
			select line_id from friendships where channel_id = $1 and line_id = any($2) and state <> 'friend'),
		listed as (
			insert into friendships as f (channel_id, line_id, state, source, changed_at)
			select $1::bigint, id, 'friend', 'sync', clock_timestamp() from (select distinct unnest($2::text[])) as s (id) order by id
			on conflict (channel_id, line_id) do update set state = 'friend', source = 'sync', changed_at = excluded.changed_at
				where ` + standing("excluded") + ` > ` + standing("f") + `
			returning line_id)
		update syncs set added = added + $4, returned = returned + (select count(*) from listed join before using (line_id))
		where id = $3`
	if _, err := db.conn.Exec(ctx, friends, s.ChannelID, lineIDs, s.ID, added.RowsAffected()); err != nil {
		return err
	}
	if s.NextToken != "" {
		return nil
	}
	return db.finishSync(ctx, s)
}

// finishSync ends the sync. Whoever was a friend, by a webhook or an earlier
// sync, and is not listed has blocked the account or deleted theirs (LINE
// reference, Get a list of users who added your LINE Official Account as a
// friend: neither is listed): nobody there can be reached, so the state is
// blocked, as of the beginning of this pass. A follow since then is newer and
// wins; five minutes are left for clocks that differ.
func (db *DB) finishSync(ctx context.Context, s audience.Sync) error {
	if s.Seen == 0 {
		if err := db.refuseEmptyList(ctx, s); err != nil {
			_, err = db.FailSync(ctx, s.ID, err)
			return err
		}
	}
	const sql = `
		with gone as (
			update friendships set state = 'blocked', source = 'sync', changed_at = $3
			where channel_id = $1 and state = 'friend' and source in ('webhook', 'sync') and changed_at < $3::timestamptz - interval '5 minutes'
			returning 1)
		update syncs set state = 'finished', finished_at = clock_timestamp(), gone = (select count(*) from gone) where id = $2`
	_, err := db.conn.Exec(ctx, sql, s.ChannelID, s.ID, s.StartedAt)
	return err
}

// refuseEmptyList keeps an empty answer from blocking every friend there is.
func (db *DB) refuseEmptyList(ctx context.Context, s audience.Sync) error {
	var friends int64
	const sql = `select count(*) from friendships where channel_id = $1 and state = 'friend'`
	if err := db.conn.QueryRow(ctx, sql, s.ChannelID).Scan(&friends); err != nil {
		return err
	}
	if friends == 0 {
		return nil
	}
	return errs.New("sync.empty", friends)
}
