package postgres_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// audienceOf inserts a user for each attributes and gives the run and channel
// that they are asked for.
func (f fixture) audienceOf(attributes ...string) delivery.Run {
	f.t.Helper()
	ch := f.channel("bot").ID
	for i, a := range attributes {
		f.exec(`insert into users (user_id, line_id, attributes) values (nullif($1, 'u3'), $2, $3)`, fmt.Sprint("u", i+1), fmt.Sprintf("U%032d", i), a)
	}
	return delivery.Run{Channel: ch, Clock: time.Now(), BatchSize: 100}
}

func TestExtremes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	run := f.audienceOf(
		`{"name": "สมชาย", "points": 5, "u_fn": "Somchai"}`,
		`{"name": "Ann", "points": null, "First Name": "A", "address": {"city": "x"}}`,
		`{"points": 1234567}`,
		`{"name": "", "tags": ["a", "b"]}`,
		`{"name": "blocked and very long", "points": 1}`)
	f.exec(`insert into friendships (channel_id, line_id, state, source, changed_at) values ($1, $2, 'blocked', 'sync', now())`, run.Channel, fmt.Sprintf("U%032d", 4))
	names := []string{"name", "points", "First Name", "user_id", "uid", "nobody has it", "a'b\"; drop table users"}
	var attributes []delivery.Attribute
	for _, n := range names {
		attributes = append(attributes, delivery.Attribute{Name: n})
	}
	got := val(f.db.Extremes(f.ctx, run, postgres.Audience{}, attributes))(t)
	var first int64
	if err := f.db.Conn().QueryRow(f.ctx, `select min(id) from users`).Scan(&first); err != nil {
		t.Fatal(err)
	}
	u := func(i int64) ref.User { return ref.User(first + i - 1) }
	want := []delivery.Extreme{
		{Missing: 1, Length: 5, Longest: u(1), Shortest: u(4), Lacking: u(3)},
		{Missing: 2, Length: 7, Longest: u(3), Shortest: u(1), Lacking: u(2)},
		{Missing: 2, Length: 7, Longest: u(1), Shortest: u(2), Lacking: u(3)}, // by either of its names
		{Missing: 1, Length: 2, Longest: u(1), Shortest: u(1), Lacking: u(3)},
		{Missing: 1, Length: 2, Longest: u(1), Shortest: u(1), Lacking: u(3)},
		{Missing: 4, Lacking: u(1)},
		{Missing: 4, Lacking: u(1)},
	}
	for i := range want {
		want[i].Attribute = attributes[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := val(f.db.Extremes(f.ctx, run, postgres.Audience{Max: 2}, attributes[:1]))(t); got[0].Missing != 0 || got[0].Shortest != u(2) {
		t.Errorf("of the first two: %+v", got)
	}
	if got := val(f.db.Extremes(f.ctx, run, postgres.Audience{}, nil))(t); len(got) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
	people := val(f.db.RecipientsByID(f.ctx, run.Channel, []ref.User{u(5), u(1), u(99)}))(t)
	if len(people) != 2 || people[0].ID != u(1) || people[0].Blocked || !people[1].Blocked {
		t.Errorf("%+v", people)
	}
}

// Everybody whom a run would be frozen for comes once, in the order of
// freezing, and an error ends it.
func TestEachRecipient(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	run := f.audienceOf(`{"n": 1}`, `{"n": 2}`, `{"n": 3}`, `{"n": 4}`)
	f.exec(`update users set line_id = null where attributes ->> 'n' = '2'`)
	read := func(a postgres.Audience, most int) (all string, err error) {
		n := 0
		err = f.db.EachRecipient(f.ctx, run, a, func(r *delivery.Recipient) error {
			if n++; n > most {
				return errEnough
			}
			all += string(r.Attributes)
			return nil
		})
		return all, err
	}
	if got, err := read(postgres.Audience{}, 9); err != nil || got != `{"n": 1}{"n": 3}{"n": 4}` {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := read(postgres.Audience{Max: 2}, 9); err != nil || got != `{"n": 1}{"n": 3}` {
		t.Errorf("capped: %s, %v", got, err)
	}
	if got, err := read(postgres.Audience{}, 1); !errors.Is(err, errEnough) || got != `{"n": 1}` {
		t.Errorf("ended: %s, %v", got, err)
	}
}

var errEnough = errors.New("enough")
