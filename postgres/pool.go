package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sessionSQL makes the server let go of a client that went away without a word.
// A worker process that is stopped, or cut off, in the middle of a transaction
// would hold its row locks for hours otherwise. Our transactions never wait for
// anything but the database.
const sessionSQL = `
	set idle_in_transaction_session_timeout = '5s';
	set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`

// NewPool connects to url as every process of linecast does. It returns before
// the first connection is made. A wrong url is its only error.
func NewPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, sessionSQL)
		return err
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// EndSleepers ends the sessions of workers that have stood still for longer than
// after in the middle of a COPY of outcomes, and returns how many there were.
// Their locks would keep a batch from ever ending, and no time-out of the
// server covers the wait for a client's data within a statement. A COPY of a few
// hundred rows takes milliseconds; its worker asks again what it could not
// record.
func (db *DB) EndSleepers(ctx context.Context, after time.Duration) (n int, err error) {
	defer wrap(&err, "EndSleepers(%s)", after)
	const sql = `
		select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity
		where datname = current_database() and usename = current_user and state = 'active' and wait_event = 'ClientRead'
			and query like 'copy "deliveries\_%' and query_start < now() - $1::interval`
	err = db.conn.QueryRow(ctx, sql, after).Scan(&n)
	return n, err
}
