package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
)

// limit is LINE's own for push, which the default leaves room below.
const limit = 2000

// benchLatency sends at the limit while LINE takes 50 ms to answer.
func benchLatency(ctx context.Context, size sizes, out io.Writer) error {
	return limited(ctx, size, out, 1, 50)
}

// benchLimiter sends from three processes that share one limit.
func benchLimiter(ctx context.Context, size sizes, out io.Writer) error {
	return limited(ctx, size, out, 3, 5)
}

// limited prints how many requests the simulator saw in each second, and in
// the worst one wherever it begins.
func limited(ctx context.Context, size sizes, out io.Writer, workers int, latencyMS float64) error {
	s, err := newScene(ctx, min(size.recipients, 40_000), workers, limit, latencyMS)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.send(ctx, greeting)
	if err != nil {
		return err
	}
	stats, err := simulatorStats(ctx, s.lineURL, false)
	if err != nil {
		return err
	}
	seconds := slices.Sorted(maps.Keys(stats.Push.Arrived.PerSecond))
	var inner []int // without the first and the last, which are not whole
	for _, second := range seconds[1 : len(seconds)-1] {
		inner = append(inner, stats.Push.Arrived.PerSecond[second])
	}
	if len(inner) == 0 {
		return fmt.Errorf("too few recipients to fill a second")
	}
	took, _, err := s.took(ctx, p)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d processes, %.0f ms latency, limit %d/s: %d recipients in %.1f s = %.0f/s (%.1f %% of the limit)\n",
		workers, latencyMS, limit, p.Frozen, took.Seconds(), float64(p.Frozen)/took.Seconds(), 100*float64(p.Frozen)/took.Seconds()/limit)
	fmt.Fprintf(out, "whole seconds: least %d, median %d, most %d; worst second wherever it begins %d\n",
		slices.Min(inner), median(inner), slices.Max(inner), stats.Push.Arrived.SlidingMax)
	return nil
}
