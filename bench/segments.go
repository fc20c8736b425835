package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/segment"
)

// benchSegments counts segments of users with ten attributes each.
func benchSegments(ctx context.Context, size sizes, out io.Writer) error {
	pool, server, stop, err := database(ctx)
	if err != nil {
		return err
	}
	defer stop()
	return Segments(ctx, pool, server.PID(), size.rows, size.rounds, out)
}

// segmentQuery is a row of the table: a segment, and the SQL somebody who knows
// the data would write for it by hand.
type segmentQuery struct {
	name       string
	definition string
	byHand     string
}

// benchClock is the evaluations' clock; the users signed up in the thousand
// days before it.
var benchClock = time.Date(2026, 9, 27, 0, 0, 0, 0, time.UTC)

var segmentQueries = []segmentQuery{
	{"equality, 10 %", `{"attribute": "plan", "is": "equals", "value": "gold"}`,
		`attributes ->> 'plan' = 'gold'`},
	{"exists, 3 %", `{"attribute": "vip", "is": "exists"}`,
		`attributes ? 'vip'`},
	{"all of three, 2 %", `{"all": [{"attribute": "plan", "is": "equals", "value": "gold"}, {"attribute": "city", "is": "equals", "value": "Taipei"},
		{"attribute": "points", "is": "at_least", "value": 80000}]}`,
		`attributes ->> 'plan' = 'gold' and attributes ->> 'city' = 'Taipei' and (attributes ->> 'points')::numeric >= 80000`},
	{"number, 10 %", `{"attribute": "points", "is": "greater_than", "value": 90000}`,
		`(attributes ->> 'points')::numeric > 90000`},
	{"number range, 4 %", `{"attribute": "points", "is": "between", "value": [1000, 4999]}`,
		`(attributes ->> 'points')::numeric between 1000 and 4999`},
	{"date, 3 %", `{"attribute": "signup", "is": "in_the_last", "value": {"last": 30, "unit": "days"}}`,
		`(attributes ->> 'signup')::timestamptz between '2026-08-28' and '2026-09-27'`},
	{"date, 30 %", `{"attribute": "signup", "is": "after", "value": {"last": 300, "unit": "days"}}`,
		`(attributes ->> 'signup')::timestamptz > '2025-12-01'`},
	{"date, 99 %", `{"attribute": "signup", "is": "before", "value": "2026-09-20"}`,
		`(attributes ->> 'signup')::timestamptz < '2026-09-20'`},
	{"birthday, 0.3 %", `{"attribute": "birthday", "is": "anniversary_today"}`,
		`to_char((attributes ->> 'birthday')::date, 'MM-DD') = '09-27'`},
	{"list, 5 %", `{"attribute": "tags", "is": "contains_any", "value": ["vip"]}`,
		`attributes -> 'tags' ? 'vip'`},
	{"one of 20 cities", `{"attribute": "city", "is": "in", "value": ["Taipei"` + strings.Repeat(`, "Kyoto"`, 19) + `]}`,
		`attributes ->> 'city' in ('Taipei'` + strings.Repeat(`, 'Kyoto'`, 19) + `)`},
	{"ignoring case, 10 %", `{"attribute": "plan", "is": "equals", "value": "GOLD", "ignore_case": true}`,
		`lower(attributes ->> 'plan') = 'gold'`},
	{"one user_id", `{"attribute": "user_id", "is": "equals", "value": "c4711"}`,
		`user_id = 'c4711'`},
	{"30 conditions, depth 5", tree30, byHand30},
}

