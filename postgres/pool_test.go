package postgres_test

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
)

// TestNewPool: every session is one that the server gives up when its process
// has gone away inside a transaction.
func TestNewPool(t *testing.T) {
	t.Parallel()
	pool, err := postgres.NewPool(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var timeout string
	if err := pool.QueryRow(t.Context(), `select current_setting('idle_in_transaction_session_timeout')`).Scan(&timeout); err != nil || timeout != "5s" {
		t.Errorf("idle in transaction for at most %q, %v", timeout, err)
	}
	if _, err := postgres.NewPool(t.Context(), "postgres://%zz"); err == nil {
		t.Error("a url that cannot be read was taken")
	}
}

// TestEndSleepers: a worker that is suspended while it records outcomes loses
// its session, and others can record.
func TestEndSleepers(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pool, err := postgres.NewPool(t.Context(), url)
	pool = ok(t, pool, err)
	defer pool.Close()
	f := newFixture(t, pool)
	f.exec(`create table deliveries_asleep (n int)`)
	conn, err := pgx.Connect(t.Context(), url)
	conn = ok(t, conn, err)
	data, hold := io.Pipe()
	defer hold.Close()
	copied := make(chan error, 1)
	go func() {
		_, err := conn.PgConn().CopyFrom(t.Context(), data, `copy "deliveries_asleep" ("n") from stdin`)
		copied <- err
	}()
	sessions := func(of string) (n int) {
		err := pool.QueryRow(t.Context(), `select count(*) from pg_stat_activity where pid = $1 and `+of, conn.PgConn().PID()).Scan(&n)
		return ok(t, n, err)
	}
	for sessions(`wait_event = 'ClientRead' and state = 'active'`) == 0 { // until the COPY has begun
	}
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{{time.Hour, 0}, {0, 1}} {
		if n := val(f.db.EndSleepers(f.ctx, tt.after))(t); n != tt.want {
			t.Errorf("after %s: %d sessions ended, want %d", tt.after, n, tt.want)
		}
	}
	for sessions(`true`) > 0 {
	}
	_ = hold.Close()
	if pg, ok := errors.AsType[*pgconn.PgError](<-copied); !ok || pg.Code != "57P01" {
		t.Errorf("the copy ended with %v", pg)
	}
}
