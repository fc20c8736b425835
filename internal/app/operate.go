package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/internal/config"
	"github.com/linecast/linecast/migrations"
	"github.com/linecast/linecast/postgres"
)

// Migrate brings the schema of the database up to date and returns what it
// applied.
func Migrate(ctx context.Context, c config.Config, log *slog.Logger) ([]migrations.Migration, error) {
	pool, err := connect(ctx, c.DatabaseURL.Reveal(), log)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	return migrations.Up(ctx, pool)
}

// Schema says where the database's schema stands against this binary.
func Schema(ctx context.Context, c config.Config, log *slog.Logger) (migrations.State, error) {
	pool, err := connect(ctx, c.DatabaseURL.Reveal(), log)
	if err != nil {
		return migrations.State{}, err
	}
	defer pool.Close()
	return migrations.Status(ctx, pool)
}

// WithDatabase runs f on the migrated database, for what is done without a
// server: the first API key above all.
func WithDatabase(ctx context.Context, c config.Config, log *slog.Logger, f func(*postgres.DB) error) error {
	pool, err := connect(ctx, c.DatabaseURL.Reveal(), log)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := migrations.Check(ctx, pool); err != nil {
		return err
	}
	return f(postgres.New(pool))
}

// FreshDatabase makes the database called name anew on server and
// returns its own connection string; see postgres.FreshDatabase.
func FreshDatabase(ctx context.Context, server, name string) (fresh string, replaced bool, err error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", false, fmt.Errorf("connecting to make the database %s: %w", name, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if replaced, err = postgres.FreshDatabase(ctx, conn, name); err != nil {
		return "", false, err
	}
	fresh, err = withDatabase(server, name)
	return fresh, replaced, err
}

// withDatabase is a connection string with another database's name, whichever
// of the two forms it has.
func withDatabase(connection, name string) (string, error) {
	if _, err := pgxpool.ParseConfig(connection); err != nil {
		return "", fmt.Errorf("reading the connection string: %w", err)
	}
	u, err := url.Parse(connection)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return connection + " dbname=" + name, nil // of two, libpq's form takes the last
	}
	u.Path = "/" + name
	return u.String(), nil
}
