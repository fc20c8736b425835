package postgres

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
)

// maxBookBytes bounds the attributes that one Book holds. Users have some
// hundred bytes each as a rule and 64 KiB at most.
const maxBookBytes = 32 << 20

// planned makes PostgreSQL plan a statement for the arrays it is given, however
// long they are: a plan made for ten ids when the table was empty reads it from
// end to end for each of twenty thousand.
const planned = pgx.QueryExecModeCacheDescribe

// locking is the end of the statement that loads a Book.
type locking string

const (
	forReading locking = ``
	forUpdate  locking = ` for update`
)

// loadBook loads every stored user that patches name. Locks are taken in the
// order of their ids, so that no two writers wait for each other. It does not
// fit when the users are too large for more than one patch at a time.
func (db *DB) loadBook(ctx context.Context, book *audience.Book, patches []audience.Patch, lock locking) (fits bool, err error) {
	const sql = `
		select id, coalesce(user_id, ''), coalesce(line_id, ''), attributes::text from users
		where user_id = any($1) or line_id = any($2)
		order by id`
	userIDs, lineIDs := ids(patches)
	rows, err := db.conn.Query(ctx, sql+string(lock), planned, userIDs, lineIDs)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var row audience.Row
	var attributes string
	size := 0
	for rows.Next() {
		if err := rows.Scan(&row.ID, &row.UserID, &row.LineID, &attributes); err != nil {
			return false, err
		}
		if size += len(attributes); size > maxBookBytes && len(patches) > 1 {
			return false, nil
		}
		book.Load(row, attributes)
	}
	return true, rows.Err()
}

// ids lists what patches name.
func ids(patches []audience.Patch) (userIDs, lineIDs []string) {
	userIDs, lineIDs = []string{}, []string{}
	for i := range patches {
		if id := patches[i].UserID; id != "" {
			userIDs = append(userIDs, id)
		}
		if id := patches[i].LineID; id != "" {
			lineIDs = append(lineIDs, id)
		}
	}
	return userIDs, lineIDs
}

// writeChanges stores what a Book changed, in the order that Changes demands.
func (db *DB) writeChanges(ctx context.Context, c audience.Changes) error {
	if err := db.deleteMerged(ctx, c.Gone); err != nil {
		return err
	}
	if err := db.freeLineIDs(ctx, c.Freed); err != nil {
		return err
	}
	if err := db.changeUsers(ctx, c.Change); err != nil {
		return err
	}
	if err := db.insertUsers(ctx, c.New); err != nil {
		return err
	}
	if err := db.moveDeliveries(ctx, c.Gone); err != nil {
		return err
	}
	return db.logIdentity(ctx, c.Identity())
}

func (db *DB) deleteMerged(ctx context.Context, gone []audience.Gone) error {
	if len(gone) == 0 {
		return nil
	}
	list := make([]ref.User, len(gone))
	for i, g := range gone {
		list[i] = g.ID
	}
	_, err := db.conn.Exec(ctx, `delete from users where id = any($1)`, planned, list)
	return err
}

// freeLineIDs takes line_ids from rows that get others, so that another row of
// the same batch can have them.
func (db *DB) freeLineIDs(ctx context.Context, rows []audience.Row) error {
	if len(rows) == 0 {
		return nil
	}
	const sql = `
		update users u set line_id = null, user_id = s.user_id
		from unnest($1::bigint[], $2::text[]) as s (id, user_id) where u.id = s.id`
	list, userIDs := make([]ref.User, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		list[i], userIDs[i] = r.ID, r.UserID
	}
	_, err := db.conn.Exec(ctx, sql, planned, list, userIDs)
	return err
}

func (db *DB) changeUsers(ctx context.Context, changes []audience.Change) error {
	if len(changes) == 0 {
		return nil
	}
	const sql = `
		update users u set user_id = s.user_id, line_id = s.line_id, attributes = s.attributes::jsonb, updated_at = now()
		from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as s (id, user_id, line_id, attributes)
		where u.id = s.id`
	n := len(changes)
	list, userIDs, lineIDs, attributes := make([]ref.User, n), make([]*string, n), make([]*string, n), make([]string, n)
	for i, c := range changes {
		list[i], userIDs[i], lineIDs[i], attributes[i] = c.ID, some(c.UserID), some(c.LineID), c.Attributes
	}
	_, err := db.conn.Exec(ctx, sql, planned, list, userIDs, lineIDs, attributes)
	return err
}

// insertUsers copies new rows in, under ids taken from the sequence first. Two
// transactions that insert the same new user wait for each other and one loses
// with a unique violation: see inUsersTx. All go in the order of their user_ids,
// or several that they have in common would be a deadlock.
func (db *DB) insertUsers(ctx context.Context, list []audience.New) error {
	if len(list) == 0 {
		return nil
	}
	const sql = `select nextval(pg_get_serial_sequence('users', 'id')) from generate_series(1, $1)`
	rows, err := db.conn.Query(ctx, sql, len(list))
	if err != nil {
		return err
	}
	taken, err := pgx.CollectRows(rows, pgx.RowTo[ref.User])
	if err != nil {
		return err
	}
	for i := range list {
		list[i].ID = taken[i]
		list[i].SetID(taken[i])
	}
	slices.SortFunc(list, func(a, b audience.New) int {
		return cmp.Or(strings.Compare(a.UserID, b.UserID), strings.Compare(a.LineID, b.LineID))
	})
	columns := []string{"id", "user_id", "line_id", "attributes"}
	_, err = db.conn.CopyFrom(ctx, pgx.Identifier{"users"}, columns, pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
		n := &list[i]
		return []any{n.ID, some(n.UserID), some(n.LineID), n.Attributes}, nil
	}))
	return err
}

// moveDeliveries gives the deliveries of merged rows to the rows they went
// into. A run that is not over keeps its recipients as they were frozen, and
// where both rows were recipients both deliveries stay, so that no run's count
// changes.
func (db *DB) moveDeliveries(ctx context.Context, gone []audience.Gone) error {
	if len(gone) == 0 {
		return nil
	}
	const sql = `
		update deliveries d set recipient_id = s.kept
		from runs r, unnest($1::bigint[], $2::bigint[]) as s (gone, kept)
		where d.part = r.part and d.run_id = r.id and d.recipient_id = s.gone
			and r.state in ('finished', 'cancelled')
			and not exists (select from deliveries k where k.part = r.part and k.run_id = r.id and k.recipient_id = s.kept)`
	from, into := make([]ref.User, len(gone)), make([]ref.User, len(gone))
	for i, g := range gone {
		from[i], into[i] = g.ID, g.Into()
	}
	_, err := db.conn.Exec(ctx, sql, planned, from, into)
	return err
}

func (db *DB) logIdentity(ctx context.Context, changes []audience.IdentityChange) error {
	if len(changes) == 0 {
		return nil
	}
	columns := []string{"users_id", "what", "old_line_id", "new_line_id", "merged_id"}
	_, err := db.conn.CopyFrom(ctx, pgx.Identifier{"user_identity_log"}, columns, pgx.CopyFromSlice(len(changes), func(i int) ([]any, error) {
		c := changes[i]
		return []any{c.User, c.What, some(c.OldLineID), some(c.NewLineID), some(c.MergedID)}, nil
	}))
	return err
}
