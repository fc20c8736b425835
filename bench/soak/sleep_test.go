package main

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/bench/soak/checker"
)

// TestSleepingWorker suspends a worker for longer than it may hold a batch.
// Meanwhile another takes its batches over and ends one campaign, and the other
// campaign is cancelled. The worker wakes in the belief that nothing happened,
// must do no harm, and goes on working.
func TestSleepingWorker(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, 2, 600, map[string]int{"kept": 1000, "cancelled": 4000, "for the sleeper": 20})
	s.publish("kept", "cancelled")
	kept, cancelled := s.sendings[0], s.sendings[1]
	s.await("messages of both", patience, func(context.Context) (bool, error) {
		return s.count(`select count(distinct run_id) from batches where accepted > 0`) == 2, nil
	})
	sleeper := s.workers[0].child
	s.must(sleeper.signal(stopSignal))
	s.must(s.act(t.Context(), cancelled.id, "cancel"))
	cancelled.quiet = []checker.Span{{From: time.Now().Add(settleAfter)}}
	s.finished(patience, kept, cancelled)
	cancelled.wakes = []time.Time{time.Now()}
	s.must(sleeper.signal(continueSignal))
	s.must(s.workers[1].child.stop(stopWithin))
	s.workers = s.workers[:1]
	s.publish("for the sleeper")
	s.finished(patience, s.sendings...)
	r := s.check()
	if r.Rows[0].Accepted < 900 || r.Rows[1].Cancelled == 0 {
		t.Errorf("the test tested nothing: %+v", r.Rows)
	}
}

// TestSleepingInTransaction suspends a worker in the middle of a transaction,
// where it holds locks, as a machine that swaps or moves does. A person's
// cancel is answered all the same, and the other worker ends the run.
func TestSleepingInTransaction(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		before  uint64 // messages to wait for
		table   string // that the transaction wants next
		waiting string // in the statement with which it waits for it
	}{
		{"freezing an audience", 0, "batches", "insert into batches"},
		{"ending a batch", 20, "river.river_job", "river_job"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newTestStage(t, 2, 600, map[string]int{"all": 9000}) // 15 s, unless it is cancelled
			if test.before == 0 {
				release := s.lock(test.table)
				s.publish("all")
				s.suspendWaiting(test.waiting, release)
			} else {
				s.publish("all")
				s.received(test.before)
				s.suspendWaiting(test.waiting, s.lock(test.table))
			}
			asked := time.Now()
			s.must(s.act(t.Context(), s.sendings[0].id, "cancel"))
			if took := time.Since(asked); took > 10*time.Second {
				t.Errorf("cancel took %s", took)
			}
			s.finished(patience, s.sendings...)
		})
	}
}

// lock keeps everybody from writing to a table until release.
func (s *testStage) lock(table string) (release func()) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	s.must(err)
	_, err = conn.Exec(s.t.Context(), "set idle_in_transaction_session_timeout = 0; begin; lock table "+table+" in share mode")
	s.must(err)
	return func() { s.must(conn.Close(context.WithoutCancel(s.t.Context()))) }
}

// suspendWaiting suspends the worker that waits with a statement in a
// transaction that has written something, lets the statement have its lock, and
// returns when PostgreSQL waits for the worker. It looks for one that has waited
// a while: making room for the next batch gives up after two seconds, and would
// be gone when the lock is.
func (s *testStage) suspendWaiting(statement string, release func()) {
	s.t.Helper()
	holder := ""
	s.await("a worker that waits", patience, func(ctx context.Context) (bool, error) {
		holder = s.text(`select coalesce(min(application_name), '') from pg_stat_activity where datname = current_database()
			and application_name like 'worker-%' and wait_event_type = 'Lock' and query_start < now() - interval '3 s' and backend_xid is not null and query ilike '%' || $1 || '%'`, statement)
		return holder != "", nil
	})
	for _, w := range s.workers {
		if w.child.name == holder {
			s.must(w.child.signal(stopSignal))
		}
	}
	release()
	s.await("its transaction to stand still", patience, func(context.Context) (bool, error) {
		return s.text(`select count(*)::text from pg_stat_activity where datname = current_database() and application_name = $1
			and state = 'idle in transaction' and backend_xid is not null`, holder) != "0", nil
	})
}
