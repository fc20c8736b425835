package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
)

// standing is the order of audience.Friendship.Wins as a row that PostgreSQL
// compares; a test holds the two against each other.
func standing(table string) string {
	return `(case when ` + table + `.state in ('friend', 'blocked') then 2 when ` + table + `.state = 'contacted' then 1 else 0 end,
		` + table + `.changed_at, ` + table + `.state = 'blocked')`
}

// UpsertFriendships stores what was learned of friendships, one or many of any
// channels, and returns how many rows that changed. What is older than what is
// stored, or says less, changes nothing, so the order of arrival does not
// matter. Each must pass its Check.
func (db *DB) UpsertFriendships(ctx context.Context, list []audience.Friendship) (changed int64, err error) {
	defer wrap(&err, "UpsertFriendships(%d)", len(list))
	for _, f := range list {
		if err := f.Check(); err != nil {
			return 0, err
		}
	}
	if len(list) == 0 {
		return 0, nil
	}
	sql := `
		insert into friendships as f (channel_id, line_id, state, source, changed_at)
		select channel_id, line_id, state, source, changed_at
		from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as s (channel_id, line_id, state, source, changed_at)
		order by channel_id, line_id
		on conflict (channel_id, line_id) do update
			set state = excluded.state, source = excluded.source, changed_at = excluded.changed_at
			where ` + standing("excluded") + ` > ` + standing("f")
	tag, err := db.conn.Exec(ctx, sql, friendshipColumns(winners(list))...)
	return tag.RowsAffected(), err
}

// winners keeps the one of each user and channel that wins over the others: a
// statement may not touch a row twice.
func winners(list []audience.Friendship) []audience.Friendship {
	type key struct {
		channel ref.Channel
		lineID  string
	}
	best := make(map[key]audience.Friendship, len(list))
	for _, f := range list {
		k := key{f.ChannelID, f.LineID}
		if old, ok := best[k]; !ok || f.Wins(old) {
			best[k] = f
		}
	}
	kept := make([]audience.Friendship, 0, len(best))
	for _, f := range best {
		kept = append(kept, f)
	}
	slices.SortFunc(kept, func(a, b audience.Friendship) int {
		return cmp.Or(cmp.Compare(a.ChannelID, b.ChannelID), cmp.Compare(a.LineID, b.LineID))
	})
	return kept
}

// friendshipColumns turns rows into arrays.
func friendshipColumns(list []audience.Friendship) []any {
	n := len(list)
	channels, lineIDs, states, sources, times := make([]ref.Channel, n), make([]string, n), make([]string, n), make([]string, n), make([]time.Time, n)
	for i, f := range list {
		channels[i], lineIDs[i], states[i], sources[i], times[i] = f.ChannelID, f.LineID, string(f.State), string(f.Source), f.ChangedAt
	}
	return []any{channels, lineIDs, states, sources, times}
}

// Friendships lists what is known of a LINE user on every channel.
func (db *DB) Friendships(ctx context.Context, lineID string) (_ []audience.Friendship, err error) {
	defer wrap(&err, "Friendships")
	const sql = `select channel_id, line_id, state, source, changed_at from friendships where line_id = $1 order by channel_id`
	return many[audience.Friendship](db.conn.Query(ctx, sql, lineID))
}
