package migrations_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/migrations"
)

var update = flag.Bool("update", false, "write schema.sql")

func up(t *testing.T, pool *pgxpool.Pool) []migrations.Migration {
	t.Helper()
	applied, err := migrations.Up(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

func exec(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func versions(list []migrations.Migration) (v []int) {
	for _, m := range list {
		v = append(v, m.Version)
	}
	return v
}

func all(t *testing.T) []migrations.Migration {
	t.Helper()
	list, err := migrations.All()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The schema in one file, for readers and for reviews of what a migration
// changes.
func TestSchemaGolden(t *testing.T) {
	t.Parallel()
	got := dump(t, pgtest.Pool(t))
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("schema.sql is not what the migrations make; run: go test ./migrations -update\n(-file +database):\n%s", diff)
	}
}

// Each step down must undo exactly its step up, or an operator who goes back
// lands somewhere no version has ever been.
func TestEveryStepDownUndoesItsStepUp(t *testing.T) {
	t.Parallel()
	pool := pgtest.Empty(t)
	n := len(up(t, pool))
	full := dump(t, pool)
	for steps := 1; steps <= n; steps++ {
		reverted, err := migrations.Down(t.Context(), pool, steps)
		if err != nil {
			t.Fatalf("Down(%d): %v", steps, err)
		}
		if len(reverted) != steps || reverted[0].Version != n {
			t.Fatalf("Down(%d) reverted %v", steps, versions(reverted))
		}
		up(t, pool)
		if diff := cmp.Diff(full, dump(t, pool)); diff != "" {
			t.Fatalf("after Down(%d) and Up (-before +after):\n%s", steps, diff)
		}
	}
}

func TestDownToNothingLeavesNothing(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	reverted, err := migrations.Down(t.Context(), pool, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(all(t)); len(reverted) != want {
		t.Errorf("reverted %d migrations, want %d", len(reverted), want)
	}
	left := query(t, pool, `
		select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		 where n.nspname in ('public', 'river') and c.relkind in ('r', 'p', 'v', 'S') order by 1`,
		func(r row) string { return r[0] })
	if diff := cmp.Diff([]string{"public.schema_migrations"}, left); diff != "" {
		t.Errorf("left over (-want +got):\n%s", diff)
	}
	if again, err := migrations.Down(t.Context(), pool, 1); err != nil || len(again) != 0 {
		t.Errorf("Down on an empty database = %v, %v", again, err)
	}
}

func TestUpTwice(t *testing.T) {
	t.Parallel()
	pool := pgtest.Empty(t)
	if diff := cmp.Diff(versions(all(t)), versions(up(t, pool))); diff != "" {
		t.Errorf("the first Up (-want +got):\n%s", diff)
	}
	if again := up(t, pool); len(again) != 0 {
		t.Errorf("the second Up applied %v", versions(again))
	}
}

// Several processes start at once after an upgrade: each migration must be
// applied by exactly one of them and the others must wait for it.
func TestUpFromManyProcessesAtOnce(t *testing.T) {
	t.Parallel()
	base := pgtest.Empty(t)
	const processes = 4
	counts := make([]int, processes)
	group, ctx := errgroup.WithContext(t.Context())
	for i := range processes {
		pool, err := pgxpool.NewWithConfig(ctx, oneConnection(base))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		group.Go(func() error {
			applied, err := migrations.Up(ctx, pool)
			counts[i] = len(applied)
			if err == nil {
				err = migrations.Check(ctx, pool)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, n := range counts {
		sum += n
	}
	if want := len(all(t)); sum != want {
		t.Errorf("applied %v, %d in all, want %d", counts, sum, want)
	}
}

// oneConnection also shows that a pool of one is enough.
func oneConnection(pool *pgxpool.Pool) *pgxpool.Config {
	config := pool.Config().Copy()
	config.MaxConns = 1
	return config
}

func TestUpGivesUpWaitingWhenToldTo(t *testing.T) {
	t.Parallel()
	pool := pgtest.Empty(t)
	holder, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Release()
	if _, err := holder.Exec(t.Context(), `select pg_advisory_lock(x'6c696e6563617374'::bigint)`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	finished := make(chan error, 1)
	go func() {
		_, err := migrations.Up(ctx, pool)
		finished <- err
	}()
	waiting := `select exists (select from pg_locks where locktype = 'advisory' and not granted
		and database = (select oid from pg_database where datname = current_database()))`
	for yes := false; !yes; {
		if err := holder.QueryRow(t.Context(), waiting).Scan(&yes); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-finished; err == nil {
		t.Error("Up went on without the lock")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		damage string
		code   string
	}{
		{"as migrated", ``, ""},
		{"one missing", `delete from schema_migrations where version = (select max(version) from schema_migrations)`, "schema.older"},
		{"none", `drop table schema_migrations`, "schema.older"},
		{"one more", `insert into schema_migrations (version, name) select max(version) + 1, 'tomorrow' from schema_migrations`, "schema.newer"},
		{"another", `update schema_migrations set name = 'other' where version = 1`, "schema.diverged"},
		{"River older", `delete from river.river_migration where version = (select max(version) from river.river_migration)`, "schema.river"},
		{"River newer", `insert into river.river_migration (line, version) select 'main', max(version) + 1 from river.river_migration`, "schema.river"},
		{"River missing", `drop schema river cascade`, "schema.river"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.Pool(t)
			exec(t, pool, test.damage)
			err := migrations.Check(t.Context(), pool)
			if test.code == "" && err != nil || test.code != "" && !errs.Is(err, test.code) {
				t.Errorf("Check = %v, want %q", err, test.code)
			}
		})
	}
}

// An old binary must not touch what a newer one made.
func TestOldBinaryRefusesANewerSchema(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	exec(t, pool, `insert into schema_migrations (version, name) select max(version) + 1, 'tomorrow' from schema_migrations`)
	before := dump(t, pool)
	if _, err := migrations.Up(t.Context(), pool); !errs.Is(err, "schema.newer") {
		t.Errorf("Up = %v, want schema.newer", err)
	}
	if _, err := migrations.Down(t.Context(), pool, 1); !errs.Is(err, "schema.newer") {
		t.Errorf("Down = %v, want schema.newer", err)
	}
	if diff := cmp.Diff(before, dump(t, pool)); diff != "" {
		t.Errorf("the schema changed (-before +after):\n%s", diff)
	}
}

func TestUpRefusesANewerRiver(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	exec(t, pool, `insert into river.river_migration (line, version) select 'main', max(version) + 1 from river.river_migration`)
	if _, err := migrations.Up(t.Context(), pool); !errs.Is(err, "schema.river") {
		t.Errorf("Up = %v, want schema.river", err)
	}
}

// A migration that fails in the middle of its file leaves nothing of itself
// and everything before it, and Up goes on from there.
func TestAFailedMigrationLeavesTheOnesBeforeIt(t *testing.T) {
	t.Parallel()
	pool := pgtest.Empty(t)
	exec(t, pool, `create table campaigns (in_the_way int)`) // 0003 makes segments first, then campaigns
	applied, err := migrations.Up(t.Context(), pool)
	if err == nil {
		t.Fatal("Up made a table that was there")
	}
	if diff := cmp.Diff([]int{1, 2}, versions(applied)); diff != "" {
		t.Errorf("applied before the failure (-want +got):\n%s", diff)
	}
	if left := query(t, pool, `select to_regclass('segments')::text is not null`, func(r row) string { return r[0] }); left[0] != "false" {
		t.Error("the failed migration left its first table")
	}
	exec(t, pool, `drop table campaigns`)
	up(t, pool)
	if err := migrations.Check(t.Context(), pool); err != nil {
		t.Error(err)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	pool := pgtest.Empty(t)
	empty, err := migrations.Status(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(all(t)); empty.Version != 0 || empty.Latest != n || len(empty.Pending) != n || empty.River != 0 || empty.RiverWant == 0 {
		t.Errorf("on an empty database: %+v", empty)
	}
	up(t, pool)
	full, err := migrations.Status(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	if full.Version != full.Latest || len(full.Pending) != 0 || full.River != full.RiverWant {
		t.Errorf("on a migrated database: %+v", full)
	}
	for _, m := range full.Applied {
		if m.AppliedAt.IsZero() {
			t.Errorf("%s has no time", m)
		}
	}
}
