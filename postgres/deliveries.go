package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
)

// RecordOutcomes writes outcomes of one batch and adds them to its counts. A
// recipient that has an outcome keeps it and is not counted twice.
//
// The commit does not wait for the disk: an outcome lost in a crash is asked
// again with the same retry key and answered 409.
func (db *DB) RecordOutcomes(ctx context.Context, run delivery.Run, seq int, outcomes []delivery.Outcome) (err error) {
	defer wrap(&err, "RecordOutcomes(%d, %d, %d outcomes)", run.ID, seq, len(outcomes))
	if len(outcomes) == 0 {
		return nil
	}
	const sql = `
		with fresh as (
			insert into deliveries (part, run_id, batch_seq, recipient_id, state, http_status, attempts,
				first_attempt_at, finished_at, message_id, body_hash, line_request_id, accepted_request_id,
				line_id, reason, detail)
			select $1::int, $2::bigint, $3::int, o.*
			from unnest($4::bigint[], $5::smallint[], $6::smallint[], $7::smallint[], $8::timestamptz[],
				$9::timestamptz[], $10::bigint[], $11::bigint[], $12::uuid[], $13::uuid[], $14::text[], $15::text[], $16::text[]) o
			on conflict do nothing
			returning state, http_status
		), sums as (
			select count(*) filter (where state = 1) as accepted, count(*) filter (where state = 2) as skipped,
				count(*) filter (where state = 3) as rejected, count(*) filter (where state = 4) as unknown,
				count(*) filter (where state = 5) as cancelled,
				count(*) filter (where state = 1 and http_status = 409) as conflicts
			from fresh)
		update batches b set accepted = b.accepted + s.accepted, skipped = b.skipped + s.skipped,
			rejected = b.rejected + s.rejected, unknown = b.unknown + s.unknown,
			cancelled = b.cancelled + s.cancelled, conflicts = b.conflicts + s.conflicts
		from sums s where b.run_id = $2 and b.seq = $3`
	_, err = db.conn.Exec(ctx, sql, append([]any{run.Part, run.ID, seq}, columns(outcomes)...)...)
	return err
}

// columns turns outcomes into the arrays of RecordOutcomes.
func columns(outcomes []delivery.Outcome) []any {
	n := len(outcomes)
	ids, states, statuses, attempts := make([]int64, n), make([]int16, n), make([]int16, n), make([]int16, n)
	first, finished := make([]*time.Time, n), make([]time.Time, n)
	messages, hashes := make([]*int64, n), make([]*int64, n)
	requests, accepted := make([]*uuid.UUID, n), make([]*uuid.UUID, n)
	lines, reasons, details := make([]*string, n), make([]*string, n), make([]*string, n)
	for i := range outcomes {
		o := &outcomes[i]
		ids[i], states[i], statuses[i] = int64(o.Recipient), int16(o.State), int16(o.HTTPStatus)
		attempts[i], finished[i] = int16(min(o.Attempts, 1<<15-1)), o.Finished
		first[i], hashes[i] = some(o.FirstAttempt), some(o.BodyHash)
		if id, err := strconv.ParseInt(o.MessageID, 10, 64); err == nil {
			messages[i] = &id
		}
		requests[i], accepted[i] = requestID(o.RequestID), requestID(o.AcceptedRequestID)
		lines[i], reasons[i], details[i] = some(storable(o.LineID)), some(storable(o.Reason)), some(storable(o.Detail))
	}
	return []any{ids, states, statuses, attempts, first, finished, messages, hashes, requests, accepted, lines, reasons, details}
}

// storable is s as PostgreSQL takes it: without NUL and in valid UTF-8. An
// outcome must never be lost for what its text says.
func storable(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// some is nil for the zero value, which the ledger stores as null.
func some[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// requestID is LINE's request id, which has always been a UUID; stored as one
// it takes 16 bytes instead of 37. Anything else is left out.
func requestID(s string) *uuid.UUID {
	id, err := uuid.Parse(s)
	if err != nil {
		return nil
	}
	return &id
}
