package pgtest_test

import (
	"testing"

	"github.com/linecast/linecast/internal/pgtest"
)

func TestTx(t *testing.T) {
	t.Parallel()
	tx := pgtest.Tx(t)
	var n int
	if err := tx.QueryRow(t.Context(), `select count(*) from users`).Scan(&n); err != nil || n != 0 {
		t.Fatalf("users: %d, %v", n, err)
	}
}
