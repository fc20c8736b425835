package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
)

// Why a batch's gate closed.
var (
	errShuttingDown = errors.New("the process is stopping")
	errLeaseLost    = errors.New("another worker took the batch")
	errNotSending   = errors.New("the run is not sending")
)

// renewEvery is how often leases are renewed and the runs' states looked at:
// the longest a pause or cancel waits for this process.
const renewEvery = 300 * time.Millisecond

// leases keeps the batches of this process: it renews them all in one
// statement, and closes a batch's gate when the lease was lost, its run is not
// sending any more, or the process stops.
type leases struct {
	db  *postgres.DB
	log *slog.Logger

	mu   sync.Mutex
	held map[postgres.Held]*lease
	shut bool

	stop context.CancelFunc
	done chan struct{}
}

// lease is a batch that is this process's to send.
type lease struct {
	postgres.Held
	batch delivery.Batch
	gate  context.Context // open while requests may be begun

	closeGate context.CancelCauseFunc
	until     atomic.Pointer[time.Time]

	mu     sync.Mutex
	wanted int           // places that requests have come to
	reach  int           // places that the database knows may be asked
	grown  chan struct{} // closed when reach grows
}

// within returns when the recipient at place may be asked: the database knows
// that he may have been, in case this process does not live to say.
func (l *lease) within(gate context.Context, place int) error {
	for {
		grown, ok := l.reaches(place)
		if ok {
			return nil
		}
		select {
		case <-grown:
		case <-gate.Done():
			return context.Cause(gate)
		}
	}
}

func (l *lease) reaches(place int) (grown chan struct{}, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanted = max(l.wanted, place+1)
	return l.grown, place < l.reach
}

// next is how far the lease should reach from its next renewal on: nowhere, as
// long as it is not known who gets nothing.
func (l *lease) next() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reach == 0 {
		return 0
	}
	return max(l.reach, l.wanted+l.batch.Ahead)
}

// grow notes that the lease reaches so far.
func (l *lease) grow(reach int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if reach > l.reach {
		l.reach = reach
		close(l.grown)
		l.grown = make(chan struct{})
	}
}

// leaseMargin is what a lease is shorter here than in the database: the time a
// request needs from being allowed to being on the wire.
const leaseMargin = 500 * time.Millisecond

// valid reports whether the lease still holds by this process's own clocks, so
// that one that was stopped, or cut off from the database, begins nothing when
// it wakes. The monotonic clock stands still while a machine sleeps and the
// wall clock may be set back; both have to agree.
func (l *lease) valid() bool {
	now, until := time.Now(), *l.until.Load()
	return now.Before(until) && now.Round(0).Before(until.Round(0))
}

// renewed notes that the lease was asked for at asked, and granted.
func (l *lease) renewed(asked time.Time) {
	until := asked.Add(postgres.Lease - leaseMargin)
	l.until.Store(&until)
}

func newLeases(db *postgres.DB, log *slog.Logger) *leases {
	return &leases{db: db, log: log, held: map[postgres.Held]*lease{}}
}

// Start begins to renew.
func (l *leases) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	l.stop, l.done = cancel, make(chan struct{})
	go l.run(ctx)
}

// Stop ends renewing. It waits, and may be called twice or before Start.
func (l *leases) Stop() {
	if l.stop == nil {
		return
	}
	l.stop()
	<-l.done
}

// Shut closes all gates, present and coming.
func (l *leases) Shut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shut = true
	for _, held := range l.held {
		held.closeGate(errShuttingDown)
	}
}

// Take leases a batch; nil when it cannot be had. Drop must be called when the
// batch was completed or released.
func (l *leases) Take(ctx context.Context, ref postgres.BatchRef) (*lease, error) {
	if l.isShut() {
		return nil, nil
	}
	made := &lease{Held: postgres.Held{BatchRef: ref, Owner: uuid.New()}, grown: make(chan struct{})}
	made.renewed(time.Now())
	batch, taken, err := l.db.TakeBatch(ctx, ref, made.Owner)
	if err != nil || !taken {
		return nil, err
	}
	made.batch = batch
	if batch.Plan != "" {
		made.reach = batch.Size
	}
	made.gate, made.closeGate = context.WithCancelCause(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[made.Held] = made
	if l.shut {
		made.closeGate(errShuttingDown)
	}
	return made, nil
}

// Drop forgets a batch.
func (l *leases) Drop(held *lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	held.closeGate(context.Canceled)
	delete(l.held, held.Held)
}

func (l *leases) isShut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shut
}

func (l *leases) run(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := l.renew(ctx)
		if err != nil && !failing && ctx.Err() == nil { // once, not three times a second
			l.log.Warn("leases not renewed", "error", err)
		}
		failing = err != nil
		l.closeInvalid()
	}
}

// renew keeps what is held and closes the gates of the rest.
func (l *leases) renew(ctx context.Context) error {
	held, reach := l.list()
	if len(held) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, postgres.Lease/2)
	defer cancel()
	asked := time.Now()
	states, err := l.db.RenewLeases(ctx, held, reach)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, h := range held {
		kept, still := l.held[h]
		state, ours := states[h]
		switch {
		case !still: // completed meanwhile
		case !ours:
			kept.closeGate(errLeaseLost)
		case state != delivery.Sending:
			kept.closeGate(errNotSending)
		default:
			kept.renewed(asked)
			kept.grow(reach[i])
		}
	}
	return nil
}

// list is what is held, and how far each lease should reach.
func (l *leases) list() (held []postgres.Held, reach []int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for h, lease := range l.held {
		held, reach = append(held, h), append(reach, lease.next())
	}
	return held, reach
}

// closeInvalid gives up what could not be renewed in time: whoever can reach
// the database may have taken it by now.
func (l *leases) closeInvalid() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, held := range l.held {
		if !held.valid() {
			held.closeGate(errLeaseLost)
		}
	}
}
