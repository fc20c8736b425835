package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/linecast/linecast/api"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/access"
)

// benchExport downloads the ledger of a campaign as CSV from the API, against
// a plain COPY of the same rows out of the database, and removes it then as
// retention does.
func benchExport(ctx context.Context, size sizes, out io.Writer) error {
	s, err := newScene(ctx, max(size.recipients, 100_000), 1, 0, 0)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.send(ctx, greeting)
	if err != nil {
		return err
	}
	download, stop, err := s.exporter(ctx)
	if err != nil {
		return err
	}
	defer stop()
	var copied, took []time.Duration
	for range size.rounds {
		c, err := s.copyLedger(ctx, p.Run)
		if err != nil {
			return err
		}
		start := time.Now()
		lines, err := download(p.Run)
		if err != nil || lines != p.Frozen+1 {
			return fmt.Errorf("%d lines of %d, %w", lines, p.Frozen+1, err)
		}
		copied, took = append(copied, c), append(took, time.Since(start))
	}
	fmt.Fprintf(out, "%d rows in %.2f s, a plain COPY in %.2f s (medians of %d)\n", p.Frozen, median(took).Seconds(), median(copied).Seconds(), size.rounds)
	start := time.Now()
	if n, err := s.db.DropLedgers(ctx, start.Add(time.Hour)); err != nil || n != 1 {
		return fmt.Errorf("%d ledgers removed, %w", n, err)
	}
	fmt.Fprintf(out, "removed in %d ms\n", time.Since(start).Milliseconds())
	return nil
}

// exporter serves the API of the scene's database and returns what downloads a
// run's ledger from it and counts the lines.
func (s *scene) exporter(ctx context.Context) (download func(delivery.Run) (int64, error), stop func(), err error) {
	token, err := access.NewToken(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	key, err := access.Bootstrap(token)
	if err != nil {
		return nil, nil, err
	}
	if _, err := s.db.CreateKey(ctx, key); err != nil {
		return nil, nil, err
	}
	handler, err := api.New(api.Deps{Keys: s.db, Audit: s.db, RunStore: s.db, Registry: prometheus.NewRegistry(),
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Random: rand.Reader})
	if err != nil {
		return nil, nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	download = func(run delivery.Run) (int64, error) {
		return countLines(ctx, fmt.Sprintf("http://%s/api/v1/runs/%s/deliveries.csv", listener.Addr(), run.ID), token)
	}
	return download, func() { _ = server.Close() }, nil
}

func countLines(ctx context.Context, url, token string) (lines int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, errors.New(resp.Status)
	}
	in := bufio.NewScanner(resp.Body)
	for in.Scan() {
		lines++
	}
	return lines, in.Err()
}

// copyLedger copies the run's rows out, as the database has them.
func (s *scene) copyLedger(ctx context.Context, run delivery.Run) (time.Duration, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	start := time.Now()
	sql := fmt.Sprintf(`copy (select * from deliveries where part = %d and run_id = %d order by recipient_id) to stdout`, run.Part, run.ID)
	_, err = conn.Conn().PgConn().CopyTo(ctx, io.Discard, sql)
	return time.Since(start), err
}
