package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/segment"
)

// Audience is whom a run is frozen for. A nil Segment is everybody.
type Audience struct {
	Segment  *segment.Segment
	Exclude  []*segment.Segment
	Segments segment.SQLEnv // clock, zone and referenced segments; FirstArg is ours
	Max      int64          // 0: no cap
	Retry    *delivery.Run  // only those whom this run left rejected
}

// contactedFor is how long after writing to an account a person who is not its
// friend can be reached (LINE reference, Conditions for sending push message).
const contactedFor = 7 * 24 * time.Hour

// ownPartition is the size from which a run's deliveries get a partition of
// their own. Smaller runs share one a month.
const ownPartition = 10_000

// Freeze fixes a run's audience: it writes its batches and counts whom it left
// out and why, in the caller's transaction. No recipient travels to this
// process.
func (db *DB) Freeze(ctx context.Context, run delivery.Run, a Audience) (_ delivery.Run, err error) {
	defer wrap(&err, "Freeze(%d)", run.ID)
	sql, args, err := a.statement(run)
	if err != nil {
		return run, err
	}
	if err := readCounts(&run)(db.conn.Query(ctx, sql+freezeSQL, args...)); err != nil {
		return run, err
	}
	run.Judged = run.Judged || run.Frozen < delivery.FirstRecipients
	if run.Part, err = db.ensurePartition(ctx, run); err != nil {
		return run, err
	}
	return db.storeFrozen(ctx, run)
}

// CountAudience is what Freeze would find now, without writing anything: the
// run's Matched, Excluded and Frozen, and up to samples of its recipients.
func (db *DB) CountAudience(ctx context.Context, run delivery.Run, a Audience, samples int) (_ delivery.Run, _ []delivery.Recipient, err error) {
	defer wrap(&err, "CountAudience(%d)", run.Campaign)
	sql, args, err := a.statement(run)
	if err != nil {
		return run, nil, err
	}
	if err := readCounts(&run)(db.conn.Query(ctx, sql+countSQL, args...)); err != nil {
		return run, nil, err
	}
	args = append(args, samples)
	sql += fmt.Sprintf(sampleSQL, len(args))
	recipients, err := many[delivery.Recipient](db.conn.Query(ctx, sql, args...))
	return run, recipients, err
}

// readCounts reads rows of (what, reason, n) into a run.
func readCounts(run *delivery.Run) func(pgx.Rows, error) error {
	return func(rows pgx.Rows, err error) error {
		if err != nil {
			return err
		}
		run.Excluded = map[string]int64{}
		var what, reason string
		var n int64
		_, err = pgx.ForEachRow(rows, []any{&what, &reason, &n}, func() error {
			switch what {
			case "snapshot":
				run.Snapshot = reason
			case "matched":
				run.Matched = n
			case "frozen":
				run.Frozen = n
			case "batches":
				run.Batches = int(n)
			default:
				if n > 0 {
					run.Excluded[reason] = n
				}
			}
			return nil
		})
		return err
	}
}

// countSQL counts without writing; $1 and $4 are named only to give them types.
const countSQL = `
	select 'excluded', reason, count(*) from audience where reason is not null group by reason
	union all select 'excluded', 'over_limit', greatest(0, count(*) - $5) from ranked where $5::bigint > 0
	union all select 'matched', '', count(*) from audience
	union all select 'frozen', '', least(count(*), nullif($5::bigint, 0)) from ranked
	union all select 'batches', '', 0 where $1::bigint + $4::int is not null`

// sampleSQL reads recipients spread over the audience.
const sampleSQL = `
	select u.id, coalesce(u.user_id, '') as user_id, u.line_id, u.attributes, false as erased, false as blocked,
		false as unclear, 0 as place, false as moved
	from ranked join users u using (id)
	where $1::bigint + $4::int + $5::bigint is not null
		and n %% greatest(1, (select count(*) from ranked) / $%[1]d) = 0
	order by n limit $%[1]d`

// freezeSQL writes the batches and returns the counts.
const freezeSQL = `, written as (
		insert into batches (run_id, seq, recipients)
		select $1, n / $4::int, array_agg(id order by id) from ranked
		where $5::bigint = 0 or n < $5 group by n / $4::int
		returning cardinality(recipients) as size
	)
	select 'excluded', reason, count(*) from audience where reason is not null group by reason
	union all select 'excluded', 'over_limit', greatest(0, count(*) - $5) from ranked where $5 > 0
	union all select 'matched', '', count(*) from audience
	union all select 'frozen', '', coalesce(sum(size), 0) from written
	union all select 'batches', '', count(*) from written
	union all select 'snapshot', pg_current_snapshot()::text, 0`