// tree30 is 30 conditions in five levels that are all and any in turn, on all
// ten attributes, as a builder of segments makes them; byHand30 is the same.
const tree30 = `{"all": [
	{"attribute": "line_id", "is": "exists"},
	{"attribute": "email", "is": "exists"},
	{"attribute": "newsletter", "is": "equals", "value": true},
	{"attribute": "plan", "is": "not_equals", "value": "basic"},
	{"attribute": "points", "is": "between", "value": [100, 95000]},
	{"any": [
		{"attribute": "city", "is": "equals", "value": "Taipei"},
		{"attribute": "city", "is": "equals", "value": "Osaka"},
		{"attribute": "vip", "is": "equals", "value": true},
		{"attribute": "tags", "is": "contains_any", "value": ["vip"]},
		{"attribute": "amount", "is": "greater_than", "value": 700},
		{"attribute": "first_name", "is": "ends_with", "value": "99"},
		{"all": [
			{"attribute": "plan", "is": "in", "value": ["gold", "silver"]},
			{"attribute": "points", "is": "at_least", "value": 1000},
			{"attribute": "points", "is": "less_than", "value": 90000},
			{"attribute": "amount", "is": "at_least", "value": 10},
			{"attribute": "email", "is": "contains", "value": "@example"},
			{"attribute": "tags", "is": "length_at_most", "value": 5},
			{"any": [
				{"attribute": "points", "is": "less_than", "value": 2000},
				{"attribute": "points", "is": "greater_than", "value": 80000},
				{"attribute": "amount", "is": "less_than", "value": 50},
				{"attribute": "birthday", "is": "month_equals", "value": 12},
				{"attribute": "signup", "is": "in_the_last", "value": {"last": 90, "unit": "days"}},
				{"attribute": "first_name", "is": "starts_with", "value": "คุณ1"},
				{"all": [
					{"attribute": "city", "is": "not_in", "value": ["Tokyo"]},
					{"attribute": "plan", "is": "equals", "value": "silver"},
					{"attribute": "signup", "is": "after", "value": "2025-01-01"},
					{"attribute": "signup", "is": "before", "value": "2026-06-01"},
					{"attribute": "points", "is": "at_least", "value": 10000},
					{"attribute": "amount", "is": "at_most", "value": 500}]}]}]}]}]}`

const byHand30 = `line_id is not null and attributes ? 'email' and (attributes ->> 'newsletter')::boolean
	and attributes ->> 'plan' <> 'basic' and (attributes ->> 'points')::numeric between 100 and 95000
	and (attributes ->> 'city' = 'Taipei' or attributes ->> 'city' = 'Osaka' or (attributes ->> 'vip')::boolean
		or attributes -> 'tags' ? 'vip' or (attributes ->> 'amount')::numeric > 700 or attributes ->> 'first_name' like '%99'
		or attributes ->> 'plan' in ('gold', 'silver') and (attributes ->> 'points')::numeric >= 1000 and (attributes ->> 'points')::numeric < 90000
		and (attributes ->> 'amount')::numeric >= 10 and attributes ->> 'email' like '%@example%' and jsonb_array_length(attributes -> 'tags') <= 5
		and ((attributes ->> 'points')::numeric < 2000 or (attributes ->> 'points')::numeric > 80000 or (attributes ->> 'amount')::numeric < 50
			or extract(month from (attributes ->> 'birthday')::date) = 12
			or (attributes ->> 'signup')::timestamptz between '2026-06-29' and '2026-09-27' or attributes ->> 'first_name' like 'คุณ1%'
			or attributes ->> 'city' <> 'Tokyo' and attributes ->> 'plan' = 'silver' and (attributes ->> 'signup')::timestamptz >= '2025-01-02'
			and (attributes ->> 'signup')::timestamptz < '2026-06-01' and (attributes ->> 'points')::numeric >= 10000
			and (attributes ->> 'amount')::numeric <= 500))`

