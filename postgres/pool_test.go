package postgres_test

import (
	"testing"

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
