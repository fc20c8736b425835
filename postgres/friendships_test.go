package postgres_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// aChannel makes a channel named name.
func aChannel(t testing.TB, conn postgres.Conn, name string) (id ref.Channel) {
	t.Helper()
	err := conn.QueryRow(t.Context(), `
		insert into channels (name, bot_user_id, secret_sealed, token_sealed, token_last4) values ($1, $1, '', '', '') returning id`, name).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The order that the statement uses is that of Friendship.Wins: in whatever
// order and batches facts arrive, what Wins says stays.
func TestFriendshipsInAnyOrder(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	ch, other := aChannel(t, tx, "a"), aChannel(t, tx, "b")
	states := []audience.FriendState{audience.Friend, audience.Blocked, audience.Contacted, audience.FriendUnknown}
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(60) {
		do(t, tx, `delete from friendships`)
		random := rand.New(rand.NewPCG(seed, 5))
		facts := make([]audience.Friendship, 12)
		for i := range facts {
			facts[i] = audience.Friendship{ChannelID: ch, LineID: lineID(1), State: states[random.IntN(4)], Source: audience.FromWebhook, ChangedAt: start.Add(time.Duration(random.IntN(4)) * time.Minute)}
		}
		want := facts[0]
		for _, f := range facts[1:] {
			if f.Wins(want) {
				want = f
			}
		}
		facts = append(facts, audience.Friendship{ChannelID: other, LineID: lineID(1), State: audience.Friend, Source: audience.FromSync, ChangedAt: start})
		random.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		for rest := facts; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(5))
			if _, err := db.UpsertFriendships(ctx, rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		got, err := db.Friendships(ctx, lineID(1))
		if err != nil || len(got) != 2 {
			t.Fatal(got, err)
		}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func TestUpsertFriendships(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	f := audience.Friendship{ChannelID: aChannel(t, tx, "a"), LineID: lineID(1), State: audience.Friend, Source: audience.FromWebhook, ChangedAt: time.Now()}
	for i, want := range []int64{1, 0} {
		if n, err := db.UpsertFriendships(ctx, []audience.Friendship{f, f}); err != nil || n != want {
			t.Errorf("time %d: %d rows, %v", i, n, err)
		}
	}
	if n, err := db.UpsertFriendships(ctx, nil); err != nil || n != 0 {
		t.Error(n, err)
	}
	f.LineID = "somebody"
	if _, err := db.UpsertFriendships(ctx, []audience.Friendship{f}); !errs.Is(err, "user.bad_line_id") {
		t.Error(err)
	}
}

// syncAll stores pages of a running sync; each is asked for with the token
// that the one before gave.
func syncAll(t *testing.T, db *postgres.DB, s audience.Sync, pages ...[]string) audience.Sync {
	t.Helper()
	for i, page := range pages {
		next := ""
		if i < len(pages)-1 {
			next = "token" + string(rune('a'+i))
		}
		var err error
		if s, err = db.StoreSyncPage(t.Context(), s, page, next); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// states is the friendship of each user of a channel.
func friendStates(t *testing.T, tx pgx.Tx, ch ref.Channel) map[string]string {
	t.Helper()
	rows, err := tx.Query(t.Context(), `select line_id, state || ' by ' || source from friendships where channel_id = $1`, ch)
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	var id, state string
	if _, err := pgx.ForEachRow(rows, []any{&id, &state}, func() error { states[id] = state; return nil }); err != nil {
		t.Fatal(err)
	}
	return states
}

func TestSync(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	ch := aChannel(t, tx, "a")
	if _, err := db.UpsertUsers(ctx, []audience.Patch{{LineID: lineID(1)}, {UserID: "c2", LineID: lineID(2)}}, audience.ByAPI); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for i, f := range []audience.Friendship{
		{State: audience.Friend, Source: audience.FromWebhook, ChangedAt: now.Add(-time.Hour)},    // 0: left
		{State: audience.Blocked, Source: audience.FromWebhook, ChangedAt: now.Add(-time.Hour)},   // 1: came back
		{State: audience.Friend, Source: audience.FromSync, ChangedAt: now.Add(-time.Hour)},       // 2: stays
		{State: audience.Friend, Source: audience.FromWebhook, ChangedAt: now.Add(time.Hour)},     // 3: follows meanwhile
		{State: audience.Friend, Source: audience.FromImport, ChangedAt: now.Add(-time.Hour)},     // 4: never LINE's word
		{State: audience.Contacted, Source: audience.FromWebhook, ChangedAt: now.Add(-time.Hour)}, // 5: not listed, no friend
		{State: audience.Blocked, Source: audience.FromWebhook, ChangedAt: now.Add(time.Hour)},    // 6: listed, then blocks
	} {
		f.ChannelID, f.LineID = ch, lineID(i)
		if _, err := db.UpsertFriendships(ctx, []audience.Friendship{f}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := db.StartSync(ctx, ch, nil)
	if err != nil || s.State != audience.SyncRunning {
		t.Fatal(s, err)
	}
	s = syncAll(t, db, s, []string{lineID(1), lineID(2), lineID(2), "not an id"}, []string{}, []string{lineID(6), lineID(7)})
	if s.State != audience.SyncFinished || s.Pages != 3 || s.Seen != 6 || s.Added != 2 || s.Returned != 1 || s.Gone != 1 || s.FinishedAt == nil {
		t.Errorf("got %+v", s)
	}
	want := map[string]string{lineID(0): "blocked by sync", lineID(1): "friend by sync", lineID(2): "friend by sync", lineID(3): "friend by webhook",
		lineID(4): "friend by import", lineID(5): "contacted by webhook", lineID(6): "blocked by webhook", lineID(7): "friend by sync"}
	if diff := cmp.Diff(want, friendStates(t, tx, ch)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c2 " + lineID(2) + " {}", lineID(1) + " {}", lineID(6) + " {}", lineID(7) + " {}"}, people(t, tx)); diff != "" {
		t.Error(diff)
	}
}

func TestSyncStates(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	db, ctx := postgres.New(tx), t.Context()
	ch := aChannel(t, tx, "a")
	first, err := db.StartSync(ctx, ch, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.StartSync(ctx, ch, nil); !errs.Is(err, "sync.running") {
		t.Errorf("a second sync: %v", err)
	}
	one, err := db.StoreSyncPage(ctx, first, []string{lineID(1)}, "next")
	if err != nil || one.NextToken != "next" || one.Seen != 1 {
		t.Fatal(one, err)
	}
	if again, err := db.StoreSyncPage(ctx, first, []string{lineID(1)}, "next"); err != nil || again.Seen != 1 || again.Pages != 1 {
		t.Errorf("the same page again: %+v, %v", again, err)
	}
	fresh, err := db.RestartSync(ctx, first.ID)
	if err != nil || fresh.NextToken != "" || fresh.Seen != 0 || fresh.Added != 1 {
		t.Errorf("restarted: %+v, %v", fresh, err)
	}
	failed, err := db.FailSync(ctx, first.ID, errs.New("line.forbidden", "followers/ids", "Access to this API is not available for your account"))
	if err != nil || failed.State != audience.SyncFailed || failed.Failure == nil || failed.Failure.Code != "line.forbidden" {
		t.Errorf("failed: %+v, %v", failed, err)
	}
	second, err := db.StartSync(ctx, ch, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := db.CancelSync(ctx, second.ID); err != nil || s.State != audience.SyncCancelled {
		t.Errorf("cancelled: %+v, %v", s, err)
	}
	if s, err := db.StoreSyncPage(ctx, second, []string{lineID(2)}, ""); err != nil || s.State != audience.SyncCancelled || s.Seen != 0 {
		t.Errorf("a page of a cancelled sync: %+v, %v", s, err)
	}
	third, err := db.StartSync(ctx, ch, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := syncAll(t, db, third, []string{}); s.State != audience.SyncFailed || s.Failure.Code != "sync.empty" {
		t.Errorf("an empty list: %+v", s)
	}
	if list, err := db.ListSyncs(ctx, ch, 2); err != nil || len(list) != 2 || list[0].ID != third.ID {
		t.Errorf("list: %+v, %v", list, err)
	}
	if _, err := db.StartSync(ctx, ch+1000, nil); !errs.Is(err, "channel.not_found") {
		t.Error(err)
	}
}