// Segments counts each segment through the store and by hand, in turn, and
// prints both with their ratio; then one attribute again with an index on it.
// server is the process of the PostgreSQL that pool talks to.
func Segments(ctx context.Context, pool *pgxpool.Pool, server, rows, rounds int, out io.Writer) error {
	if err := addSegmentUsers(ctx, pool, rows); err != nil {
		return err
	}
	fmt.Fprintf(out, "counts of %d users with ten attributes, %d times each, ours and by hand in turn\n", rows, 7*rounds)
	fmt.Fprintf(out, "  %-24s %9s | %22s | %22s | %s\n", "", "", "ours", "by hand", "ours / by hand")
	fmt.Fprintf(out, "  %-24s %9s | %6s %6s %8s | %6s %6s %8s | %6s %6s\n", "", "users", "median", "p95", "CPU", "median", "p95", "CPU", "p95", "CPU")
	for _, q := range segmentQueries {
		if err := compareSegment(ctx, pool, server, q, rounds, out); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	if _, err := pool.Exec(ctx, `create index users_plan on users ((attributes ->> 'plan'))`); err != nil {
		return err
	}
	q := segmentQueries[0]
	q.name = "equality, with an index"
	return compareSegment(ctx, pool, server, q, rounds, out)
}

// addSegmentUsers makes users with ten attributes, some 260 bytes of JSON each.
func addSegmentUsers(ctx context.Context, pool *pgxpool.Pool, rows int) error {
	const sql = `
		insert into users (user_id, line_id, attributes)
		select 'c' || n, case when n % 10 < 8 then 'U' || md5(n::text) end, jsonb_build_object(
			'plan', (array['free', 'free', 'free', 'free', 'silver', 'silver', 'silver', 'basic', 'basic', 'gold'])[1 + n % 10],
			'points', (n::bigint * 7919) % 100000, 'email', 'user' || n || '@example.com', 'first_name', 'คุณ' || (n % 1000),
			'city', (array['Bangkok', 'Tokyo', 'Osaka', 'Chiang Mai', 'Taipei'])[1 + n / 10 % 5],
			'signup', to_char(timestamptz '2024-01-01 00:00Z' + (n % 1000) * interval '1 day' + (n % 86400) * interval '1 second',
				'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
			'birthday', to_char(date '1960-01-01' + n % 18000, 'YYYY-MM-DD'), 'newsletter', n % 3 = 0,
			'tags', case when n % 20 = 0 then '["vip", "beta"]'::jsonb else '["beta"]' end,
			'amount', round((n % 5000) / 7.0, 2)) || case when n % 33 = 0 then '{"vip": true}' else '{}' end::jsonb
		from generate_series(1, $1::int) n`
	if _, err := pool.Exec(ctx, sql, rows); err != nil {
		return fmt.Errorf("making %d users: %w", rows, err)
	}
	_, err := pool.Exec(ctx, `vacuum (analyze) users`)
	return err
}

// compareSegment counts q both ways, in turn, so that both meet the same
// machine, and prints a line.
func compareSegment(ctx context.Context, pool *pgxpool.Pool, server int, q segmentQuery, rounds int, out io.Writer) error {
	s, err := segment.Parse([]byte(q.definition))
	if err != nil {
		return err
	}
	var ours, theirs timings
	for range 7 * rounds {
		err = ours.add(server, func() (int64, error) {
			return postgres.New(pool).CountSegment(ctx, s, segment.Env{Now: benchClock})
		})
		if err == nil {
			err = theirs.add(server, func() (int64, error) { return countByHand(ctx, pool, q.byHand) })
		}
		if err != nil {
			return err
		}
	}
	if ours.count != theirs.count {
		return fmt.Errorf("%d users, and %d by hand", ours.count, theirs.count)
	}
	fmt.Fprintf(out, "  %-24s %9d | %s | %s | %5.2fx %5.2fx\n", q.name, ours.count, ours, theirs,
		p95(ours.wall).Seconds()/p95(theirs.wall).Seconds(), ours.cpu.Seconds()/max(theirs.cpu, time.Millisecond).Seconds())
	return nil
}

// timings are what counting a segment some times took. The processor time is
// that of the server with its parallel workers, and says more than the clock
// where others use the machine.
type timings struct {
	count int64
	wall  []time.Duration
	cpu   time.Duration
}

func (t *timings) add(server int, count func() (int64, error)) (err error) {
	cpu, start := cpuOf(server), time.Now()
	t.count, err = count()
	t.wall = append(t.wall, time.Since(start))
	t.cpu += cpuOf(server) - cpu
	return err
}

func (t timings) String() string {
	return fmt.Sprintf("%6.0f %6.0f %5.0f ms", ms(median(t.wall)), ms(p95(t.wall)), ms(t.cpu)/float64(len(t.wall)))
}

// countByHand runs SQL as ours is run: without JIT, in parallel where
// PostgreSQL likes to.
func countByHand(ctx context.Context, pool *pgxpool.Pool, where string) (n int64, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local jit = off`); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select count(*) from users where `+where).Scan(&n)
	})
	return n, err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// p95 is the nearest rank.
func p95(values []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*95+99)/100-1]
}
