package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// readings shares one reading of a run's progress among all who look at it at
// the same time: counting a large run takes the database longer than showing
// it takes us, and a run is watched by a room full of people.
type readings struct {
	read func(context.Context, ref.Run) (delivery.Progress, error)
	keep time.Duration // how long a reading of an open run is shown again
	now  func() time.Time

	mu    sync.Mutex
	byRun map[ref.Run]*reading
}

// reading is one answer of the database, or the wait for it.
type reading struct {
	begun    time.Time
	done     chan struct{} // closed when the rest is known
	took     time.Duration
	progress delivery.Progress
	err      error
}

// errBroken is what others get when the one who reads panics.
var errBroken = errors.New("the reading of the run's progress broke off")

const (
	// calm is how many times as long as it took a reading is shown again, at
	// least: a run of a million recipients takes a quarter of a second to
	// count, and watching it must not slow its sending.
	calm        = 4
	readLimit   = 20 * time.Second // for one reading
	maxReadings = 500              // runs kept
)

// newReadings shares each reading for half a tick, so that a page that asks
// every tick always gets a new one.
func newReadings(read func(context.Context, ref.Run) (delivery.Progress, error), tick time.Duration, now func() time.Time) *readings {
	return &readings{read: read, keep: tick / 2, now: now, byRun: map[ref.Run]*reading{}}
}

// get is the run's progress, at most half a tick old, or older when it takes
// long to count. That of a run that has ended does not change and is kept.
func (rs *readings) get(ctx context.Context, id ref.Run) (delivery.Progress, error) {
	found, first := rs.join(id)
	if first {
		// Others may wait for this reading: the first one's leaving must not
		// end it.
		reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), readLimit)
		defer cancel()
		found.make(reading, rs, id)
	}
	select {
	case <-found.done:
		return found.progress, found.err
	case <-ctx.Done():
		return delivery.Progress{}, ctx.Err()
	}
}

// make asks the database. Whatever happens there, nobody waits for ever.
func (r *reading) make(ctx context.Context, rs *readings, id ref.Run) {
	defer close(r.done)
	r.err = errBroken
	r.progress, r.err = rs.read(ctx, id)
	r.took = rs.now().Sub(r.begun)
}

// join is the reading to wait for, and whether the caller has to make it.
func (rs *readings) join(id ref.Run) (_ *reading, first bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	now := rs.now()
	if have, ok := rs.byRun[id]; ok && !have.stale(now, rs.keep) {
		return have, false
	}
	if len(rs.byRun) >= maxReadings {
		clear(rs.byRun)
	}
	made := &reading{begun: now, done: make(chan struct{})}
	rs.byRun[id] = made
	return made, true
}

// stale reports whether somebody must read again.
func (r *reading) stale(now time.Time, keep time.Duration) bool {
	select {
	case <-r.done:
		return r.err != nil || !over(r.progress) && now.Sub(r.begun) >= max(keep, calm*r.took)
	default:
		return false
	}
}

// over reports whether nothing of a run will change any more. A cancelled run
// is not over before each recipient has its outcome.
func over(p delivery.Progress) bool { return p.State.Ended() && p.FinishedAt != nil }
