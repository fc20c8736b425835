package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// tiers are 30 users: 10 gold, 20 others, the even ones with a line_id.
func tiers(t *testing.T, tx pgx.Tx) []person {
	t.Helper()
	var users [][3]string
	for i := range 30 {
		u := [3]string{fmt.Sprint("c", i), "", fmt.Sprintf(`{"tier": %q, "points": %d}`, []string{"gold", "silver", "basic"}[i%3], i)}
		if i%2 == 0 {
			u[1] = fmt.Sprintf("U%032x", i)
		}
		users = append(users, u)
	}
	return insertPeople(t, tx, users)
}

func TestPreviewSegment(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tx := pgtest.Tx(t)
	db := postgres.New(tx)
	people := tiers(t, tx)
	e := segment.Env{Now: time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC)}
	channel := insertFriendships(t, tx, e.Now) // of users 0, 2, 4 …: friend, blocked, unknown, contacted …
	parsed := func(definition string) *segment.Segment {
		s, err := segment.Parse([]byte(definition))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := parsed(`{"all": [{"attribute": "points", "is": "less_than", "value": 24}, {"attribute": "tier", "is": "equals", "value": "gold"}, {"attribute": "line_id", "is": "exists"}]}`)
	p, err := db.PreviewSegment(ctx, s, e, channel)
	if err != nil {
		t.Fatal(err)
	}
	sample := []segment.Member{}
	for _, i := range []int{0, 6, 12, 18} {
		sample = append(sample, segment.Member{ID: people[i].id, UserID: people[i].user.UserID, LineID: people[i].user.LineID,
			Attributes: json.RawMessage(fmt.Sprintf(`{"tier": "gold", "points": %d}`, i))})
	}
	reachable := int64(4) // user 12 was blocked by nobody; user 2 is not gold
	want := segment.Preview{Count: 4, Total: 30, Reachable: &reachable, Sample: sample,
		Rows: []segment.RowCount{{Pointer: "/all/0", Count: 24}, {Pointer: "/all/1", Count: 8}, {Pointer: "/all/2", Count: 4}}}
	if diff := cmp.Diff(want, p, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	p, err = db.PreviewSegment(ctx, parsed(`{"any": [{"attribute": "points", "is": "equals", "value": 2}, {"attribute": "tier", "is": "equals", "value": "gold"}]}`), e, channel)
	if err != nil || p.Count != 11 || *p.Reachable != 5 || p.Rows[0].Count != 1 || p.Rows[1].Count != 11 {
		t.Errorf("an any is %+v, %v", p, err)
	}
	p, err = db.PreviewSegment(ctx, parsed(`{"all": []}`), e, 0)
	if err != nil || p.Count != 30 || p.Reachable != nil || len(p.Rows) != 0 || len(p.Sample) != 20 {
		t.Errorf("everybody is %+v, %v", p, err)
	}
	p, err = db.PreviewSegment(ctx, parsed(`{"any": []}`), e, 0)
	if err != nil || p.Count != 0 || p.Total != 30 || p.Sample == nil {
		t.Errorf("nobody is %+v, %v", p, err)
	}
}

func TestCountAndListSegmentUsers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tx := pgtest.Tx(t)
	db := postgres.New(tx)
	people := tiers(t, tx)
	gold := createSegment(t, db, "gold", `{"attribute": "tier", "is": "equals", "value": "gold"}`)
	s, err := segment.Parse([]byte(`{"not": {"segment": "` + gold.ID.String() + `"}}`)) // loaded when it is evaluated
	if err != nil {
		t.Fatal(err)
	}
	e := segment.Env{Now: time.Now()}
	if n, err := db.CountSegment(ctx, s, e); err != nil || n != 20 {
		t.Errorf("counted %d, %v", n, err)
	}
	var after ref.User
	var got, want []ref.User
	for {
		page, err := db.SegmentUsers(ctx, s, e, after, 7)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			got, after = append(got, m.ID), m.ID
		}
	}
	for i, p := range people {
		if i%3 != 0 {
			want = append(want, p.id)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	x, err := db.ExplainSegment(ctx, s, e, people[0].id)
	if err != nil || x.Holds || !x.Children[0].Holds || x.Children[0].Children[0].Value != "gold" {
		t.Errorf("explained as %+v, %v", x, err)
	}
	_, err = db.ExplainSegment(ctx, s, e, 404404)
	wantCode(t, err, "user.not_found", "usr_404404")
	for name, f := range map[string]func(s *segment.Segment) error{
		"count":   func(s *segment.Segment) error { _, err := db.CountSegment(ctx, s, e); return err },
		"preview": func(s *segment.Segment) error { _, err := db.PreviewSegment(ctx, s, e, 0); return err },
		"users":   func(s *segment.Segment) error { _, err := db.SegmentUsers(ctx, s, e, 0, 1); return err },
		"explain": func(s *segment.Segment) error { _, err := db.ExplainSegment(ctx, s, e, people[0].id); return err },
	} {
		gone, err := segment.Parse([]byte(`{"all": [{"segment": "seg_404404"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if err := f(gone); !errs.Is(err, "segment.not_found") {
			t.Errorf("%s of a deleted segment: %v", name, err)
		}
	}
}

// TestExplainSeesFriendships explains to the last microsecond of the seven days.
func TestExplainSeesFriendships(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tx := pgtest.Tx(t)
	db := postgres.New(tx)
	people := tiers(t, tx)
	e := segment.Env{Now: time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC)}
	channel := insertFriendships(t, tx, e.Now)
	s, err := segment.Parse([]byte(`{"friend_of": "` + channel.String() + `", "state": "reachable"}`))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]bool{0: true, 1: false, 2: false, 4: true, 6: true, 8: true, 10: false, 12: true, 28: true} {
		x, err := db.ExplainSegment(ctx, s, e, people[i].id)
		if err != nil || x.Holds != want {
			t.Errorf("user %d: %+v, %v; want %v", i, x, err, want)
		}
	}
}

func TestEvaluationTimesOut(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, db := range map[string]*postgres.DB{"transaction": postgres.New(pgtest.Tx(t)), "pool": postgres.New(pgtest.Pool(t))} {
		err := db.Evaluate(ctx, 20*time.Millisecond, func(db *postgres.DB) error {
			_, err := db.Conn().Exec(ctx, `select pg_sleep(600)`)
			return err
		})
		wantCode(t, err, "segment.timeout", "it was not finished after 20ms")
		err = db.Evaluate(ctx, time.Minute, func(db *postgres.DB) error {
			_, err := db.Conn().Exec(ctx, `insert into segments (name, definition) values ('x', '')`)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("%s: writing during an evaluation: %v", name, err)
		}
		var timeout, readOnly string
		err = db.Conn().QueryRow(ctx, `select current_setting('statement_timeout'), current_setting('transaction_read_only')`).Scan(&timeout, &readOnly)
		if err != nil || timeout != "0" || readOnly != "off" {
			t.Errorf("%s: left behind statement_timeout %s, read_only %s, %v", name, timeout, readOnly, err)
		}
	}
	left, cancel := context.WithCancel(ctx)
	cancel()
	db := postgres.New(pgtest.Pool(t))
	if err := db.Evaluate(left, time.Minute, func(*postgres.DB) error { return nil }); err == nil || errs.Is(err, "segment.timeout") {
		t.Errorf("a caller that left: %v", err)
	}
}
