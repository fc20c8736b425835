package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/errs"
)

// Vitals is what an operator asks a database about itself.
type Vitals struct {
	Version string    // such as "15.18"
	Clock   time.Time // PostgreSQL's now
	// WorkerUntil is until when some worker has said that it leads the queue;
	// the zero time when none ever did. Workers renew it every few seconds.
	WorkerUntil time.Time
}

// Vitals reads the database's own state. The schema must be migrated.
func (db *DB) Vitals(ctx context.Context) (v Vitals, err error) {
	defer wrap(&err, "Vitals()")
	const sql = `
		select current_setting('server_version'), clock_timestamp(),
			coalesce((select max(expires_at) from river.river_leader), 'epoch')`
	err = db.conn.QueryRow(ctx, sql).Scan(&v.Version, &v.Clock, &v.WorkerUntil)
	return v, err
}

// madeByUs is the comment by which FreshDatabase knows what it may drop.
const madeByUs = "made by linecast demo; dropped at its next start"

// FreshDatabase makes an empty database called name on the server that conn is
// connected to, after dropping the one that it made before. Whatever else has
// that name stays and is demo.database, as is one in use.
func FreshDatabase(ctx context.Context, conn *pgx.Conn, name string) (replaced bool, err error) {
	defer wrap(&err, "FreshDatabase(%s)", name)
	const sql = `
		select coalesce(shobj_description(oid, 'pg_database'), '') = $2,
			(select count(*) from pg_stat_activity where datname = $1)
		from pg_database where datname = $1`
	var ours bool
	var sessions int
	switch err := conn.QueryRow(ctx, sql, name, madeByUs).Scan(&ours, &sessions); {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return false, err
	case !ours:
		return false, errs.New("demo.database", name, "it was not made by the demo")
	case sessions > 0:
		return false, errs.New("demo.database", name, fmt.Sprintf("%d sessions use it", sessions))
	default:
		replaced = true
	}
	quoted := pgx.Identifier{name}.Sanitize()
	for _, statement := range []string{
		`drop database if exists ` + quoted,
		`create database ` + quoted + ` template template0 encoding 'UTF8'`,
		`comment on database ` + quoted + ` is '` + madeByUs + `'`,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return false, err
		}
	}
	return replaced, nil
}
