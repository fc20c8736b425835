package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// benchLedger reads batches and records outcomes as sending does, without
// sending: what the database's part costs.
func benchLedger(ctx context.Context, size sizes, out io.Writer) error {
	s, err := newScene(ctx, size.recipients, 0, 0, 0)
	if err != nil {
		return err
	}
	defer s.close()
	run, err := frozen(ctx, s.db, s.channel.ID)
	if err != nil {
		return err
	}
	wal, err := walBytes(ctx, s.pool)
	if err != nil {
		return err
	}
	cpu, start := cpuOf(s.server.PID()), time.Now()
	var reading time.Duration
	for seq := range run.Batches {
		began := time.Now()
		recipients, err := s.db.OpenRecipients(ctx, run, seq, true)
		if err != nil {
			return err
		}
		reading += time.Since(began)
		if err := record(ctx, s.db, run, seq, recipients); err != nil {
			return err
		}
	}
	after, err := walBytes(ctx, s.pool)
	if err != nil {
		return err
	}
	n := float64(run.Frozen)
	fmt.Fprintf(out, "per recipient: %.1f µs (reading %.1f), PostgreSQL CPU %.1f µs, WAL %.0f B\n",
		micros(time.Since(start))/n, micros(reading)/n, micros(cpuOf(s.server.PID())-cpu)/n, float64(after-wal)/n)
	return nil
}

// record writes an accepted outcome for each recipient, 100 at a time.
func record(ctx context.Context, db *postgres.DB, run delivery.Run, seq int, recipients []delivery.Recipient) error {
	const flush = 100
	for len(recipients) > 0 {
		n := min(flush, len(recipients))
		outcomes := make([]delivery.Outcome, n)
		for i, r := range recipients[:n] {
			now := time.Now()
			outcomes[i] = delivery.Outcome{
				Recipient: r.ID, LineID: r.LineID, State: delivery.Accepted, HTTPStatus: 200, Attempts: 1,
				MessageID: "461230966842064897", RequestID: uuid.NewString(), BodyHash: int64(r.ID) * 7919, FirstAttempt: now, Finished: now,
			}
		}
		if err := db.RecordOutcomes(ctx, run, seq, outcomes); err != nil {
			return err
		}
		recipients = recipients[n:]
	}
	return nil
}

// frozen makes a campaign and its run and freezes everybody.
func frozen(ctx context.Context, db *postgres.DB, channel ref.Channel) (run delivery.Run, err error) {
	var campaign ref.Campaign
	err = db.Conn().QueryRow(ctx, `insert into campaigns (name, channel_id, kind, definition, status) values ('bench', $1, 'one_time', '{}', 'running') returning id`, channel).Scan(&campaign)
	if err != nil {
		return run, err
	}
	var id ref.Run
	err = db.Conn().QueryRow(ctx, `insert into runs (campaign_id, version, channel_id, due_at, state) values ($1, 1, $2, now(), 'freezing') returning id`, campaign, channel).Scan(&id)
	if err != nil {
		return run, err
	}
	if run, err = db.Run(ctx, id); err != nil {
		return run, err
	}
	run, err = db.Freeze(ctx, run, postgres.Audience{})
	if err == nil && (run.Frozen == 0 || run.State != delivery.Sending) {
		err = fmt.Errorf("nothing frozen: %+v", run)
	}
	return run, err
}
