package postgres

import "context"

// Gauges are how the engine stands, for alerts.
type Gauges struct {
	Freezing, Sending, Paused, Halted int
	WaitingForQuota                   int     // of Paused
	Remaining                         int64   // recipients of open runs without an outcome
	BackingOff                        int     // batches that wait because LINE did not answer or limits
	TokensRefused                     int     // channels whose token LINE refuses
	StalledSeconds                    float64 // since the last outcome of a sending run, the longest of them; 0 without one
}

// Gauges counts over open runs only: a few milliseconds while a million
// recipients are being sent to.
func (db *DB) Gauges(ctx context.Context) (g Gauges, err error) {
	defer wrap(&err, "Gauges()")
	const sql = `
		with open as (select id, state, reason, started_at from runs where state in ('freezing', 'sending', 'paused', 'halted')),
		sums as (
			select o.id, o.state, o.started_at, max(b.finished_at) as last_end,
				sum(cardinality(b.recipients) - b.accepted - b.skipped - b.rejected - b.unknown - b.cancelled) as remaining,
				count(*) filter (where b.not_before > now()) as backing_off
			from open o join batches b on b.run_id = o.id group by o.id, o.state, o.started_at)
		select count(*) filter (where state = 'freezing') as freezing, count(*) filter (where state = 'sending') as sending,
			count(*) filter (where state = 'paused') as paused, count(*) filter (where state = 'halted') as halted,
			count(*) filter (where state = 'paused' and reason like 'quota: %') as waiting_for_quota,
			(select coalesce(sum(remaining), 0) from sums)::bigint as remaining,
			(select coalesce(sum(backing_off), 0) from sums)::int as backing_off,
			(select count(*) from channels where state = 'active' and circuit_reason <> '') as tokens_refused,
			(select coalesce(max(extract(epoch from now() - coalesce(last_end, started_at))), 0)
				from sums where state = 'sending')::float8 as stalled_seconds
		from open`
	return one[Gauges](db.conn.Query(ctx, sql))
}
