package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/linecast/linecast/postgres"
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
	defer tx.Rollback(ctx)
	start := time.Now()
	_, err = frozen(ctx, postgres.New(tx), s.channel.ID)
	return time.Since(start), err
}
