package postgres_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// TestBatchLease takes, renews, loses and takes back a batch.
func TestBatchLease(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t)) // now() must move between statements
	run := f.run(250)
	b := postgres.BatchRef{Run: run.ID, Seq: 1}
	one, two := postgres.Held{BatchRef: b, Owner: uuid.New()}, postgres.Held{BatchRef: b, Owner: uuid.New()}
	take := func(h postgres.Held) bool {
		t.Helper()
		got, taken, err := f.db.TakeBatch(f.ctx, h.BatchRef, h.Owner)
		if err != nil {
			t.Fatal(err)
		}
		if taken && (got.Owner != h.Owner || got.Size != 100) {
			t.Errorf("took %+v", got)
		}
		return taken
	}
	if !take(one) || take(two) {
		t.Fatal("a batch belongs to the first who takes it")
	}
	states := val(f.db.RenewLeases(f.ctx, []postgres.Held{one, two}, []int{1, 1}))(t)
	if diff := cmp.Diff(map[postgres.Held]delivery.RunState{one: delivery.Sending}, states); diff != "" {
		t.Errorf("renewed: -want +got\n%s", diff)
	}
	if gone := val(f.db.ReapBatches(f.ctx))(t); len(gone) != 0 {
		t.Errorf("reaped %v while the lease holds", gone)
	}
	f.exec(`update batches set lease_until = now() - interval '1 ms'`)
	if gone := val(f.db.ReapBatches(f.ctx))(t); len(gone) != 1 || gone[0] != b {
		t.Errorf("reaped %v, want the batch whose lease ran out", gone)
	}
	if !take(two) {
		t.Fatal("a reaped batch can be taken")
	}
	if states := val(f.db.RenewLeases(f.ctx, []postgres.Held{one}, []int{1}))(t); len(states) != 0 {
		t.Error("the old owner renewed a lease that it had lost")
	}
	if err := f.db.ReleaseBatch(f.ctx, one, postgres.Release{Queued: true, NotBefore: time.Now()}); err != nil || take(one) {
		t.Error("the old owner released a batch that it had lost")
	}
}

// TestBatchNotTaken: a batch stays where it is while its run or channel does
// not send, and while it backs off.
func TestBatchNotTaken(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"paused":    `update runs set state = 'paused'`,
		"halted":    `update runs set state = 'halted'`,
		"cancelled": `update runs set state = 'cancelled'`,
		"suspended": `update channels set state = 'suspended'`,
		"backs off": `update batches set not_before = now() + interval '1 minute'`,
		"done":      `update batches set state = 'done'`,
	}
	for name, sql := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, pgtest.Tx(t))
			run := f.run(10)
			queued := val(f.db.QueueBatches(f.ctx, run, 5))(t)
			f.exec(sql)
			if _, taken, err := f.db.TakeBatch(f.ctx, queued[0], uuid.New()); taken || err != nil {
				t.Fatalf("taken %v, %v", taken, err)
			}
			until, err := f.db.BatchWait(f.ctx, queued[0])
			if (until != nil) != (name == "backs off") || err != nil {
				t.Errorf("wait until %v, %v", until, err)
			}
		})
	}
}

