package postgres_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
)

// TestJudgeLacking: whichever batch is the last of the first ones to be looked
// at, its worker judges the run, nobody does so again, and only then the others
// have their turn.
func TestJudgeLacking(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	run := f.run(600) // in batches of 100
	queue := func() int { return len(val(f.db.QueueBatches(f.ctx, run, 10))(t)) }
	if n := queue(); n != 5 {
		t.Errorf("%d batches queued before the run is judged, want its first 5", n)
	}
	for _, seq := range []int{0, 3, 1, 2, 4} {
		b := postgres.BatchRef{Run: run.ID, Seq: seq}
		batch, taken, err := f.db.TakeBatch(f.ctx, b, uuid.New())
		if !taken || err != nil {
			t.Fatal(taken, err)
		}
		f.lack(run, seq, 10+seq)
		judge := func() (delivery.Lacking, bool) {
			l, judged, err := f.db.JudgeLacking(f.ctx, run)
			return ok(t, l, err), judged
		}
		if _, judged := judge(); judged {
			t.Fatalf("judged while batch %d had not been looked at", seq)
		}
		if kept := val(f.db.OpenReach(f.ctx, postgres.Held{BatchRef: b, Owner: batch.Owner}, 1))(t); !kept {
			t.Fatal("lost")
		}
		l, judged := judge()
		if judged != (seq == 4) || judged && (l.Of != 500 || l.Lack["name"] != 60) {
			t.Errorf("after batch %d: %v, %+v", seq, judged, l)
		}
		if _, again := judge(); again {
			t.Error("judged twice")
		}
	}
	if n := queue(); n != 1 {
		t.Errorf("%d batches queued afterwards, want the last", n)
	}
}

// lack records that n recipients of a batch lack name, and one is skipped for
// another reason.
func (f fixture) lack(run delivery.Run, seq, n int) {
	f.t.Helper()
	skipped := outcomes(val(f.db.OpenRecipients(f.ctx, run, seq, true))(f.t)[:n+1], delivery.Skipped)
	for i := range skipped {
		skipped[i].Reason, skipped[i].Detail = "missing_attribute", "name"
	}
	skipped[n].Reason, skipped[n].Detail = "not_send", ""
	if err := f.db.RecordOutcomes(f.ctx, run, seq, skipped); err != nil {
		f.t.Fatal(err)
	}
}
