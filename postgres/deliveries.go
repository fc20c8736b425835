package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/linecast/linecast/delivery"
)

// RecordOutcomes writes outcomes of one batch and adds them to its counts. A
// recipient that has an outcome keeps it and is not counted twice.
//
// The commit does not wait for the disk: an outcome lost in a crash is asked
// again with the same retry key and answered 409. That holds for a transaction
// that calls it, too.
func (db *DB) RecordOutcomes(ctx context.Context, run delivery.Run, seq int, outcomes []delivery.Outcome) (err error) {
	defer wrap(&err, "RecordOutcomes(%d, %d, %d outcomes)", run.ID, seq, len(outcomes))
	if len(outcomes) == 0 {
		return nil
	}
	err = db.InTx(ctx, func(_ pgx.Tx, db *DB) error { return db.copyOutcomes(ctx, run, seq, outcomes) })
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23505" {
		return db.mergeOutcomes(ctx, run, seq, outcomes)
	}
	return err
}

// deliveryColumns are the columns that COPY writes, in the order of deliveryRow.
var deliveryColumns = []string{"run_id", "recipient_id", "finished_at", "first_attempt_at", "message_id", "body_hash", "line_request_id",
	"accepted_request_id", "line_id", "part", "batch_seq", "state", "http_status", "attempts", "reason", "detail"}

func deliveryRow(run delivery.Run, seq int, o *delivery.Outcome) []any {
	return []any{run.ID, o.Recipient, o.Finished, some(o.FirstAttempt), messageID(o.MessageID), some(o.BodyHash), requestID(o.RequestID),
		requestID(o.AcceptedRequestID), shortLineID(o.LineID), run.Part, seq, o.State, o.HTTPStatus, min(o.Attempts, 1<<15-1),
		some(storable(o.Reason)), some(storable(o.Detail))}
}

// copyOutcomes writes outcomes of recipients that have none yet: half the WAL of
// an INSERT and a third of its work. It fails when one has.
func (db *DB) copyOutcomes(ctx context.Context, run delivery.Run, seq int, outcomes []delivery.Outcome) error {
	rows := pgx.CopyFromSlice(len(outcomes), func(i int) ([]any, error) { return deliveryRow(run, seq, &outcomes[i]), nil })
	if _, err := db.conn.CopyFrom(ctx, pgx.Identifier{partitionName(run.Part)}, deliveryColumns, rows); err != nil {
		return err
	}
	var n [6]int // by state
	conflicts := 0
	for i := range outcomes {
		n[outcomes[i].State]++
		if outcomes[i].State == delivery.Accepted && outcomes[i].HTTPStatus == http409 {
			conflicts++
		}
	}
	const sql = `
		with quick as materialized (select set_config('synchronous_commit', 'off', true))
		update batches set accepted = accepted + $3, skipped = skipped + $4, rejected = rejected + $5,
			unknown = unknown + $6, cancelled = cancelled + $7, conflicts = conflicts + $8
		from quick where run_id = $1 and seq = $2`
	_, err := db.conn.Exec(ctx, sql, run.ID, seq, n[delivery.Accepted], n[delivery.Skipped], n[delivery.Rejected],
		n[delivery.Unknown], n[delivery.Cancelled], conflicts)
	return err
}

const http409 = 409 // a retry key that was accepted before

// mergeOutcomes is copyOutcomes for outcomes of which some are known already,
// as after a worker that lost its lease has still learned some answers.
func (db *DB) mergeOutcomes(ctx context.Context, run delivery.Run, seq int, outcomes []delivery.Outcome) error {
	const sql = `
		with fresh as (
			insert into deliveries (run_id, recipient_id, finished_at, first_attempt_at, message_id, body_hash, line_request_id,
				accepted_request_id, line_id, part, batch_seq, state, http_status, attempts, reason, detail)
			select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::uuid[],
				$8::uuid[], $9::uuid[], $10::int[], $11::int[], $12::smallint[], $13::smallint[], $14::smallint[], $15::text[], $16::text[])
			on conflict do nothing
			returning run_id, batch_seq, state, http_status
		), sums as (
			select run_id, batch_seq, count(*) filter (where state = 1) as accepted, count(*) filter (where state = 2) as skipped,
				count(*) filter (where state = 3) as rejected, count(*) filter (where state = 4) as unknown,
				count(*) filter (where state = 5) as cancelled,
				count(*) filter (where state = 1 and http_status = 409) as conflicts
			from fresh group by run_id, batch_seq)
		update batches b set accepted = b.accepted + s.accepted, skipped = b.skipped + s.skipped,
			rejected = b.rejected + s.rejected, unknown = b.unknown + s.unknown,
			cancelled = b.cancelled + s.cancelled, conflicts = b.conflicts + s.conflicts
		from sums s where b.run_id = s.run_id and b.seq = s.batch_seq`
	columns := make([]any, len(deliveryColumns))
	for c := range columns {
		column := make([]any, len(outcomes))
		for i := range outcomes {
			column[i] = deliveryRow(run, seq, &outcomes[i])[c]
		}
		columns[c] = column
	}
	_, err := db.conn.Exec(ctx, sql, columns...)
	return err
}

// messageID is LINE's id of a message, which is a number.
func messageID(s string) *int64 {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil
	}
	return &id
}

// shortLineID is a line_id as the ledger keeps it: its 32 hexadecimal digits.
func shortLineID(s string) pgtype.UUID { return requestID(strings.TrimPrefix(s, "U")) }

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
// it takes 16 bytes instead of 37. Anything else is left out. (A uuid.UUID would
// be turned into text and back on its way to the server.)
func requestID(s string) pgtype.UUID {
	if s == "" {
		return pgtype.UUID{}
	}
	id, err := uuid.Parse(s)
	return pgtype.UUID{Bytes: id, Valid: err == nil}
}
