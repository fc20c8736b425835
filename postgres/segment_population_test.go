package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// odd are values that attributes may hold, as JSON; "" is a user without the
// attribute. The differential tests run every operator over all of them.
var odd = []string{
	"", "null", "true", "false",
	// numbers
	"0", "-0", "0.0", "1", "1.0", "1.50", "-1", "5", "10", "99", "100", "100.00000000000000000001", "1e2", "1000", "4999", "2026",
	"0.1", "0.30000000000000004", "9007199254740993", "9007199254740992", "123456789012345678901234567890", "1e-300", "-1e300",
	"1e131071", "-1e131071", "1e-16383", "3",
	// strings
	`""`, `" "`, `"0"`, `"5"`, `"true"`, `"null"`, `"[]"`, `"{}"`, `"gold"`, `"Gold"`, `"GOLD"`, `" gold"`, `"gold "`, `"golden"`,
	`"old gold"`, `"platinum"`, `"a"`, `"z"`, `"100%"`, `"a_b"`, `"a\\b"`, `"it's"`, `"\"quoted\""`, `"$1"`, `"{value}"`, `"%s"`,
	`"'; drop table users; --"`, `"line\nbreak"`, `"tab\there"`, `"\u2028"`, `"\ufeffgold"`, `"\ufffd"`, `"` + strings.Repeat("x", 5000) + `"`,
	`"คุณสมชาย"`, `"คุณ"`, `"日本語"`, `"ｶﾅ"`, `"ガ"`, `"カ\u3099"`, `"👍🏽"`, `"👍"`, `"é"`, `"e\u0301"`, `"É"`,
	`"straße"`, `"STRASSE"`, `"STRAẞE"`, `"istanbul"`, `"İstanbul"`, `"ISTANBUL"`, `"ıstanbul"`, `"ΣΊΣΥΦΟΣ"`, `"σίσυφος"`, `"σίσυφοσ"`,
	`"kelvin"`, `"\u212aelvin"`, `"ſpecial"`, `"special"`, `"ǆ"`, `"ǅ"`, `"Ǆ"`, `"ﬁn"`, `"ꭰ"`, `"Ꭰ"`, `"𐐀"`, `"𐐨"`, `"monday"`,
	// lists and objects
	`[]`, `["vip"]`, `["VIP"]`, `["vip", "beta"]`, `["beta"]`, `["vip", 5]`, `[5]`, `[5.0]`, `["5"]`, `[[5]]`, `[["vip"]]`, `[null]`, `[true]`, `[{"a": 5}]`,
	`["gold"]`, `["", ""]`, `[1, 2, 3]`, `["2026-03-29"]`, `[1e131071]`,
	`{}`, `{"city": "Bangkok"}`, `{"city": null}`, `{"city": 5}`, `{"city": ["vip"]}`, `{"city": "2026-03-29"}`, `{"vip": true}`, `{"0": "gold"}`, `{"a.b": "gold"}`,
	`{"city": {"city": "gold"}}`, `{"city": ""}`,
}

