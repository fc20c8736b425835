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
	"Pacific/Kiritimati", "Pacific/Apia", "Africa/Cairo", "Australia/Lord_Howe"}

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

// conditions are every operator with every value that could trouble it, on
// every kind of attribute.
func conditions() []string {
	var list []string
	names := []string{`"x"`, `"x.city"`, `"we\"ird.na'me $1"`, `"line_id"`, `"user_id"`, `"missing"`, `"missing.city"`, `"x.0"`, `"x.a.b"`}
	add := func(is, rest string) {
		for _, name := range names {
			list = append(list, fmt.Sprintf(`{"attribute": %s, "is": %q%s}`, name, is, rest))
		}
	}
	var texts, numbers, elements []string
	for _, v := range append([]string{`"U00000000000000000000000000000003"`, `"user-3"`}, odd...) {
		switch {
		case strings.HasPrefix(v, `"`) && !strings.Contains(v, "null"):
			texts = append(texts, v)
		case v != "" && strings.Contains("-0123456789", v[:1]):
			numbers = append(numbers, v)
		}
	}
	elements = append(append(elements, texts...), numbers...)
	all := names
	for i, v := range texts {
		names = all[i%3 : i%3+1]
		for _, is := range []string{"equals", "contains", "starts_with", "ends_with"} {
			add(is, `, "value": `+v)
			add(is, `, "ignore_case": true, "value": `+v)
		}
	}
	for i, v := range numbers {
		names = all[i%3 : i%3+1]
		for _, is := range []string{"equals", "less_than", "at_most", "greater_than", "at_least"} {
			add(is, `, "value": `+v)
		}
	}
	for i, v := range elements {
		names = all[i%3 : i%3+1]
		w := elements[(i*5+1)%len(elements)]
		add("contains_any", `, "value": [`+v+`]`)
		add("contains_any", `, "value": [`+v+`, `+w+`]`)
		add("contains_all", `, "value": [`+v+`, `+w+`]`)
		add("contains_any", `, "value": ["vip", `+v+`, 5]`)
		add("contains_none", `, "value": [`+v+`]`)
	}
	names = all
	add("contains_all", `, "value": ["vip", "beta"]`)
	add("contains_all", `, "value": [5, "vip"]`)
	add("contains_all", `, "value": ["vip", "vip"]`)
	add("contains_any", `, "value": ["city", "vip", "gold"]`)
	for _, is := range []string{"exists", "not_exists", "is_empty", "not_empty"} {
		add(is, "")
	}
	for _, is := range []string{"equals", "not_equals"} {
		add(is, `, "value": true`)
		add(is, `, "value": false`)
		add(is, `, "value": "gold"`)
		add(is, `, "value": 5`)
	}
	for _, is := range []string{"in", "not_in"} {
		add(is, `, "value": [`+strings.Join(texts, ", ")+`]`)
		add(is, `, "value": ["gold", "ΣΊΣΥΦΟΣ", "\u212aelvin"], "ignore_case": true`)
		add(is, `, "value": ["U00000000000000000000000000000003", "user-3"], "ignore_case": true`)
		add(is, `, "value": [`+strings.Join(numbers, ", ")+`]`)
		add(is, `, "value": [5]`)
	}
	for _, is := range []string{"between", "not_between"} {
		add(is, `, "value": [1, 100]`)
		add(is, `, "value": [-1e131071, 1e131071]`)
		add(is, `, "value": [5, 5]`)
		add(is, `, "value": [0.30000000000000004, 9007199254740993]`)
	}
	add("not_contains", `, "value": "gold"`)
	for _, n := range []string{"0", "1", "2", "3"} {
		for _, is := range []string{"length_equals", "length_less_than", "length_at_most", "length_greater_than", "length_at_least"} {
			add(is, `, "value": `+n)
		}
	}
	return list
}

// timedConditions are the operators whose meaning depends on clock and zone.
func timedConditions() []string {
	var list []string
	add := func(is, rest string) {
		for _, name := range []string{"x", "x.city"} {
			list = append(list, fmt.Sprintf(`{"attribute": %q, "is": %q%s}`, name, is, rest))
		}
	}
	moments := []string{`"2026-03-29"`, `"2026-03-29T10:00:00Z"`, `"2026-03-29T10:00:00.0000015+00:00"`, `"2018-11-04"`, `"2018-02-18"`, `"0001-01-01"`,
		`"9999-12-31"`, `"9999-12-31T23:59:59.9999999-15:59"`, `"0001-01-01T00:00:00+15:59"`, `"2011-12-30"`,
		`{"last": 1, "unit": "days"}`, `{"next": 1, "unit": "months"}`, `{"last": 10000, "unit": "months"}`}
	for i, m := range moments {
		for _, is := range []string{"before", "after", "on"} {
			add(is, `, "value": `+m)
		}
		add("between", fmt.Sprintf(`, "value": [%s, %s]`, m, moments[(i+1)%len(moments)]))
		add("not_between", fmt.Sprintf(`, "value": [%s, %s]`, m, m))
	}
	for _, unit := range []string{"hours", "days", "weeks", "months"} {
		add("in_the_last", `, "value": {"last": 1, "unit": "`+unit+`"}`)
		add("in_the_next", `, "value": {"next": 1, "unit": "`+unit+`"}`)
		add("in_the_last", `, "value": {"last": 5000, "unit": "`+unit+`"}`)
	}
	add("today", "")
	add("anniversary_today", "")
	for _, v := range []string{"0", "9", "10", "17", "23"} {
		add("hour_equals", `, "value": `+v)
	}
	for _, v := range []string{"sunday", "monday", "saturday"} {
		add("weekday_equals", `, "value": "`+v+`"`)
	}
	for _, v := range []string{"1", "2", "3", "10", "12"} {
		add("month_equals", `, "value": `+v)
		add("day_equals", `, "value": `+v)
	}
	for _, v := range []string{"28", "29", "30", "31"} {
		add("day_equals", `, "value": `+v)
	}
	return list
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
