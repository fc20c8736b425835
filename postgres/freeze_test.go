package postgres_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/segment"
)

func parse(t *testing.T, definition string) *segment.Segment {
	t.Helper()
	s, err := segment.Parse([]byte(definition))
	return ok(t, s, err)
}

// TestFreeze takes out everybody who must not get the message, counts why, and
// writes the others into batches, each once.
func TestFreeze(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot")
	f.users(30)
	f.exec(`insert into users (user_id, attributes) values ('no-line', '{"name": "x"}')`)
	f.exec(`update users set attributes = '{"tier": "gold"}' where user_id in ('u1', 'u2')`)
	f.exec(`update users set attributes = '{}' where user_id = 'u3'`)
	f.exec(`insert into friendships (channel_id, line_id, state, source, changed_at)
		select $1::bigint, line_id, s, 'webhook', now() - ago from users join (values
			('u4', 'blocked', interval '0'), ('u5', 'contacted', '8 days'), ('u6', 'contacted', '6 days'), ('u7', 'friend', '0')
		) f (u, s, ago) on u = user_id`, ch.ID)
	c := f.campaign(ch.ID, nil)
	run, _, err := f.db.CreateRun(f.ctx, c, time.Now(), delivery.Freezing)
	if err != nil {
		t.Fatal(err)
	}
	run.BatchSize = 10
	audience := postgres.Audience{
		Segment:  parse(t, `{"attribute": "name", "is": "exists"}`),
		Exclude:  []*segment.Segment{parse(t, `{"attribute": "user_id", "is": "in", "value": ["u8", "u9"]}`), parse(t, `{"attribute": "tier", "is": "equals", "value": "gold"}`)},
		Segments: segment.SQLEnv{Now: run.Clock, TimeZone: time.UTC},
		Max:      21,
	}
	counted, samples, err := f.db.CountAudience(f.ctx, run, audience, 3)
	if err != nil || len(samples) != 3 {
		t.Fatal(len(samples), err)
	}
	run = val(f.db.Freeze(f.ctx, run, audience))(t)
	want := map[string]int64{"no_line_id": 1, "excluded_segment": 2, "blocked": 1, "not_reachable": 1, "over_limit": 2}
	if diff := cmp.Diff(want, run.Excluded); diff != "" || run.Matched != 28 || run.Frozen != 21 || run.Batches != 3 || run.State != delivery.Sending {
		t.Errorf("%+v; excluded: -want +got\n%s", run, diff)
	}
	if diff := cmp.Diff(run.Excluded, counted.Excluded); diff != "" || counted.Matched != run.Matched || counted.Frozen != run.Frozen {
		t.Errorf("counting says %+v; -frozen +counted\n%s", counted, diff)
	}
	var all []int64
	if err := f.db.Conn().QueryRow(f.ctx, `select array_agg(r order by seq, r) from batches, unnest(recipients) r where run_id = $1`, run.ID).Scan(&all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 21 || !slices.IsSorted(all) || len(slices.Compact(all)) != 21 {
		t.Errorf("batches hold %v", all)
	}
}

// TestFreezeAllOrNothing: a freeze that is rolled back leaves nothing behind,
// and can be done again.
func TestFreezeAllOrNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	c := f.campaign(f.channel("bot").ID, nil)
	f.users(20_000)
	run, _, err := f.db.CreateRun(f.ctx, c, time.Now(), delivery.Freezing)
	if err != nil {
		t.Fatal(err)
	}
	died := errors.New("the process died here")
	for _, dies := range []error{died, nil} {
		err := f.db.InTx(f.ctx, func(_ pgx.Tx, db *postgres.DB) error {
			if _, err := db.Freeze(f.ctx, run, postgres.Audience{}); err != nil {
				return err
			}
			return dies
		})
		if !errors.Is(err, dies) {
			t.Fatal(err)
		}
		var batches int
		if err := f.db.Conn().QueryRow(f.ctx, `select count(*) from batches`).Scan(&batches); err != nil || (batches == 0) != (dies != nil) {
			t.Fatalf("%d batches after %v, %v", batches, dies, err)
		}
	}
	after := val(f.db.Run(f.ctx, run.ID))(t)
	if after.Frozen != 20_000 || after.Part != int(run.ID) {
		t.Errorf("a run of 20,000 has a partition of its own: %+v", after)
	}
}

// TestRunOnce: one run a campaign and due time, whoever makes it.
func TestRunOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	c := f.campaign(f.channel("bot").ID, nil)
	due := time.Now().Truncate(time.Second)
	for n := range 4 {
		run, made, err := f.db.CreateRun(f.ctx, c, due, delivery.Freezing)
		if err != nil || made != (n == 0) {
			t.Fatalf("scheduler %d made %v %+v, %v", n, made, run, err)
		}
	}
	def := val(f.db.RunDefinition(f.ctx, c.ID, c.Version))(t)
	if def.Content != c.Content {
		t.Errorf("pinned %q", def.Content.Body)
	}
}
