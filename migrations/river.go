package migrations

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/linecast/linecast/errs"
)

// RiverSchema is the schema that holds River's tables: they have their own
// names and their own versions, and stay out of ours.
const RiverSchema = "river"

// river makes River's migrator. Its driver has no pool: everything runs on the
// one connection that holds our lock.
func river() (*rivermigrate.Migrator[pgx.Tx], error) {
	quiet := slog.New(slog.DiscardHandler) // we return what it did; it need not log it too
	m, err := rivermigrate.New(riverpgxv5.New(nil), &rivermigrate.Config{Schema: RiverSchema, Logger: quiet})
	if err != nil {
		return nil, fmt.Errorf("migrations: prepare River's: %w", err)
	}
	return m, nil
}

// riverUp applies River's migrations one transaction at a time: a later one
// uses an enum value that an earlier one adds, which PostgreSQL allows only
// after a commit.
func riverUp(ctx context.Context, conn *pgx.Conn) error {
	m, err := river()
	if err != nil {
		return err
	}
	have, need, err := riverVersions(ctx, conn)
	switch {
	case err != nil:
		return fmt.Errorf("migrations: read River's version: %w", err)
	case have > need:
		return errs.New("schema.river", have, need)
	}
	if _, err := conn.Exec(ctx, `create schema if not exists `+RiverSchema); err != nil {
		return fmt.Errorf("migrations: create schema %s: %w", RiverSchema, err)
	}
	for done := false; !done && err == nil; {
		err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			//nolint:staticcheck // deprecated because steps must not share a transaction: these do not
			result, err := m.MigrateTx(ctx, tx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{MaxSteps: 1})
			done = err == nil && len(result.Versions) == 0
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("migrations: apply River's: %w", err)
	}
	return nil
}

// riverDown removes all of River. We made the schema for it alone, so dropping
// it is the whole of going down.
func riverDown(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, `drop schema if exists `+RiverSchema+` cascade`); err != nil {
		return fmt.Errorf("migrations: drop schema %s: %w", RiverSchema, err)
	}
	return nil
}

// riverVersions reads River's version in the database and the one this binary
// needs.
func riverVersions(ctx context.Context, q querier) (have, need int, err error) {
	m, err := river()
	if err != nil {
		return 0, 0, err
	}
	all := m.AllVersions()
	need = all[len(all)-1].Version
	var exists bool
	if err := q.QueryRow(ctx, `select to_regclass($1) is not null`, RiverSchema+".river_migration").Scan(&exists); err != nil || !exists {
		return 0, need, err
	}
	err = q.QueryRow(ctx, `select coalesce(max(version), 0) from `+RiverSchema+`.river_migration where line = 'main'`).Scan(&have)
	return have, need, err
}

// Fingerprint changes whenever the schema that Up makes may change: with the
// text of any migration, ours or River's. It keys caches of migrated
// databases.
func Fingerprint() (string, error) {
	known, err := All()
	if err != nil {
		return "", err
	}
	m, err := river()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, k := range known {
		fmt.Fprintf(sum, "%s\n%s\n", k, k.up)
	}
	for _, v := range m.AllVersions() {
		fmt.Fprintf(sum, "river %d\n%s\n", v.Version, v.SQLUp)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
