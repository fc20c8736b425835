package postgres_test

import (
	"testing"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
)

// TestDropLedgers removes what is old in whole partitions, keeps the counts,
// and leaves runs alone that are recent or open, and months that are not over.
func TestDropLedgers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	large := f.run(12_000)
	small := f.frozen(large.Channel, postgres.Audience{Max: 30})
	for _, run := range []delivery.Run{large, small} {
		open := val(f.db.OpenRecipients(f.ctx, run, 0, true))(t)
		if err := f.db.RecordOutcomes(f.ctx, run, 0, outcomes(open, delivery.Rejected)); err != nil {
			t.Fatal(err)
		}
	}
	before := val(f.db.RunProgress(f.ctx, large.ID))(t)
	drop := func(want int, when string) {
		t.Helper()
		if n := val(f.db.DropLedgers(f.ctx, time.Now().Add(-24*time.Hour)))(t); n != want {
			t.Errorf("%s: %d partitions dropped, want %d", when, n, want)
		}
	}
	drop(0, "while the runs are open")
	f.exec(`update runs set state = 'finished', finished_at = now(), checked_at = now(), reasons = '{"x": 100}'`)
	drop(0, "while they are recent")
	f.exec(`update runs set finished_at = now() - interval '100 days'`)
	drop(1, "when they are old and the small one's month is not over")
	drop(0, "again")
	after := val(f.db.RunProgress(f.ctx, large.ID))(t)
	if after.Counts != before.Counts || after.LedgerDroppedAt == nil || after.Reasons["x"] != 100 {
		t.Errorf("after: %+v %v", after.Counts, after.Reasons)
	}
	if rows := val(f.db.Deliveries(f.ctx, large, delivery.LedgerFilter{}, 0, 10))(t); len(rows) != 0 {
		t.Errorf("%d rows left", len(rows))
	}
	if rows := val(f.db.Deliveries(f.ctx, small, delivery.LedgerFilter{}, 0, 10))(t); len(rows) != 10 {
		t.Errorf("the small run has %d rows left", len(rows))
	}
}
