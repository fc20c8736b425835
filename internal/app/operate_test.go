package app_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/app"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/postgres"
)

var quiet = slog.New(slog.DiscardHandler)

func TestMigrateAndSchema(t *testing.T) {
	t.Parallel()
	c := settings(t, pgtest.Empty(t).Config().ConnString(), nil)
	s, err := app.Schema(t.Context(), c, quiet)
	if err != nil || s.Version != 0 || len(s.Pending) != s.Latest {
		t.Errorf("before: %+v, %v", s, err)
	}
	unused := func(*postgres.DB) error { return errors.New("it was run") }
	if err := app.WithDatabase(t.Context(), c, quiet, unused); !errs.Is(err, "schema.older") {
		t.Errorf("WithDatabase: %v", err)
	}
	applied, err := app.Migrate(t.Context(), c, quiet)
	if err != nil || len(applied) != s.Latest {
		t.Errorf("applied %v, %v", applied, err)
	}
	if s, err = app.Schema(t.Context(), c, quiet); err != nil || s.Version != s.Latest || s.River != s.RiverWant {
		t.Errorf("after: %+v, %v", s, err)
	}
	if err := app.WithDatabase(t.Context(), c, quiet, func(*postgres.DB) error { return nil }); err != nil {
		t.Errorf("WithDatabase: %v", err)
	}
}

// FreshDatabase drops what it made itself and nothing else.
func TestFreshDatabase(t *testing.T) {
	t.Parallel()
	ctx, server := t.Context(), pgtest.URL(t)
	const name = "linecast_fresh_test"
	conn := dial(t, server)
	drop := func() { _, _ = conn.Exec(context.WithoutCancel(ctx), `drop database if exists `+name+` with (force)`) }
	drop()
	defer drop()
	url, replaced, err := app.FreshDatabase(ctx, server, name)
	if err != nil || replaced {
		t.Fatalf("first: replaced %v, %v", replaced, err)
	}
	inside := dial(t, url)
	if _, err := inside.Exec(ctx, `create table things ()`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := app.FreshDatabase(ctx, server, name); !errs.Is(err, "demo.database") || !strings.Contains(err.Error(), "1 sessions") {
		t.Errorf("while it is used: %v", err)
	}
	if err := inside.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, replaced, err = app.FreshDatabase(ctx, server, name); err != nil || !replaced {
		t.Errorf("again: replaced %v, %v", replaced, err)
	}
	inside = dial(t, url)
	var tables int
	if err := inside.QueryRow(ctx, `select count(*) from pg_tables where tablename = 'things'`).Scan(&tables); err != nil || tables != 0 {
		t.Errorf("%d tables of the last one, %v", tables, err)
	}
	if err := inside.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, `comment on database `+name+` is null`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := app.FreshDatabase(ctx, server, name); !errs.Is(err, "demo.database") {
		t.Errorf("somebody else's: %v", err)
	}
}

func dial(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// diagnose is Doctor's report by name.
func diagnose(t *testing.T, database string, more map[string]string, now func() time.Time) map[string]app.Finding {
	t.Helper()
	found := map[string]app.Finding{}
	app.Doctor(t.Context(), settings(t, database, more), quiet, now, func(f app.Finding) { found[f.Name] = f })
	return found
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	line, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := line.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Stop(context.WithoutCancel(t.Context())) })
	reachable := map[string]string{"LINECAST_LINE_API_BASE": line.URL()}
	late := func() time.Time { return time.Now().Add(-time.Minute) }
	working := pgtest.URL(t)
	start(t, app.Options{Config: settings(t, working, reachable), Work: true})
	tests := []struct {
		name, database string
		environ        map[string]string
		now            func() time.Time
		want           map[string]string // status by name
		says           string
	}{
		{"a worker runs", working, reachable, time.Now, map[string]string{"master key": "ok", "LINE": "ok", "database": "ok", "migrations": "ok", "clock": "ok", "worker": "ok", "channels": "warn"}, "no channel is connected"},
		{"nobody works and the clock is off", pgtest.URL(t), reachable, late, map[string]string{"clock": "warn", "worker": "fail"}, "PostgreSQL's clock is 1m0"},
		{"an empty database", pgtest.Empty(t).Config().ConnString(), reachable, time.Now, map[string]string{"database": "ok", "migrations": "fail", "worker": ""}, "the schema is at version 0"},
		{"no LINE", pgtest.URL(t), map[string]string{"LINECAST_LINE_API_BASE": "http://127.0.0.1:1"}, time.Now, map[string]string{"LINE": "fail"}, "http://127.0.0.1:1 does not answer: dial tcp"},
		{"no database", "host=127.0.0.1 port=1 user=x dbname=x", reachable, time.Now, map[string]string{"LINE": "ok", "database": "fail", "migrations": ""}, "the database does not answer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found := diagnose(t, test.database, test.environ, test.now)
			said := ""
			for name, status := range test.want {
				if found[name].Status != status {
					t.Errorf("%s is %+v, want %s", name, found[name], status)
				}
			}
			for _, f := range found {
				if said += f.Detail + "\n"; f.Status != app.OK && f.Fix == "" {
					t.Errorf("no way out of %+v", f)
				}
			}
			if !strings.Contains(said, test.says) {
				t.Errorf("it does not say %q:\n%s", test.says, said)
			}
		})
	}
}
