package pgtest_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linecast/linecast/internal/pgtest"
)

const addUser = `insert into users (user_id) values ($1)`

func countUsers(t *testing.T, q interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}) (n int) {
	t.Helper()
	if err := q.QueryRow(t.Context(), `select count(*) from users`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Tests in parallel write the same unique keys, in opposite orders, all before
// any of them goes on: on a database they share, each would wait for another
// for ever.
func TestTxIsAlone(t *testing.T) {
	t.Parallel()
	const tests = 4
	var all sync.WaitGroup
	all.Add(tests)
	t.Run("group", func(t *testing.T) {
		for i := range tests {
			tx := pgtest.Tx(t)
			go func() {
				defer all.Done()
				keys := []string{"a", "b"}
				for j := range keys {
					if _, err := tx.Exec(context.Background(), addUser, keys[(i+j)%2]); err != nil {
						t.Errorf("transaction %d: %v", i, err)
					}
				}
			}()
		}
		all.Wait()
	})
	if n := countUsers(t, pgtest.Tx(t)); n != 0 {
		t.Errorf("the next test finds %d users", n)
	}
}

func TestTxStartsClean(t *testing.T) {
	t.Parallel()
	leave := []struct {
		name, sql, check, want string
	}{
		{"a setting", `set statement_timeout = '7s'`, `select current_setting('statement_timeout')`, "0"},
		{"a lock", `select pg_advisory_lock(4711)`, `select count(*)::text from pg_locks where locktype = 'advisory' and objid = 4711`, "0"},
		{"a subscription", `listen news`, `select count(*)::text from pg_listening_channels()`, "0"},
		{"a failed statement", `select 1/0`, `select 'fine'`, "fine"},
		{"a table", `create table left_over (n int)`, `select coalesce(to_regclass('left_over')::text, 'none')`, "none"},
	}
	for _, test := range leave { // one after the other: the same connection serves them all
		t.Run(test.name, func(t *testing.T) {
			_, err := pgtest.Tx(t).Exec(t.Context(), test.sql)
			var pg *pgconn.PgError
			divided := errors.As(err, &pg) && pg.Code == "22012"
			if err != nil && !divided {
				t.Fatal(err)
			}
		})
		var got string
		if err := pgtest.Tx(t).QueryRow(t.Context(), test.check).Scan(&got); err != nil || got != test.want {
			t.Errorf("after %s: %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

// A test that breaks its connection must not hand it to the next.
func TestTxAfterABrokenConnection(t *testing.T) {
	t.Parallel()
	t.Run("break it", func(t *testing.T) {
		tx := pgtest.Tx(t)
		if err := tx.Conn().Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	if n := countUsers(t, pgtest.Tx(t)); n != 0 {
		t.Errorf("%d users", n)
	}
}

// Committing is what Pool is for. When a test does it all the same, the
// database must not come back to another test.
func TestTxThatCommittedIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("commit", func(t *testing.T) {
		tx := pgtest.Tx(t)
		if err := tx.QueryRow(t.Context(), `select current_database()`).Scan(&name); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), addUser, "stays"); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	for range 4 {
		var next string
		tx := pgtest.Tx(t)
		if err := tx.QueryRow(t.Context(), `select current_database()`).Scan(&next); err != nil || next == name {
			t.Errorf("got database %s, %v", next, err)
		}
	}
}

func TestPoolHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	one, other := pgtest.Pool(t), pgtest.Pool(t)
	if _, err := one.Exec(t.Context(), addUser, "a"); err != nil {
		t.Fatal(err)
	}
	if n := countUsers(t, one); n != 1 {
		t.Errorf("its own pool finds %d users", n)
	}
	if n := countUsers(t, other); n != 0 {
		t.Errorf("another pool finds %d users", n)
	}
}

func TestDatabasesAreDropped(t *testing.T) {
	t.Parallel()
	var name, url string
	t.Run("use one", func(t *testing.T) {
		url = pgtest.URL(t)
		if err := pgtest.Pool(t).QueryRow(t.Context(), `select current_database()`).Scan(&name); err != nil {
			t.Fatal(err)
		}
	})
	var left int
	err := pgtest.Tx(t).QueryRow(t.Context(), `select count(*) from pg_database where datname = $1`, name).Scan(&left)
	if err != nil || left != 0 {
		t.Errorf("%d databases named %s, %v", left, name, err)
	}
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Error("the database of URL is still there")
	}
}

func TestEmptyIsEmpty(t *testing.T) {
	t.Parallel()
	var n int
	err := pgtest.Empty(t).QueryRow(t.Context(), `select count(*) from pg_class where relnamespace = 'public'::regnamespace`).Scan(&n)
	if err != nil || n != 0 {
		t.Errorf("%d relations, %v", n, err)
	}
}

func BenchmarkTx(b *testing.B)   { each(b, func(tb testing.TB) { pgtest.Tx(tb) }) }
func BenchmarkPool(b *testing.B) { each(b, func(tb testing.TB) { pgtest.Pool(tb) }) }

// each measures f with its cleanup.
func each(b *testing.B, f func(testing.TB)) {
	f(b) // the server starts outside of the measurement
	for b.Loop() {
		c := &cleaner{TB: b}
		f(c)
		c.clean()
	}
}

type cleaner struct {
	testing.TB
	funcs []func()
}

func (c *cleaner) Cleanup(f func()) { c.funcs = append(c.funcs, f) }

func (c *cleaner) clean() {
	for _, f := range slices.Backward(c.funcs) {
		f()
	}
}