// oddTimes are texts that are datetimes, or look like ones.
var oddTimes = strings.FieldsFunc(`2026-03-29|2026-03-28|2026-03-30|2026-10-25|2024-02-29|2000-02-29|1900-02-29|2023-02-29|2026-02-28|2026-03-01|1990-03-29
2025-12-31|2011-12-30|2011-12-31|2026-01-01|1996-02-29|1990-02-28|1990-03-01|0001-01-01|9999-12-31|0000-01-01|0000-02-29|2026-02-30|2026-04-31|2026-13-01|2026-00-10|2026-01-00
2026-01-32|26-01-01|2026-1-1|20260329|2026-03-29T|2026-03-29Z|2026-03-29T10|2026-03-29T10:00|2026-03-29T10:00Z|2026-03-29T10:00:00|2026-03-29T10:00:00Z
2026-03-29t10:00:00z|2026-03-29 10:00:00Z|2026-03-29_10:00:00Z|2026-03-29T10:00:00+00:00|2026-03-29T10:00:00-00:00|2026-03-29T10:00:00+07:00
2026-03-29T10:00:00+0700|2026-03-29T10:00:00+07|2026-03-29T10:00:00+15:59|2026-03-29T10:00:00-15:59|2026-03-29T10:00:00+16:00|2026-03-29T10:00:00+05:60
2026-03-29T24:00:00Z|2026-03-29T23:59:59Z|2026-03-29T23:59:60Z|2026-03-29T10:60:00Z|2026-03-29T10:00:00.Z|2026-03-29T10:00:00.5Z|2026-03-29T10:00:00,5Z
2026-03-29T10:00:00.123456Z|2026-03-29T09:59:59.9999994Z|2026-03-29T09:59:59.9999995Z|2026-03-29T09:59:59.9999996Z|2026-03-29T09:59:59.99999950001Z
2026-03-29T10:00:00.0000005Z|2026-03-29T10:00:00.0000015Z|2026-03-29T10:00:00.0000025Z|2026-03-29T10:00:00.000000500000001Z|2026-03-29T10:00:00.1234567890123456Z
2026-03-29T10:00:00.123456789+05:45|2026-03-29T23:59:59.9999999Z|2026-03-29T10:00:00.000Z|2026-03-29T09:00:00.999999Z|2026-03-29T10:00:00.000001Z
2026-03-29T00:59:59Z|2026-03-29T01:00:00Z|2026-03-29T01:30:00Z|2026-10-25T00:30:00Z|2026-10-25T01:30:00Z|2026-03-29T03:00:00Z|2026-03-28T17:00:00Z
2026-03-28T16:59:59.999999Z|2026-03-29T17:00:00Z|2026-03-28T23:00:00Z|2026-03-29T22:00:00Z|2026-02-27T10:00:00Z|2026-03-22T10:00:00Z|2026-04-05T10:00:00Z
2026-04-29T09:59:59Z|2018-11-04T02:30:00Z|2018-11-04|2018-02-18|2018-02-18T02:30:00Z|1883-11-18T12:00:00Z|1970-01-01T00:00:00Z|2038-01-19T03:14:08Z
0001-01-01T00:00:00+15:59|9999-12-31T23:59:59.9999999-15:59|-2026-03-29|+2026-03-29| 2026-03-29|2026-03-29 |2026-03-29T10:00:00Z |now|today|infinity|epoch
2026-03-29T10:00:00 Z|2026-03-29T10:00:00 UTC|2026-03-29T10:00:00 America/New_York|2026-03-29 BC|Mar 29 2026|29/03/2026|２０２６-03-29|2026-03-2９|2026-03-29T1０:00:00Z
2021-02-29T10:00:00Z|2024-02-29T10:00:00Z|1999-12-31T23:30:00-08:00|2099-12-31T00:00:00Z|2100-02-28T00:00:00Z|2100-02-29|1899-12-31|2400-02-29|12026-03-29`, func(r rune) bool { return r == '|' || r == '\n' })

// person is a user of the population with both of their readings: their row,
// and what the Go reading sees of it.
type person struct {
	id   ref.User
	user segment.User
}

// insertPeople stores users and reads them back, so that both readings see what
// PostgreSQL stored.
func insertPeople(t *testing.T, tx pgx.Tx, users [][3]string) []person {
	t.Helper()
	ctx := context.Background()
	for i, u := range users {
		_, err := tx.Exec(ctx, `insert into users (user_id, line_id, attributes) values (nullif($1, ''), nullif($2, ''), $3::jsonb)`, u[0], u[1], u[2])
		if err != nil {
			t.Fatalf("user %d %s: %v", i, u[2], err)
		}
	}
	if _, err := tx.Exec(ctx, `analyze users`); err != nil {
		t.Fatal(err)
	}
	return readPeople(t, tx)
}

