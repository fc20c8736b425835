package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
)

// TestAway: what says nothing about the statement has a code of its own, by
// which callers wait and try again.
func TestAway(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"disk_full":            "database.full",
		"admin_shutdown":       "database.unavailable",
		"cannot_connect_now":   "database.unavailable",
		"too_many_connections": "database.unavailable",
		"query_canceled":       "internal.error",
		"division_by_zero":     "internal.error",
	}
	for condition, code := range tests {
		t.Run(condition, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, pgtest.Tx(t))
			f.exec(fmt.Sprintf(`create function pg_temp.fails() returns trigger language plpgsql as $$
				begin raise exception 'no' using errcode = '%s'; end $$`, condition))
			f.exec(`create trigger fails before update on api_keys for each statement execute function pg_temp.fails()`)
			if err := f.db.RevokeKey(f.ctx, 1, time.Now()); errs.From(err).Code != code {
				t.Errorf("%v, want %s", err, code)
			}
		})
	}
}
