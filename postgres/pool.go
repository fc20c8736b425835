package postgres

import (
	"context"

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
