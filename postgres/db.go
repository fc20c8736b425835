// Package postgres owns every SQL statement of linecast and implements the
// stores that the packages above it declare.
//
// A method's statement, its arguments and its scan stand together on one
// screen; values are always arguments. The package refuses to decide anything:
// rules live in the domain packages, and what a row may become next is said by
// the UPDATE's own WHERE.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linecast/linecast/errs"
)

// Conn is what statements run on: a *pgxpool.Pool, or a pgx.Tx, so that every
// method can also be part of a larger transaction (and of a test that is
// rolled back).
type Conn interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
	Begin(ctx context.Context) (pgx.Tx, error)
}

var (
	_ Conn = (*pgxpool.Pool)(nil)
	_ Conn = (pgx.Tx)(nil)
)

// DB is the database. Its methods are safe for concurrent use when it was made
// on a pool, and not when it was made on a transaction.
type DB struct{ conn Conn }

// New makes a DB of a pool or a transaction.
func New(conn Conn) *DB { return &DB{conn: conn} }

// Conn is the pool or transaction the DB runs on, for River's InsertTx and
// other libraries that want one.
func (db *DB) Conn() Conn { return db.conn }

// maxTries bounds how often a transaction that lost a race is run again.
const maxTries = 5

// InTx runs f in a transaction and commits when f returns nil. Inside a
// transaction it is a savepoint. A serialization failure or deadlock runs f
// again, up to 5 times with jitter, so f must not have effects outside the
// transaction it is given.
func (db *DB) InTx(ctx context.Context, f func(tx pgx.Tx, db *DB) error) error {
	var err error
	for try := range maxTries {
		err = pgx.BeginFunc(ctx, db.conn, func(tx pgx.Tx) error { return f(tx, New(tx)) })
		_, nested := db.conn.(pgx.Tx)
		if !lostRace(err) || nested {
			return err
		}
		pause := time.Duration(rand.Int64N(int64(10*time.Millisecond) << try))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return err
}

// lostRace reports 40001 serialization_failure and 40P01 deadlock_detected.
func lostRace(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// violates reports whether err broke the named constraint or unique index.
func violates(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.ConstraintName == constraint
}

// wrap names the call an error came from, and turns "the database is away"
// into database.unavailable, its full disk into database.full. It is deferred as
// a function's first line:
//
//	defer wrap(&err, "User(%d)", id)
//
// Arguments go to logs: ids yes, attribute values and secrets never.
func wrap(err *error, format string, args ...any) {
	if *err == nil {
		return
	}
	*err = fmt.Errorf("postgres."+format+": %w", append(args, *err)...)
	switch pg, _ := errors.AsType[*pgconn.PgError](*err); {
	case pg != nil && pg.Code == diskFull:
		*err = errs.New("database.full").Because(*err)
	case away(*err):
		*err = errs.New("database.unavailable").Because(*err)
	}
}

const diskFull = "53100" // PostgreSQL's disk_full

// away reports errors that say nothing about the statement: PostgreSQL is
// down, starting, stopping or out of connections.
func away(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		class := pg.Code[:2]
		return class == "57" && pg.Code != "57014" || class == "08" || class == "53"
	}
	var connect *pgconn.ConnectError
	// Not net.Error: every system call's error is one, also that of a file.
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded)
}

// one scans exactly one row of rows into a T by column name; no row is
// pgx.ErrNoRows, which callers turn into their own not_found.
func one[T any](rows pgx.Rows, err error) (T, error) {
	if err != nil {
		var zero T
		return zero, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
}

// many scans every row of rows into a T by column name. It returns an empty
// slice, never nil, so that JSON shows [].
func many[T any](rows pgx.Rows, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	if list == nil {
		list = []T{}
	}
	return list, err
}

// Exclusive runs f in a transaction that no other process runs under the same
// name at the same time. When one does, f is not run and the error is nil: the
// work is being done.
func (db *DB) Exclusive(ctx context.Context, name string, f func(tx pgx.Tx, db *DB) error) (err error) {
	defer wrap(&err, "Exclusive(%s)", name)
	return db.InTx(ctx, func(tx pgx.Tx, db *DB) error {
		var ours bool
		if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock(hashtextextended($1, 0))`, name).Scan(&ours); err != nil || !ours {
			return err
		}
		return f(tx, db)
	})
}
