package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// Budget is the shared rate of one (channel, endpoint), or of one run's own
// cap: a reservation GCRA in one row, which every process borrows slices from.
// It implements delivery.Lender.
type Budget struct {
	db        *DB
	channel   ref.Channel
	endpoint  string
	perSecond float64
}

var _ delivery.Lender = Budget{}

// NewBudget is the budget named (channel, endpoint) at perSecond, which must
// be above 0. All processes must name the same rate; the last one to borrow
// sets it.
func (db *DB) NewBudget(channel ref.Channel, endpoint string, perSecond float64) Budget {
	return Budget{db: db, channel: channel, endpoint: endpoint, perSecond: perSecond}
}

// horizon is how far ahead slots are promised. Behind it callers ask again, so
// a pause or a lower rate is felt within that time.
const horizon = 500 * time.Millisecond

// Lend borrows n slots. A tat that lies further ahead than the longest hold (300
// s) is what a clock that was set back left behind, and is forgotten.
func (b Budget) Lend(ctx context.Context, n int) (_ delivery.Grant, err error) {
	defer wrap(&err, "Budget.Lend(%d, %s)", b.channel, b.endpoint)
	const sql = `
		insert into channel_budget as c (channel_id, endpoint, per_second, tat)
		values ($1, $2, $3, clock_timestamp() + $4 * (interval '1 second' / $3::float8))
		on conflict (channel_id, endpoint) do update set per_second = $3,
			tat = greatest(case when c.tat < clock_timestamp() + interval '310 s' then c.tat end, clock_timestamp())
				+ $4 * (interval '1 second' / ($3::float8 * ` + shareNow + `))
		where c.tat < clock_timestamp() + $5 or c.tat >= clock_timestamp() + interval '310 s'
		returning $3::float8 * ` + shareNow + ` as rate,
			extract(epoch from tat - $4 * (interval '1 second' / ($3::float8 * ` + shareNow + `)) - clock_timestamp())::float8`
	var rate, wait float64
	err = b.db.conn.QueryRow(ctx, sql, b.channel, b.endpoint, b.perSecond, n, horizon).Scan(&rate, &wait)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return delivery.Grant{Wait: horizon / 10}, nil
	case err != nil:
		return delivery.Grant{}, err
	}
	return delivery.Grant{
		N: n, Wait: max(0, time.Duration(wait*float64(time.Second))), Step: time.Duration(float64(time.Second) / rate),
	}, nil
}

// shareNow is the share of the rate that is used: what Slow left of it, doubled
// every 15 s. It is steady within a statement, as now() is.
const shareNow = `least(1, c.share * 2 ^ greatest(0, least(10, extract(epoch from now() - c.slowed_at)::float8 / 15)))`

// leastShare bounds how far Slow goes.
const leastShare = 1.0 / 8

// refusedNow is how many 429s stand against the rate, with one more. A 429 for
// every two hundred requests is tolerated: one that is no sign of too high a rate
// must not cost a channel half of it.
const refusedNow = `(1 + greatest(0, c.refused - greatest(0, extract(epoch from now() - c.refused_at)::float8) * $3 / 200))`

// tooMany is when the rate is halved: a quarter of a percent of a second's
// requests more than are tolerated, at least two. What comes within two seconds
// of it tells of the same excess and halves nothing more.
const tooMany = `(` + refusedNow + ` >= 2 + $3::float8 / 400 and (c.share = 1 or c.slowed_at < now() - interval '2 s'))`

// Slow is the answer to LINE's 429: no process sends for d, which may be 0. When
// 429s come more often than one in two hundred requests, the rate is halved,
// which recovers within half a minute.
func (b Budget) Slow(ctx context.Context, d time.Duration) (err error) {
	defer wrap(&err, "Budget.Slow(%d, %s)", b.channel, b.endpoint)
	const sql = `
		insert into channel_budget as c (channel_id, endpoint, per_second, tat, refused)
		values ($1, $2, $3, clock_timestamp() + $4, 1)
		on conflict (channel_id, endpoint) do update set tat = greatest(c.tat, clock_timestamp() + $4),
			share = case when ` + tooMany + ` then greatest($5, ` + shareNow + ` / 2) else c.share end,
			slowed_at = case when ` + tooMany + ` then now() else c.slowed_at end,
			refused = case when ` + tooMany + ` then 0 else ` + refusedNow + ` end,
			refused_at = now()`
	_, err = b.db.conn.Exec(ctx, sql, b.channel, b.endpoint, b.perSecond, d, leastShare)
	return err
}