// TestUnclear: who may have been asked without an answer, and since when,
// survives everything that can happen to a batch; the 20 hours of all others
// begin with their own first attempt.
func TestUnclear(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	run := f.run(10)
	b := postgres.BatchRef{Run: run.ID}
	open := val(f.db.OpenRecipients(f.ctx, run, 0, true))(t)
	var h postgres.Held
	take := func() delivery.Batch {
		t.Helper()
		h = postgres.Held{BatchRef: b, Owner: uuid.New()}
		got, taken, err := f.db.TakeBatch(f.ctx, b, h.Owner)
		if err != nil || !taken {
			t.Fatal(taken, err)
		}
		return got
	}
	release := func(r postgres.Release) {
		t.Helper()
		r.NotBefore = time.Now().Add(-time.Second)
		if err := f.db.ReleaseBatch(f.ctx, h, r); err != nil {
			t.Fatal(err)
		}
	}
	unclear := func() (n int) {
		for _, r := range val(f.db.OpenRecipients(f.ctx, run, 0, true))(t) {
			if r.Unclear {
				n++
			}
		}
		return n
	}
	first := take()
	if !first.FirstAttemptAt.Equal(first.TakenAt) || unclear() != 0 {
		t.Errorf("fresh: %+v, %d unclear", first, unclear())
	}
	release(postgres.Release{})
	second := take()
	if !second.FirstAttemptAt.Equal(second.TakenAt) || second.Rounds != 1 {
		t.Errorf("after a clear attempt: %+v", second)
	}
	release(postgres.Release{Unclear: []ref.User{open[3].ID}, Since: &second.TakenAt})
	third := take()
	if !third.FirstAttemptAt.Equal(second.TakenAt) || unclear() != 1 {
		t.Errorf("after an unclear attempt: %+v, %d unclear", third, unclear())
	}
	release(postgres.Release{Keep: true})
	fourth := take()
	if !fourth.FirstAttemptAt.Equal(second.TakenAt) || unclear() != 1 {
		t.Errorf("after an attempt that did not begin: %+v, %d unclear", fourth, unclear())
	}
	if err := f.db.ExpireUnclear(f.ctx, run, h, outcomes(open[3:4], delivery.Unknown)); err != nil {
		t.Fatal(err)
	}
	f.exec(`update batches set lease_until = now() - interval '1 s'`)
	if take(); unclear() != 0 {
		t.Errorf("%d unclear, and its worker died before anybody was to be asked", unclear())
	}
	if !val(f.db.OpenReach(f.ctx, h, 500))(t) {
		t.Error("a held batch was lost")
	}
	f.exec(`update batches set lease_until = now() - interval '1 s'`)
	if fifth := take(); !fifth.FirstAttemptAt.After(*second.FirstAttemptAt) || unclear() != 9 {
		t.Errorf("after its worker died: %+v, %d unclear of 9 open", fifth, unclear())
	}
	f.exec(`update batches set unclear = '{}', reach = 2`)
	val(f.db.RenewLeases(f.ctx, []postgres.Held{h}, []int{6}))(t)
	f.exec(`update batches set lease_until = now() - interval '1 s'`)
	if take(); unclear() != 5 { // the first six, of whom one has his outcome
		t.Errorf("%d unclear within a reach of 6", unclear())
	}
}

// TestRecordOutcomes counts each recipient once, whoever tells of it and how
// often.
func TestRecordOutcomes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	run := f.run(150)
	b := postgres.BatchRef{Run: run.ID, Seq: 0}
	if _, taken, err := f.db.TakeBatch(f.ctx, b, uuid.New()); !taken || err != nil {
		t.Fatal(taken, err)
	}
	open := val(f.db.OpenRecipients(f.ctx, run, 0, true))(t)
	if len(open) != 100 {
		t.Fatalf("%d open recipients", len(open))
	}
	record := func(o []delivery.Outcome) {
		t.Helper()
		if err := f.db.RecordOutcomes(f.ctx, run, 0, o); err != nil {
			t.Fatal(err)
		}
	}
	record(outcomes(open[:60], delivery.Accepted))
	record(outcomes(open[40:70], delivery.Rejected)) // 20 of them have their word already
	if done := val(f.db.CompleteBatch(f.ctx, b))(t); done {
		t.Error("completed with 30 recipients open")
	}
	if left := val(f.db.OpenRecipients(f.ctx, run, 0, true))(t); len(left) != 30 || left[0].ID != open[70].ID {
		t.Errorf("%d left", len(left))
	}
	conflict := outcomes(open[70:], delivery.Accepted)
	conflict[0].HTTPStatus = 409
	record(conflict)
	if done := val(f.db.CompleteBatch(f.ctx, b))(t); !done {
		t.Error("not completed")
	}
	p := val(f.db.RunProgress(f.ctx, run.ID))(t)
	if diff := cmp.Diff(delivery.Counts{Accepted: 90, Rejected: 10, Conflicts: 1}, p.Counts); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestOpenRecipients shows the recipients as they are now, not as they were
// when frozen.
func TestOpenRecipients(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	run := f.run(4)
	f.exec(`insert into friendships (channel_id, line_id, state, source, changed_at) select $1, line_id, 'blocked', 'webhook', now() from users where user_id = 'u1'`, run.Channel)
	f.exec(`delete from users where user_id = 'u2'`)
	f.exec(`update users set attributes = '{"name": "new"}' where user_id = 'u3'`)
	var got []string
	for _, r := range val(f.db.OpenRecipients(f.ctx, run, 0, true))(t) {
		got = append(got, string(r.Attributes))
		switch {
		case r.UserID == "u1" && !r.Blocked, r.UserID == "" && !r.Erased, r.UserID == "u4" && (r.Blocked || r.Erased):
			t.Errorf("%+v", r)
		}
	}
	if diff := cmp.Diff([]string{`{"name": "x"}`, `{}`, `{"name": "new"}`, `{"name": "x"}`}, got); diff != "" {
		t.Errorf("attributes: -want +got\n%s", diff)
	}
	for _, r := range val(f.db.OpenRecipients(f.ctx, run, 0, false))(t) {
		if string(r.Attributes) != `{}` {
			t.Errorf("attributes that nobody reads: %s", r.Attributes)
		}
	}
}
