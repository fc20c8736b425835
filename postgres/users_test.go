package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// lineID is the LINE user id number n.
func lineID(n int) string { return fmt.Sprintf("U%032x", n) }

// patchOf reads a patch as the API would.
func patchOf(t testing.TB, text string) audience.Patch {
	t.Helper()
	p, err := audience.ParsePatch([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// people reads all users as "user_id line_id attributes".
func people(t testing.TB, conn postgres.Conn) []string {
	t.Helper()
	rows, err := conn.Query(context.Background(), `
		select concat_ws(' ', user_id, line_id, attributes) from users order by user_id, line_id`)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// do runs a statement that sets a test up.
func do(t testing.TB, conn postgres.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestUpsertUser(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	first, status, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c1", "attributes": {"name": "สมชาย \"A\"\n", "points": 1e3, "rate": 1.50, "tags": ["a", 2], "where": {"zip": "100", "city": "東京"}}}`), audience.ByAPI)
	if err != nil || status != audience.Created || first.ID == 0 || first.CreatedAt.IsZero() {
		t.Fatalf("got %+v, %s, %v", first, status, err)
	}
	want := `{"name": "สมชาย \"A\"\n", "rate": 1.50, "tags": ["a", 2], "where": {"zip": "100", "city": "東京"}, "points": 1000}`
	if string(first.Attributes) != want {
		t.Errorf("got  %s\nwant %s", first.Attributes, want)
	}
	for _, c := range []struct {
		patch  string
		status audience.Status
		want   string
	}{
		{`{"user_id": "c1", "attributes": {"name": "สมชาย \"A\"\u000a", "points": 1000, "rate": 1.50, "tags": ["a",2], "where": {"city":"東京","zip":"100"}}}`, audience.Unchanged, want},
		{`{"user_id": "c1", "attributes": {"name": null, "where": null, "rate": null}, "add": {"tags": ["b", 2]}}`, audience.Updated, `{"tags": ["a", 2, "b"], "points": 1000}`},
		{`{"user_id": "c1", "line_id": "` + lineID(1) + `", "remove": {"tags": ["a", 2, "b"]}}`, audience.Updated, `{"tags": [], "points": 1000}`},
		{`{"line_id": "` + lineID(1) + `"}`, audience.Unchanged, `{"tags": [], "points": 1000}`},
	} {
		u, status, err := db.UpsertUser(ctx, patchOf(t, c.patch), audience.ByAPI)
		if err != nil || status != c.status || string(u.Attributes) != c.want || u.ID != first.ID {
			t.Errorf("%s: got %s, %+v, %v", c.patch, status, u, err)
		}
	}
	for _, key := range []audience.Key{{ID: first.ID}, {UserID: "c1"}, {LineID: lineID(1)}} {
		if u, err := db.User(ctx, key); err != nil || u.ID != first.ID {
			t.Errorf("%v: %+v, %v", key, u, err)
		}
	}
	_, _, err = db.UpsertUser(ctx, patchOf(t, `{"user_id": "c2", "line_id": "`+lineID(1)+`"}`), audience.ByAPI)
	if e := errs.From(err); e.Code != "user.line_id_taken" || e.Pointer != "/line_id" {
		t.Errorf("got %v", err)
	}
	if _, err := db.User(ctx, audience.Key{UserID: "c2"}); !errs.Is(err, "user.not_found") {
		t.Errorf("a rejected patch made a user: %v", err)
	}
}

func TestUpsertUsers(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	patches := []audience.Patch{
		patchOf(t, `{"user_id": "a", "line_id": "`+lineID(1)+`", "attributes": {"n": 1}}`),
		patchOf(t, `{"user_id": "b", "line_id": "`+lineID(1)+`"}`),
		patchOf(t, `{"user_id": "a", "attributes": {"n": 2}}`),
		patchOf(t, `{"user_id": "a", "attributes": {"n": 2}}`),
		patchOf(t, `{"line_id": "`+lineID(2)+`"}`),
	}
	for range 2 {
		results, err := db.UpsertUsers(ctx, patches, audience.ByAPI)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			if (r.Status == audience.Rejected) != (i == 1) || (r.ID == 0) != (i == 1) || i == 1 && r.Err.Code != "user.line_id_taken" {
				t.Errorf("item %d: %+v", i, r)
			}
		}
		if results[0].ID != results[2].ID || results[0].ID == results[4].ID {
			t.Errorf("ids %v", results)
		}
	}
	if diff := cmp.Diff([]string{"a " + lineID(1) + ` {"n": 2}`, lineID(2) + " {}"}, people(t, tx)); diff != "" {
		t.Error(diff)
	}
	if results, err := db.UpsertUsers(ctx, nil, audience.ByAPI); err != nil || len(results) != 0 {
		t.Errorf("nothing: %v, %v", results, err)
	}
}

// Whatever is written reads back as what was written: the same patch again
// changes nothing, though PostgreSQL prints numbers and texts in its own way.
func TestWhatIsWrittenReadsBack(t *testing.T) {
	t.Parallel()
	db, ctx := postgres.New(pgtest.Tx(t)), t.Context()
	random := rand.New(rand.NewPCG(1, 9))
	text := func() string {
		parts := []string{"a", "東", "\\ud83d\\ude00", "\\u0001", "\\n", "\\/", "\\\"", "\\\\", "\u2028", "\u007f", "<&>", " ", ", ", ": "}
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		return `"` + b.String() + `"`
	}
	name := func() string {
		parts := []string{`"a\\\"b"`, `"c\\\\"`, `"東 京"`, `"\ud83d\ude00"`, `"a/b~c"`, `"<&>, : "`}
		return parts[random.IntN(len(parts))]
	}
	number := func() string {
		n := fmt.Sprintf("%d.%0*d", random.IntN(2001)-1000, 1+random.IntN(5), random.IntN(10))
		return n + []string{"", "", "e3", "E-7", "e+12", "e0"}[random.IntN(6)]
	}
	for range 100 {
		value := []string{text(), number(), "[" + text() + ", " + number() + "]", `{"b": ` + text() + `, "aa": ` + number() + `, "a": null}`}[random.IntN(4)]
		patch := patchOf(t, `{"user_id": "c", "attributes": {`+name()+`: `+value+`, "plain": `+value+`}}`)
		var got []audience.Status
		for range 2 {
			_, status, err := db.UpsertUser(ctx, patch, audience.ByAPI)
			if err != nil {
				t.Fatalf("%s: %v", value, err)
			}
			got = append(got, status)
		}
		if got[1] != audience.Unchanged {
			t.Errorf("%s: the same again is %s", value, got[1])
		}
	}
}

// randomPatches makes patches of few people, so that they meet.
func randomPatches(random *rand.Rand, n int) []audience.Patch {
	values := []audience.Value{"1", "2.50", `"a\n"`, "", `["p"]`, `["p","q"]`, "true", `{"k":1,"long":"x"}`}
	patches := make([]audience.Patch, n)
	for i := range patches {
		p := &patches[i]
		kind := random.IntN(3)
		if kind != 0 {
			p.UserID = fmt.Sprintf("c%d", random.IntN(5))
		}
		if kind != 1 {
			p.LineID = lineID(random.IntN(5))
		}
		for range random.IntN(3) {
			p.Attributes = append(p.Attributes, audience.Attribute{Name: fmt.Sprintf("n%d", random.IntN(3)), Value: values[random.IntN(len(values))]})
		}
		if random.IntN(4) == 0 {
			p.Add = []audience.Attribute{{Name: "n0", Value: `["p","r"]`}}
		}
	}
	return patches
}

// In whatever batches patches arrive, the same users and results come of them.
func TestBatchesOfUsersDoNotMatter(t *testing.T) {
	t.Parallel()
	one, many, ctx := pgtest.Tx(t), pgtest.Tx(t), t.Context()
	for seed := range uint64(25) {
		do(t, one, `delete from users`)
		do(t, many, `delete from users`)
		random := rand.New(rand.NewPCG(seed, 1))
		patches := randomPatches(random, 50)
		var want, got []string
		for _, p := range patches {
			results, err := postgres.New(one).UpsertUsers(ctx, []audience.Patch{p}, audience.ByAPI)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, string(results[0].Status))
		}
		for rest := patches; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(25))
			results, err := postgres.New(many).UpsertUsers(ctx, rest[:n], audience.ByAPI)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			for _, r := range results {
				got = append(got, string(r.Status))
			}
			rest = rest[n:]
		}
		if diff := cmp.Diff(want, got) + cmp.Diff(people(t, one), people(t, many)); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

// Writers of the same users at the same time neither fail nor lose anything.
func TestConcurrentUpserts(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	db, ctx := postgres.New(pool), t.Context()
	const writers, rounds = 6, 25
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 3))
			for round := range rounds {
				patches := randomPatches(random, 20)
				patches[7] = audience.Patch{UserID: "shared", Add: []audience.Attribute{{Name: "seen", Value: audience.Value(fmt.Sprintf("[%d]", w*rounds+round))}}}
				if _, err := db.UpsertUsers(ctx, patches, audience.ByAPI); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	group.Wait()
	var seen int
	if err := pool.QueryRow(ctx, `select jsonb_array_length(attributes -> 'seen') from users where user_id = 'shared'`).Scan(&seen); err != nil || seen != writers*rounds {
		t.Errorf("%d of %d additions are there: %v", seen, writers*rounds, err)
	}
}

// Writers of overlapping sets of new users: each loses to another again and
// again, and gets its turn all the same.
func TestManyWritersOfNewUsers(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	db, ctx := postgres.New(pool), t.Context()
	const writers, ids = 10, 400
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 9))
			for round := range 20 {
				var patches []audience.Patch
				for _, id := range random.Perm(ids)[:ids/2] {
					patches = append(patches, audience.Patch{UserID: fmt.Sprintf("%d-%d", round, id)})
				}
				if _, err := db.UpsertUsers(ctx, patches, audience.ByAPI); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	group.Wait()
}

// More users than may be in memory at once are worked in parts.
func TestUpsertLargeUsers(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	const users = 640 // of 55 KB each
	do(t, tx, `
		insert into users (user_id, attributes)
		select 'c' || n, (select jsonb_object_agg('a' || i, repeat('x', 7900)) from generate_series(1, 7) i) from generate_series(1, $1) n`, users)
	patches := make([]audience.Patch, 0, users+1)
	for n := range users {
		patches = append(patches, audience.Patch{UserID: fmt.Sprintf("c%d", n+1), Attributes: []audience.Attribute{{Name: "n", Value: "1"}}})
	}
	patches = append(patches, patches[0])
	results, err := postgres.New(tx).UpsertUsers(t.Context(), patches, audience.ByAPI)
	if err != nil || len(results) != len(patches) {
		t.Fatal(len(results), err)
	}
	for i, r := range results {
		if want := map[bool]audience.Status{true: audience.Updated, false: audience.Unchanged}[i < users]; r.Status != want || r.ID == 0 {
			t.Fatalf("item %d: %+v", i, r)
		}
	}
}

func TestMergedUsers(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	friend, _, err := db.UpsertUser(ctx, patchOf(t, `{"line_id": "`+lineID(1)+`", "attributes": {"lang": "th", "n": 1}}`), audience.BySync)
	if err != nil {
		t.Fatal(err)
	}
	known, _, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c1", "line_id": "`+lineID(9)+`", "attributes": {"n": 2}}`), audience.ByAPI)
	if err != nil {
		t.Fatal(err)
	}
	runs := deliveriesOf(t, tx, friend.ID)
	merged, status, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c1", "line_id": "`+lineID(1)+`"}`), audience.ByAPI)
	if err != nil || status != audience.Updated || merged.ID != known.ID || string(merged.Attributes) != `{"n": 2, "lang": "th"}` {
		t.Fatalf("got %+v, %s, %v", merged, status, err)
	}
	if _, err := db.User(ctx, audience.Key{ID: friend.ID}); !errs.Is(err, "user.not_found") {
		t.Errorf("the merged row is still there: %v", err)
	}
	var log string
	do(t, tx, `set constraints all immediate`)
	if err := tx.QueryRow(ctx, `select concat_ws(' ', users_id, what, old_line_id, new_line_id, merged_id) from user_identity_log`).Scan(&log); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d merged %s %s %d", known.ID, lineID(9), lineID(1), friend.ID); log != want {
		t.Errorf("got  %s\nwant %s", log, want)
	}
	got := map[string]ref.User{}
	for state, run := range runs {
		var id ref.User
		if err := tx.QueryRow(ctx, `select recipient_id from deliveries where run_id = $1`, run).Scan(&id); err != nil {
			t.Fatal(err)
		}
		got[state] = id
	}
	if diff := cmp.Diff(map[string]ref.User{"finished": known.ID, "sending": friend.ID}, got); diff != "" {
		t.Error(diff)
	}
}

