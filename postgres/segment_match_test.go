package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// zones have half hours, both hemispheres, midnights that do not exist or come
// twice, and a day that was left out.
var zones = []string{"UTC", "Asia/Bangkok", "Asia/Kathmandu", "Europe/Berlin", "America/New_York", "America/Sao_Paulo",
	"Pacific/Kiritimati", "Pacific/Apia", "Africa/Cairo", "Australia/Lord_Howe", "Japan", "EST5EDT", "GMT"}

var clocks = []string{"2026-03-29T10:00:00Z", "2026-02-28T16:30:00.123456789Z", "2024-02-29T23:30:00Z", "2026-10-25T00:30:00Z",
	"2018-11-04T02:30:00Z", "2026-12-31T20:00:00Z"}

func env(t testing.TB, clock, zone string) segment.Env {
	t.Helper()
	now, err := time.Parse(time.RFC3339Nano, clock)
	if err != nil {
		t.Fatal(err)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return segment.Env{Now: now, TimeZone: loc}
}

// sqlSet is whom PostgreSQL finds, beside everybody else.
func sqlSet(t testing.TB, tx pgx.Tx, s *segment.Segment, e segment.Env) (map[ref.User]bool, error) {
	t.Helper()
	where, args, err := s.SQL(e.SQL(1))
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(context.Background(), `select u.id from users u where `+where, args...)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[ref.User])
	if err != nil {
		return nil, fmt.Errorf("%s %v: %w", where, args, err)
	}
	set := map[ref.User]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return set, nil
}

// differ says for which people the two readings differ, and how many are in.
func differ(t testing.TB, tx pgx.Tx, people []person, definition string, e segment.Env) (in int, diff string) {
	t.Helper()
	s, err := segment.Parse([]byte(definition))
	if err != nil {
		t.Fatalf("%s: %v", definition, err)
	}
	set, err := sqlSet(t, tx, s, e)
	if err != nil {
		t.Fatalf("%s: %v", definition, err)
	}
	var b strings.Builder
	for i := range people {
		p := &people[i]
		if goes := s.Match(e, &p.user); goes != set[p.id] {
			fmt.Fprintf(&b, "\n%s at %s in %s: SQL %v, Go %v for %q %q %.300v", definition, e.Now, e.TimeZone, set[p.id], goes, p.user.UserID, p.user.LineID, p.user.Attributes)
		}
	}
	return len(set), b.String()
}

// TestOperatorsReadTheSame runs every operator both ways over the same hostile
// users and compares whom they find.
func TestOperatorsReadTheSame(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	people := insertPeople(t, tx, oddPeople())
	found := map[string]bool{} // operators that found somebody, and not everybody
	note := func(definition string, e segment.Env) {
		in, diff := differ(t, tx, people, definition, e)
		if diff != "" {
			t.Error(diff)
		}
		if in > 0 && in < len(people) {
			_, is, _ := strings.Cut(definition, `"is": "`)
			is, _, _ = strings.Cut(is, `"`)
			found[is] = true
		}
	}
	for _, definition := range conditions() {
		note(definition, env(t, clocks[0], "UTC"))
	}
	timed := timedConditions()
	for i, clock := range clocks {
		for j, zone := range zones {
			for k, definition := range timed {
				if (i*len(zones)+j+k)%13 == 0 || i == 0 && j < 2 { // each meets several clocks and zones
					note(definition, env(t, clock, zone))
				}
			}
		}
	}
	for _, zone := range zones {
		for _, definition := range midnights {
			note(definition, env(t, clocks[0], zone))
		}
	}
	for _, op := range segment.Operators() {
		if !found[op.Name] {
			t.Errorf("no test finds some users, but not all, with operator %q; add one to conditions", op.Name)
		}
	}
}

// TestFriendOfReadsTheSame does the same for every state of friend_of.
func TestFriendOfReadsTheSame(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	e := env(t, clocks[1], "UTC")
	insertPeople(t, tx, oddPeople())
	channel := insertFriendships(t, tx, e.Now.Truncate(time.Microsecond))
	people := readPeople(t, tx)
	want := map[string]int{}
	for _, state := range segment.FriendStates() {
		for _, ch := range []ref.Channel{channel, channel + 1} {
			in, diff := differ(t, tx, people, fmt.Sprintf(`{"friend_of": %q, "state": %q}`, ch, state), e)
			if diff != "" {
				t.Error(diff)
			}
			if ch == channel {
				want[state] = in
			}
		}
		if _, diff := differ(t, tx, people, fmt.Sprintf(`{"not": {"friend_of": %q, "state": %q}}`, channel, state), e); diff != "" {
			t.Error(diff)
		}
	}
	withLine := 0
	for _, p := range people {
		if p.user.LineID != "" {
			withLine++
		}
	}
	diff := cmp.Diff(map[string]int{"friend": 2, "blocked": 1, "contacted": 5, "unknown": withLine - 8, "reachable": withLine - 2}, want)
	if diff != "" {
		t.Errorf("users in each state (-want +got):\n%s", diff)
	}
}

// TestTreesReadTheSame compares the readings of random trees that refer to
// each other.
func TestTreesReadTheSame(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	people := insertPeople(t, tx, oddPeople())
	leaves := append(conditions(), timedConditions()...)
	rapid.Check(t, func(r *rapid.T) {
		e := env(t, rapid.SampledFrom(clocks).Draw(r, "clock"), rapid.SampledFrom(zones).Draw(r, "zone"))
		e.Segments = map[ref.Segment]*segment.Segment{}
		for id := ref.Segment(1); id <= 3; id++ {
			text := tree(r, leaves, 3, int(id)-1)
			if zone := rapid.SampledFrom(append(zones, "")).Draw(r, "own zone"); zone != "" {
				text = fmt.Sprintf(`{"time_zone": %q, %s`, zone, text[1:])
			}
			s, err := segment.Parse([]byte(text))
			if err != nil {
				r.Fatalf("%s: %v", text, err)
			}
			e.Segments[id] = s
		}
		if _, diff := differ(t, tx, people, tree(r, leaves, 4, 3), e); diff != "" {
			r.Fatal(diff)
		}
	})
}

// tree draws a definition that may refer to the segments up to most.
func tree(r *rapid.T, leaves []string, depth, most int) string {
	kind := rapid.IntRange(0, 5).Draw(r, "kind")
	switch {
	case depth == 0 || kind <= 1:
		return rapid.SampledFrom(leaves).Draw(r, "leaf")
	case kind == 2:
		return `{"not": ` + tree(r, leaves, depth-1, most) + `}`
	case kind == 3 && most > 0:
		return fmt.Sprintf(`{"segment": "seg_%d"}`, rapid.IntRange(1, most).Draw(r, "segment"))
	}
	rows := make([]string, rapid.IntRange(0, 3).Draw(r, "rows"))
	for i := range rows {
		rows[i] = tree(r, leaves, depth-1, most)
	}
	return fmt.Sprintf(`{%q: [%s]}`, rapid.SampledFrom([]string{"all", "any"}).Draw(r, "word"), strings.Join(rows, ", "))
}
