package migrations

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/errs"
)

// querier is what reading needs: a pool or a connection.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// State is where a database stands against this binary.
type State struct {
	Version   int         // our highest applied migration; 0 for an empty database
	Latest    int         // the highest this binary knows
	Applied   []Migration // with AppliedAt, lowest first
	Pending   []Migration // lowest first
	River     int         // the version of River's tables; 0 when there are none
	RiverWant int         // the version this binary's River needs
}

// Status reads where the database stands. It changes nothing and works on
// an empty database.
func Status(ctx context.Context, pool *pgxpool.Pool) (State, error) {
	known, err := All()
	if err != nil {
		return State{}, err
	}
	s := State{Latest: len(known)}
	if s.Applied, err = read(ctx, pool); err != nil {
		return State{}, err
	}
	s.Version = len(s.Applied)
	s.Pending = known[min(s.Version, len(known)):]
	if s.River, s.RiverWant, err = riverVersions(ctx, pool); err != nil {
		return State{}, fmt.Errorf("migrations: read River's version: %w", err)
	}
	return s, nil
}

// Check returns nil when the database has exactly the migrations this binary
// was built with. Otherwise it is schema.older, schema.newer, schema.diverged,
// or schema.river for River's tables. serve and worker refuse to start on it,
// and /readyz asks it.
func Check(ctx context.Context, pool *pgxpool.Pool) error {
	known, err := All()
	if err != nil {
		return err
	}
	s, err := Status(ctx, pool)
	if err != nil {
		return err
	}
	if err := agree(s.Applied, known); err != nil {
		return err
	}
	switch {
	case s.Version < s.Latest:
		return errs.New("schema.older", s.Version, s.Latest)
	case s.River != s.RiverWant:
		return errs.New("schema.river", s.River, s.RiverWant)
	}
	return nil
}

// history makes sure our table exists and reads it.
func history(ctx context.Context, conn *pgx.Conn) ([]Migration, error) {
	_, err := conn.Exec(ctx, `
		create table if not exists schema_migrations (
		    version    int primary key,
		    name       text not null,
		    applied_at timestamptz not null default now()
		)`)
	if err != nil {
		return nil, fmt.Errorf("migrations: create schema_migrations: %w", err)
	}
	return read(ctx, conn)
}

// read lists what is applied; no table means nothing is.
func read(ctx context.Context, q querier) ([]Migration, error) {
	var exists bool
	if err := q.QueryRow(ctx, `select to_regclass('schema_migrations') is not null`).Scan(&exists); err != nil {
		return nil, fmt.Errorf("migrations: look for schema_migrations: %w", err)
	}
	if !exists {
		return nil, nil
	}
	rows, err := q.Query(ctx, `select version, name, applied_at from schema_migrations order by version`)
	if err != nil {
		return nil, fmt.Errorf("migrations: read schema_migrations: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Migration, err error) {
		return m, row.Scan(&m.Version, &m.Name, &m.AppliedAt)
	})
	if err != nil {
		return nil, fmt.Errorf("migrations: read schema_migrations: %w", err)
	}
	return list, nil
}

// agree refuses a database whose history is not the beginning of ours.
func agree(have, known []Migration) error {
	for i, m := range have {
		if i == len(known) {
			return errs.New("schema.newer", have[len(have)-1].Version, len(known))
		}
		if m.Version != known[i].Version || m.Name != known[i].Name {
			return errs.New("schema.diverged", m.String(), known[i].String())
		}
	}
	return nil
}
