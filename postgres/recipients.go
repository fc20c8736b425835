package postgres

import (
	"context"
	"fmt"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Recipients finds users by the names people give them (see
// audience.ParseKey). One that does not exist is user.not_found, with its
// place in names as the pointer.
func (db *DB) Recipients(ctx context.Context, ch ref.Channel, names []string) (_ []delivery.Recipient, err error) {
	defer wrap(&err, "Recipients(%d names)", len(names))
	const sql = `
		select u.id, coalesce(u.user_id, '') as user_id, coalesce(u.line_id, '') as line_id,
			u.attributes, false as erased, coalesce(f.state = 'blocked', false) as blocked,
			false as unclear, 0 as place, false as moved
		from users u left join friendships f on f.channel_id = $1 and f.line_id = u.line_id
		where u.id = $2 or u.line_id = nullif($3, '') or u.user_id = nullif($4, '')`
	recipients := make([]delivery.Recipient, 0, len(names))
	for i, name := range names {
		at := fmt.Sprintf("/users/%d", i)
		key, err := audience.ParseKey(name)
		if err != nil {
			return nil, errs.From(err).At(at)
		}
		r, err := one[delivery.Recipient](db.conn.Query(ctx, sql, ch, key.ID, key.LineID, key.UserID))
		if err = missing(err, "user.not_found", name); err != nil {
			if errs.Is(err, "user.not_found") {
				return nil, errs.From(err).At(at)
			}
			return nil, err
		}
		recipients = append(recipients, r)
	}
	return recipients, nil
}

// UnknownAttributes lists those of names that no user has ever had.
func (db *DB) UnknownAttributes(ctx context.Context, names []string) (unknown []string, err error) {
	defer wrap(&err, "UnknownAttributes(%d names)", len(names))
	const sql = `
		select coalesce(array_agg(n order by n), '{}') from unnest($1::text[]) n
		where n not in ('line_id', 'user_id') and not exists (select from attributes where name = n)`
	err = db.conn.QueryRow(ctx, sql, names).Scan(&unknown)
	return unknown, err
}
