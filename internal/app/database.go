package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/api"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/migrations"
	"github.com/linecast/linecast/postgres"
)

// connect opens the pool and waits until the database answers, saying so.
func connect(ctx context.Context, url string, log *slog.Logger) (*pgxpool.Pool, error) {
	if url == "" {
		return nil, errs.New("config.no_database")
	}
	pool, err := postgres.NewPool(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("reading LINECAST_DATABASE_URL: %w", err)
	}
	if err := whileAway(ctx, log, func() error {
		if err := pool.Ping(ctx); err != nil {
			return errs.New("database.unavailable").Because(err)
		}
		return nil
	}); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// whileAway runs do again, saying so, until the database is there for it. It
// may go away at any moment of a start.
func whileAway(ctx context.Context, log *slog.Logger, do func() error) error {
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := do()
		if !errs.Is(err, "database.unavailable") {
			return err
		}
		log.Warn("waiting for the database", "error", err, "again_in", pause)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// prepareSchema migrates, or refuses a schema that is not this binary's.
func prepareSchema(ctx context.Context, pool *pgxpool.Pool, o Options) error {
	if o.Migrate {
		applied, err := migrations.Up(ctx, pool)
		if err != nil {
			return err
		}
		for _, m := range applied {
			o.Log.Info("migrated", "migration", m.String())
		}
	}
	return migrations.Check(ctx, pool)
}

// readiness is what /readyz looks at.
type readiness struct {
	pool *pgxpool.Pool
}

// Ready implements api.Readiness.
func (r readiness) Ready(ctx context.Context) []api.Check {
	database := api.Check{Name: "database", OK: r.pool.Ping(ctx) == nil}
	if !database.OK {
		database.Detail = "PostgreSQL does not answer"
		return []api.Check{database}
	}
	schema := api.Check{Name: "migrations", OK: true}
	if err := migrations.Check(ctx, r.pool); err != nil {
		schema.OK, schema.Detail = false, errs.From(err).Detail
	}
	return []api.Check{database, schema, r.queue(ctx)}
}

// queueStuck is how long a batch may be due before somebody should look.
const queueStuck = 2 * time.Minute

// queue asks whether jobs that are due are being taken.
func (r readiness) queue(ctx context.Context) api.Check {
	var age float64
	const sql = `select coalesce(extract(epoch from now() - min(scheduled_at)), 0)::float8 from river.river_job where state = 'available'`
	if err := r.pool.QueryRow(ctx, sql).Scan(&age); err != nil {
		return api.Check{Name: "queue", Detail: "the queue cannot be read"}
	}
	waited := time.Duration(age * float64(time.Second)).Truncate(time.Second)
	if waited > queueStuck {
		return api.Check{Name: "queue", Detail: fmt.Sprintf("a job has been due for %s: is a worker running?", waited)}
	}
	return api.Check{Name: "queue", OK: true}
}
