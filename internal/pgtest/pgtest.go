// Package pgtest owns the databases that tests run on: real PostgreSQL, with
// linecast's schema, isolated from each other and safe in parallel.
//
//	tx := pgtest.Tx(t)     // a transaction that is rolled back: take this one
//	pool := pgtest.Pool(t) // a database of its own, for commits and several connections
//	url := pgtest.URL(t)   // the same for tests that start processes
//
// It refuses to skip: without PostgreSQL a test fails and says how to get one.
//
// LINECAST_TEST_DATABASE_URL names a server to use, with a role that may
// create databases. Otherwise every test process starts a private server (see
// internal/localpg), which ends with the process. Its data directory is a copy
// of one that holds the migrated template and is kept between runs, one for
// each version of PostgreSQL and of the schema, for a day after its last use.
// All of it lies in /dev/shm where that has room, else in the system's
// temporary directory. What a killed process leaves there, the next removes.
//
// Measured with PostgreSQL 15 on two cores that others used too, in /dev/shm:
// the first server of a schema after 1,200 to 1,500 ms, a process's server
// after that in 240 to 320 ms; a Tx with its rollback 0.1 ms, a Pool with its
// drop 21 ms.
//
// Call it outside a testing/synctest bubble: its connections are not part of
// the bubble. A test that looks for leaked goroutines should ignore those that
// run before it starts.
package pgtest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// poolSize is the most connections a test's Pool opens.
const poolSize = 10

// Tx returns a transaction on a migrated database and rolls it back when the
// test ends. No other test uses that database meanwhile, so tests in parallel
// never wait for each other's rows. Sequences do not roll back: ids differ
// from run to run. As any pgx.Tx it is for one goroutine at a time. A test that
// commits it all the same harms no other test; it only costs time.
func Tx(t testing.TB) pgx.Tx {
	t.Helper()
	ctx := context.Background()
	s := start(t)
	conn, err := s.takeConn(ctx)
	if err != nil {
		t.Fatalf("pgtest.Tx: %v", err)
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatalf("pgtest.Tx: begin: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := cleanupContext()
		defer cancel()
		// An error means that the test ended the transaction itself, perhaps by
		// a commit, or lost the connection.
		s.giveConn(ctx, conn, tx.Rollback(ctx) == nil)
	})
	return tx
}

// Pool returns a pool on a migrated database that no other test uses. The
// database is dropped when the test ends; goroutines that still hold a
// connection then make the test hang, which shows where they are.
func Pool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return pool(t, URL(t))
}

// Empty returns a pool on an empty database, for tests of the migrations.
func Empty(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return pool(t, create(t, start(t), "template1"))
}

// URL returns the connection string of a migrated database that no other test
// uses. It is dropped when the test ends, whoever is still connected.
func URL(t testing.TB) string {
	t.Helper()
	s := start(t)
	return create(t, s, s.template)
}

func create(t testing.TB, s *server, template string) string {
	t.Helper()
	ctx := context.Background()
	name := s.nextName()
	if err := s.createDatabase(ctx, name, template); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := cleanupContext()
		defer cancel()
		if err := s.dropDatabase(ctx, name); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return s.databaseURL(name)
}

func pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	config.MaxConns = poolSize
	p, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(p.Close)
	return p
}

// cleanupContext is for work after the test's own context has ended.
func cleanupContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func start(t testing.TB) *server {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("pgtest: no test database: %v\nwhat to do: %s", err, advice(err))
	}
	return s
}
