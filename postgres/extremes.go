package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// Extremes measures each attribute over the recipients that Freeze would find
// now: how many lack it, and who has the longest and the shortest value. One
// pass over the audience, whatever the number of attributes. It writes
// nothing.
func (db *DB) Extremes(ctx context.Context, run delivery.Run, a Audience, attributes []delivery.Attribute) (list []delivery.Extreme, err error) {
	defer wrap(&err, "Extremes(%d, %d attributes)", run.Campaign, len(attributes))
	if len(attributes) == 0 {
		return []delivery.Extreme{}, nil
	}
	sql, args, err := a.statement(run)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(attributes))
	for i, attribute := range attributes {
		values[i], args = valueOf(attribute.Name, args)
		values[i] = fmt.Sprintf("(%d, %s)", i, values[i])
	}
	sql += fmt.Sprintf(extremesSQL, strings.Join(values, ", "))
	rows, err := db.conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	list = make([]delivery.Extreme, len(attributes))
	for i := range list {
		list[i].Attribute = attributes[i]
	}
	var i int
	var lacking, longest, length, shortest *int64
	var missing int64
	_, err = pgx.ForEachRow(rows, []any{&i, &missing, &lacking, &length, &longest, &shortest}, func() error {
		list[i].Missing, list[i].Lacking = missing, user(lacking)
		list[i].Length, list[i].Longest, list[i].Shortest = int(number(length)), user(longest), user(shortest)
		return nil
	})
	return list, err
}

// extremesSQL reads every attribute of every recipient. The greatest
// array[length, -id] is the longest value of the user who was there first.
const extremesSQL = `
	select ord, missing, lacking, longest[1], -longest[2], shortest[2] from (
		select v.ord, count(*) filter (where v.value is null) as missing, min(u.id) filter (where v.value is null) as lacking,
			max(array[length(v.value), -u.id]) filter (where v.value is not null) as longest,
			min(array[length(v.value), u.id]) filter (where v.value is not null) as shortest
		from ranked join users u using (id) cross join lateral (values %s) as v (ord, value)
		where $1::bigint + $4::int is not null and ($5::bigint = 0 or n < $5)
		group by v.ord) as found order by ord`

// valueOf is the SQL for the text of what a template prints for the attribute
// name: the first of its names that the user has.
func valueOf(name string, args []any) (string, []any) {
	if name == "line_id" {
		return "u.line_id", args
	}
	var sources []string
	if name == "user_id" {
		sources = append(sources, "u.user_id")
	}
	for _, alias := range templating.Aliases(name) {
		args = append(args, alias)
		sources = append(sources, fmt.Sprintf("u.attributes ->> $%d::text", len(args)))
	}
	if delivery.ReadsUserID(name) {
		sources = append(sources, "u.user_id")
	}
	return "coalesce(" + strings.Join(sources, ", ") + ")", args
}

func user(id *int64) ref.User { return ref.User(number(id)) }

func number(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// RecipientsByID reads recipients as a batch's worker does, in the order of
// their ids; those that are gone are left out.
func (db *DB) RecipientsByID(ctx context.Context, ch ref.Channel, ids []ref.User) (_ []delivery.Recipient, err error) {
	defer wrap(&err, "RecipientsByID(%d ids)", len(ids))
	const sql = `
		select u.id, coalesce(u.user_id, '') as user_id, coalesce(u.line_id, '') as line_id,
			u.attributes, false as erased, coalesce(f.state = 'blocked', false) as blocked, false as unclear, 0 as place, false as moved
		from users u left join friendships f on f.channel_id = $1 and f.line_id = u.line_id
		where u.id = any($2) order by u.id`
	return many[delivery.Recipient](db.conn.Query(ctx, sql, ch, ids))
}

// EachRecipient calls f with every recipient that Freeze would find now, one
// after the other, as of one moment, without keeping them. An error of f ends
// it. It writes nothing.
func (db *DB) EachRecipient(ctx context.Context, run delivery.Run, a Audience, f func(*delivery.Recipient) error) (err error) {
	defer wrap(&err, "EachRecipient(%d)", run.Campaign)
	sql, args, err := a.statement(run)
	if err != nil {
		return err
	}
	rows, err := db.conn.Query(ctx, sql+eachSQL, args...)
	if err != nil {
		return err
	}
	var r delivery.Recipient
	_, err = pgx.ForEachRow(rows, []any{&r.ID, &r.UserID, &r.LineID, &r.Attributes}, func() error { return f(&r) })
	return err
}

const eachSQL = `
	select u.id, coalesce(u.user_id, ''), u.line_id, u.attributes
	from ranked join users u using (id)
	where $1::bigint + $4::int is not null and ($5::bigint = 0 or n < $5) order by n`
