package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/internal/localpg"
	"github.com/linecast/linecast/ref"
)

// database is a private PostgreSQL that can be killed and started again.
type database struct {
	options localpg.Options
	server  *localpg.Server
}

func startDatabase(ctx context.Context, dir string) (d *database, err error) {
	d = &database{options: localpg.Options{Dir: filepath.Join(dir, "postgres"), Durable: true}}
	d.server, err = localpg.Start(ctx, d.options)
	return d, err
}

func (d *database) url() string { return d.server.URL() }

// crash kills the postmaster, waits, and starts the server again on the same
// directory and socket.
func (d *database) crash(ctx context.Context, down time.Duration) (err error) {
	d.server.Kill()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(down):
	}
	d.server, err = localpg.Start(ctx, d.options)
	return err
}

// frozen reads the audience of a run as its batches hold it: no route of the
// API lists people without an outcome.
func frozen(ctx context.Context, url string, run ref.Run) (people []string, err error) {
	const sql = `select coalesce(u.line_id, '') from batches b cross join unnest(b.recipients) r (id)
		left join users u on u.id = r.id where b.run_id = $1`
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("reading the audience: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, sql, run)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
