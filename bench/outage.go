package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/linecast/linecast/line/simulator"
)

// benchOutage sends to 5,000 people at 500 a second while LINE answers all of
// the requests with 503 for a minute, from the thousandth message on, and then
// again while it also answers a tenth of the others with 429.
func benchOutage(ctx context.Context, _ sizes, out io.Writer) error {
	for _, limited := range []float64{0, 0.1} {
		if err := outage(ctx, limited, out); err != nil {
			return err
		}
	}
	return nil
}

func outage(ctx context.Context, limited float64, out io.Writer) error {
	const recipients, lasts = 5000, time.Minute
	s, err := newScene(ctx, recipients, 1, 500, 10)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.faults(ctx, simulator.Faults{LatencyMS: 10, LimitRate: limited}); err != nil {
		return err
	}
	began := make(chan error, 1)
	var over time.Time
	go func() {
		began <- func() error {
			if err := s.accepted(ctx, 1000); err != nil {
				return err
			}
			over = time.Now().Add(lasts)
			return s.faults(ctx, simulator.Faults{LatencyMS: 10, LimitRate: limited, Outage: simulator.OutageUnavailable, OutageMS: float64(lasts.Milliseconds())})
		}()
	}()
	p, err := s.send(ctx, greeting) // fails unless everybody was accepted
	if err != nil {
		return err
	}
	after := time.Since(over)
	if err := <-began; err != nil {
		return err
	}
	stats, err := simulatorStats(ctx, s.lineURL, false)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%.0f %% of 429: %d of %d accepted, at most %d a person, %.1f s after the end of the outage; answers %v\n",
		100*limited, p.Counts.Accepted, p.Frozen, stats.MaxPerRecipient, after.Seconds(), stats.Statuses)
	return nil
}

// accepted waits until LINE has accepted n messages.
func (s *scene) accepted(ctx context.Context, n int) error {
	for {
		stats, err := simulatorStats(ctx, s.lineURL, false)
		if err != nil || stats.Recipients >= n {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// faults makes the simulated LINE misbehave.
func (s *scene) faults(ctx context.Context, f simulator.Faults) error {
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return call(ctx, http.MethodPut, s.lineURL+"/_simulator/faults", bytes.NewReader(body), nil)
}
