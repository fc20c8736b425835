package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// benchFreeze freezes everybody, again and again, in transactions that are
// rolled back.
func benchFreeze(ctx context.Context, size sizes, out io.Writer) error {
	s, err := newScene(ctx, size.rows, 0, 0, 0)
	if err != nil {
		return err
	}
	defer s.close()
	var took []time.Duration
	for range size.rounds {
		d, err := freezeOnce(ctx, s)
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	fmt.Fprintf(out, "%d users frozen in %.2f s (median of %d)\n", size.rows, median(took).Seconds(), size.rounds)
	return nil
}

func freezeOnce(ctx context.Context, s *scene) (time.Duration, error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // nothing is kept on purpose
	var campaign ref.Campaign
	err = tx.QueryRow(ctx, `insert into campaigns (name, channel_id, kind, definition, status) values ('f', $1, 'one_time', '{}', 'running') returning id`, s.channel.ID).Scan(&campaign)
	if err != nil {
		return 0, err
	}
	db := postgres.New(tx)
	var id ref.Run
	err = tx.QueryRow(ctx, `insert into runs (campaign_id, version, channel_id, due_at, state) values ($1, 1, $2, now(), 'freezing') returning id`, campaign, s.channel.ID).Scan(&id)
	if err != nil {
		return 0, err
	}
	run, err := db.Run(ctx, id)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	run, err = db.Freeze(ctx, run, postgres.Audience{})
	if err == nil && (run.Frozen == 0 || run.State != delivery.Sending) {
		err = fmt.Errorf("nothing frozen: %+v", run)
	}
	return time.Since(start), err
}