func readPeople(t *testing.T, tx pgx.Tx) []person {
	t.Helper()
	ctx := context.Background()
	rows, err := tx.Query(ctx, `select id, coalesce(user_id, ''), coalesce(line_id, ''), attributes::text from users order by id`)
	if err != nil {
		t.Fatal(err)
	}
	people, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p person, err error) {
		var attributes string
		if err := row.Scan(&p.id, &p.user.UserID, &p.user.LineID, &attributes); err != nil {
			return p, err
		}
		p.user.Attributes, err = segment.DecodeAttributes([]byte(attributes))
		p.user.Friendships = map[ref.Channel]audience.Friendship{}
		return p, err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err = tx.Query(ctx, `select channel_id, line_id, state, changed_at from friendships`)
	if err != nil {
		t.Fatal(err)
	}
	var f audience.Friendship
	_, err = pgx.ForEachRow(rows, []any{&f.ChannelID, &f.LineID, &f.State, &f.ChangedAt}, func() error {
		for _, p := range people {
			if p.user.LineID == f.LineID {
				p.user.Friendships[f.ChannelID] = f
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// oddPeople are users who each hold one of the values as their attribute x,
// with other attributes that paths and ids are tested on.
func oddPeople() [][3]string {
	values := append([]string{}, odd...)
	for _, s := range oddTimes {
		values = append(values, quoted(s))
	}
	users := [][3]string{ // the very name before the path, unless it is null
		{"path-1", "", `{"x.city": null, "x": {"city": "gold"}}`},
		{"path-2", "", `{"x.city": "gold", "x": {"city": "silver"}}`},
		{"path-3", "", `{"x.city": null, "x": null}`},
		{"path-4", "", `{"x.city": "", "x": {"city": "gold"}}`},
		{"path-5", "", `{"x": {"a": {"b": "gold"}, "a.b": 5}}`},
	}
	for i, v := range values {
		other := values[(i*7+3)%len(values)]
		attributes := map[string]json.RawMessage{}
		if v != "" {
			attributes["x"] = json.RawMessage(v)
		}
		if other != "" && i%2 == 0 {
			attributes[`we"ird.na'me $1`] = json.RawMessage(other)
		}
		if v != "" && i%3 == 0 {
			attributes["x.city"] = json.RawMessage(v)
		}
		text, err := json.Marshal(attributes)
		if err != nil {
			panic(err)
		}
		u := [3]string{"", "", string(text)}
		if i%4 != 0 {
			u[0] = fmt.Sprintf("User-%d", i)
		}
		if i%3 != 1 || u[0] == "" {
			u[1] = fmt.Sprintf("U%032x", i)
		}
		users = append(users, u)
	}
	return users
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// insertFriendships gives the channel a row of every state, on each side of the
// seven days that "contacted" lasts.
func insertFriendships(t *testing.T, tx pgx.Tx, now time.Time) ref.Channel {
	t.Helper()
	ctx := context.Background()
	var channel ref.Channel
	err := tx.QueryRow(ctx, `
		insert into channels (name, bot_user_id, secret_sealed, token_sealed, token_last4)
		values ('test', 'Ubot', '', '', '') returning id`).Scan(&channel)
	if err != nil {
		t.Fatal(err)
	}
	week := now.Add(-audience.ContactedFor)
	for i, f := range []struct {
		state audience.FriendState
		at    time.Time
	}{
		{audience.Friend, now}, {audience.Blocked, now}, {audience.FriendUnknown, now}, {audience.Contacted, now},
		{audience.Contacted, week}, {audience.Contacted, week.Add(-time.Microsecond)}, {audience.Contacted, week.Add(time.Microsecond)},
		{audience.Friend, week.AddDate(-1, 0, 0)}, {audience.Contacted, now.AddDate(0, 0, 1)},
	} {
		_, err := tx.Exec(ctx, `
			insert into friendships (channel_id, line_id, state, source, changed_at)
			select $1, line_id, $2, 'webhook', $3 from users where line_id is not null order by line_id offset $4 limit 1`,
			channel, f.state, f.at, i)
		if err != nil {
			t.Fatal(err)
		}
	}
	return channel
}