// deliveriesOf gives a user a delivery in a finished run and in one that goes
// on, and returns these runs by state.
func deliveriesOf(t *testing.T, tx pgx.Tx, user ref.User) map[string]int64 {
	t.Helper()
	runs := map[string]int64{}
	do(t, tx, `create table deliveries_audience_test partition of deliveries for values in (-7)`)
	for _, state := range []string{"finished", "sending"} {
		var run int64
		err := tx.QueryRow(t.Context(), `
			with ch as (
				insert into channels (name, bot_user_id, secret_sealed, token_sealed, token_last4) values ($1, $1, '', '', '') returning id),
			c as (insert into campaigns (name, channel_id, kind, definition) select $1, id, 'one_time', '{}' from ch returning id, channel_id)
			insert into runs (campaign_id, version, channel_id, due_at, state, part)
			select id, 1, channel_id, now(), $1, -7 from c returning id`, state).Scan(&run)
		if err != nil {
			t.Fatal(err)
		}
		do(t, tx, `insert into deliveries (part, run_id, recipient_id, batch_seq, state, finished_at, line_id) values (-7, $1, $2, 0, 1, now(), substr($3, 2)::uuid)`, run, user, lineID(1))
		runs[state] = run
	}
	return runs
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	u, _, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c1", "line_id": "`+lineID(9)+`", "attributes": {"n": 2}}`), audience.ByAPI)
	if err != nil {
		t.Fatal(err)
	}
	runs := deliveriesOf(t, tx, u.ID)
	if _, _, err := db.UpsertUser(ctx, patchOf(t, `{"user_id": "c1", "line_id": "`+lineID(1)+`"}`), audience.ByAPI); err != nil {
		t.Fatal(err)
	}
	do(t, tx, `insert into friendships (channel_id, line_id, state, source, changed_at) select id, $1, 'friend', 'sync', now() from channels`, lineID(1))
	do(t, tx, `insert into friendships (channel_id, line_id, state, source, changed_at) select id, $1, 'friend', 'sync', now() from channels`, lineID(9))
	do(t, tx, `with i as (insert into imports (name) values ('x') returning id) insert into import_errors (import_id, line, value, code, detail) select id, 2, $1, 'x', 'x' from i`, lineID(1))
	if err := db.DeleteUser(ctx, audience.Key{LineID: lineID(1)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sql  string
		want int
	}{
		{`select count(*) from users`, 0},
		{`select count(*) from friendships`, 0},
		{`select count(*) from user_identity_log`, 0},
		{`select count(*) from import_errors where value <> ''`, 0},
		{`select count(*) from deliveries where line_id is not null`, 0},
		{`select count(*) from deliveries`, len(runs)},
	} {
		var n int
		if err := tx.QueryRow(ctx, c.sql).Scan(&n); err != nil || n != c.want {
			t.Errorf("%s: %d, want %d (%v)", c.sql, n, c.want, err)
		}
	}
	if err := db.DeleteUser(ctx, audience.Key{ID: u.ID}); !errs.Is(err, "user.not_found") {
		t.Errorf("got %v", err)
	}
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	for i, text := range []string{`{"tier": "gold", "points": 5}`, `{"tier": "silver"}`, `{"tier": "gold"}`, `{"tier": ""}`} {
		if _, _, err := db.UpsertUser(ctx, patchOf(t, fmt.Sprintf(`{"user_id": "c%d", "line_id": %q, "attributes": %s}`, i, lineID(i), text)), audience.ByAPI); err != nil {
			t.Fatal(err)
		}
	}
	all, err := db.ListUsers(ctx, audience.Filter{}, 0, 10)
	if err != nil || len(all) != 4 {
		t.Fatal(all, err)
	}
	for name, c := range map[string]struct {
		filter audience.Filter
		after  ref.User
		limit  int
		want   string
	}{
		"page":          {audience.Filter{}, all[0].ID, 2, "c1 c2"},
		"user_id":       {audience.Filter{UserID: "c2"}, 0, 9, "c2"},
		"line_id":       {audience.Filter{LineID: lineID(3)}, 0, 9, "c3"},
		"attribute":     {audience.Filter{Attribute: "points"}, 0, 9, "c0"},
		"value":         {audience.Filter{Attribute: "tier", Value: "gold", HasValue: true}, 0, 9, "c0 c2"},
		"empty value":   {audience.Filter{Attribute: "tier", HasValue: true}, 0, 9, "c3"},
		"number":        {audience.Filter{Attribute: "points", Value: "5", HasValue: true}, 0, 9, "c0"},
		"both":          {audience.Filter{UserID: "c1", Attribute: "points"}, 0, 9, ""},
		"hostile names": {audience.Filter{Attribute: "' or true --"}, 0, 9, ""},
	} {
		list, err := db.ListUsers(ctx, c.filter, c.after, c.limit)
		var got []string
		for _, u := range list {
			got = append(got, u.UserID)
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, %v; want %s", name, got, err, c.want)
		}
	}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	upsert := func(text string) {
		if _, _, err := db.UpsertUser(ctx, patchOf(t, text), audience.ByAPI); err != nil {
			t.Fatal(err)
		}
	}
	upsert(`{"user_id": "a", "attributes": {"points": 5, "born": "1990-04-13", "gone": null}, "add": {"tags": ["x"]}}`)
	upsert(`{"user_id": "b", "attributes": {"points": "five", "born": "unknown"}}`)
	show := func() (list []string) {
		known, err := db.ListAttributes(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range known {
			list = append(list, fmt.Sprintf("%s %s %s %d", a.Name, a.Type, a.Source, a.Drift))
		}
		return list
	}
	if diff := cmp.Diff([]string{"born datetime api 1", "points number api 1", "tags array api 0"}, show()); diff != "" {
		t.Error(diff)
	}
	if a, err := db.PatchAttribute(ctx, "born", audience.String); err != nil || a.Type != audience.String || a.Drift != 0 || a.Source != audience.ByPerson {
		t.Errorf("got %+v, %v", a, err)
	}
	do(t, tx, `update attributes set last_seen = now() - interval '2 hours'`)
	upsert(`{"user_id": "b", "attributes": {"born": "2000-01-01"}}`)
	var fresh string
	if err := tx.QueryRow(ctx, `select string_agg(name, ' ') from attributes where last_seen = now()`).Scan(&fresh); err != nil || fresh != "born" {
		t.Errorf("seen just now: %q, %v", fresh, err)
	}
	if diff := cmp.Diff([]string{"born string person 0", "points number api 1", "tags array api 0"}, show()); diff != "" {
		t.Error(diff)
	}
	if _, err := db.PatchAttribute(ctx, "nope", audience.String); !errs.Is(err, "attribute.not_found") {
		t.Error(err)
	}
	types, err := db.AttributeTypes(ctx)
	if diff := cmp.Diff(map[string]audience.Type{"born": "string", "points": "number", "tags": "array"}, types); diff != "" || err != nil {
		t.Error(err, diff)
	}
}
