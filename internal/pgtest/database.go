package pgtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/migrations"
)

const (
	namePrefix = "linecast_test_" // of databases; followed by the process's token

	// Advisory locks. The first is a class that each process's token goes
	// with; the second lets one process build the template.
	lockClass    int32 = 0x6c696e65
	lockTemplate int64 = 0x6c696e6574657374
)

// templateName names the migrated database that tests' databases are copies
// of. It changes with the schema, so that an old one is never taken.
func templateName() (string, error) {
	sum, err := migrations.Fingerprint()
	if err != nil {
		return "", err
	}
	return "linecast_template_" + sum[:12], nil
}

// createDatabase copies template. file_copy is the quicker strategy for small
// templates on a server that does not fsync: 10 ms against 20 to 40.
func (s *server) createDatabase(ctx context.Context, name, template string) error {
	_, err := s.admin.Exec(ctx, fmt.Sprintf(`create database %s template %s strategy file_copy`, quote(name), quote(template)))
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

func (s *server) dropDatabase(ctx context.Context, name string) error {
	if _, err := s.admin.Exec(ctx, fmt.Sprintf(`drop database if exists %s with (force)`, quote(name))); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// ensureTemplate builds the template unless it is there. It is built under
// another name and renamed, so one that exists is complete.
func (s *server) ensureTemplate(ctx context.Context) error {
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, lockTemplate); err != nil {
		return err
	}
	defer conn.Exec(ctx, `select pg_advisory_unlock($1)`, lockTemplate) //nolint:errcheck // closing unlocks too
	var exists bool
	err = conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, s.template).Scan(&exists)
	if err != nil || exists {
		return err
	}
	return s.buildTemplate(ctx)
}

func (s *server) buildTemplate(ctx context.Context) error {
	building := s.nextName()
	if err := s.createDatabase(ctx, building, "template1"); err != nil {
		return err
	}
	if err := migrate(ctx, s.databaseURL(building)); err != nil {
		return errors.Join(err, s.dropDatabase(ctx, building))
	}
	_, err := s.admin.Exec(ctx, fmt.Sprintf(`alter database %s rename to %s`, quote(building), quote(s.template)))
	return err
}

func migrate(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = migrations.Up(ctx, pool)
	return err
}

// sweep drops the databases of processes that have ended without doing so.
func (s *server) sweep(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, `select datname from pg_database where starts_with(datname, $1)`, namePrefix)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.sweepOne(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) sweepOne(ctx context.Context, name string) error {
	text, _, _ := strings.Cut(strings.TrimPrefix(name, namePrefix), "_")
	token, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return nil // not one of ours
	}
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	var dead bool
	if err := conn.QueryRow(ctx, `select pg_try_advisory_lock($1, $2)`, lockClass, int32(token)).Scan(&dead); err != nil || !dead {
		return err
	}
	defer conn.Exec(ctx, `select pg_advisory_unlock($1, $2)`, lockClass, int32(token)) //nolint:errcheck // closing unlocks too
	_, err = conn.Exec(ctx, fmt.Sprintf(`drop database if exists %s with (force)`, quote(name)))
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "3D000" { // another process was quicker
		return nil
	}
	return err
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