// statement names the audience: users with the reason why each is left out,
// and the others ranked. Everything that varies is an argument or comes from
// segment.SQL, whose text has no values in it.
func (a Audience) statement(run delivery.Run) (string, []any, error) {
	args := []any{run.ID, run.Channel, run.Clock.Add(-contactedFor), run.BatchSize, a.Max}
	condition := func(s *segment.Segment) (string, error) {
		env := a.Segments
		env.FirstArg = len(args) + 1
		where, more, err := s.SQL(env)
		args = append(args, more...)
		return where, err
	}
	where := "true"
	if a.Segment != nil {
		var err error
		if where, err = condition(a.Segment); err != nil {
			return "", nil, err
		}
	}
	if r := a.Retry; r != nil {
		args = append(args, r.Part, r.ID)
		where = fmt.Sprintf(`u.id in (select recipient_id from deliveries where part = $%d and run_id = $%d and state = 3)`, len(args)-1, len(args))
	}
	excluded := []string{"false"}
	for _, s := range a.Exclude {
		c, err := condition(s)
		if err != nil {
			return "", nil, err
		}
		excluded = append(excluded, "("+c+")")
	}
	return fmt.Sprintf(`
		with audience as materialized (
			select u.id, case
				when u.line_id is null then 'no_line_id'
				when %s then 'excluded_segment'
				when f.state = 'blocked' then 'blocked'
				when f.state = 'contacted' and f.changed_at < $3 then 'not_reachable'
				end as reason
			from users u left join friendships f on f.channel_id = $2 and f.line_id = u.line_id
			where %s
		), ranked as (
			select id, row_number() over (order by id) - 1 as n from audience where reason is null
		)`,
		strings.Join(excluded, " or "), where), args, nil
}

// storeFrozen opens the run for sending, or leaves it paused when somebody
// paused the campaign meanwhile: the campaign is locked, so that a pause comes
// either before this statement or after the commit. A run without recipients is closed by the pump
// like any other.
func (db *DB) storeFrozen(ctx context.Context, run delivery.Run) (delivery.Run, error) {
	const sql = `
		update runs r set matched = $2, excluded = $3, frozen = $4, batches = $5, part = $6, batch_size = $7, window_size = $10, ahead = $11, judged = $12,
			snapshot = $9::text::pg_snapshot, started_at = now(), state = case when c.status = 'paused' then 'paused' else 'sending' end
		from (select id as campaign, status from campaigns where id = $8 for share) c
		where r.id = $1 and r.state = 'freezing' and c.campaign = r.campaign_id
		returning ` + "r." + runColumns
	return one[delivery.Run](db.conn.Query(ctx, sql, run.ID, run.Matched, run.Excluded, run.Frozen, run.Batches, run.Part, run.BatchSize, run.Campaign, run.Snapshot, run.Window, run.Ahead, run.Judged))
}

// ensurePartition makes the partition of a run's deliveries. The table is made
// first and attached then: CREATE TABLE … PARTITION OF would lock all sending
// out until this transaction ends, ATTACH does not.
func (db *DB) ensurePartition(ctx context.Context, run delivery.Run) (int, error) {
	part := int(run.ID)
	if run.Frozen < ownPartition {
		part = -(run.Clock.UTC().Year()*100 + int(run.Clock.UTC().Month()))
	}
	name := partitionName(part)
	// One maker at a time; the lock goes with the transaction.
	if _, err := db.conn.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('linecast.partition', 0))`); err != nil {
		return 0, err
	}
	var exists bool
	if err := db.conn.QueryRow(ctx, `select to_regclass($1) is not null`, name).Scan(&exists); err != nil || exists {
		return part, err
	}
	_, err := db.conn.Exec(ctx, fmt.Sprintf(`create table %s (like deliveries including all)`, name))
	if err != nil {
		return 0, err
	}
	_, err = db.conn.Exec(ctx, fmt.Sprintf(`alter table deliveries attach partition %s for values in (%d)`, name, part))
	return part, err
}

// partitionName is the table that holds a partition of deliveries.
func partitionName(part int) string {
	if part < 0 {
		return fmt.Sprintf("deliveries_%d", -part)
	}
	return fmt.Sprintf("deliveries_run_%d", part)
}
