package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
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
	held map[postgres.Held]context.CancelCauseFunc
	shut bool

	stop context.CancelFunc
	done chan struct{}
}

func newLeases(db *postgres.DB, log *slog.Logger) *leases {
	return &leases{db: db, log: log, held: map[postgres.Held]context.CancelCauseFunc{}}
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
	for _, shut := range l.held {
		shut(errShuttingDown)
	}
}

// Take leases a batch. Its gate is open while requests may be begun; Drop must
// be called when the batch was completed or released.
func (l *leases) Take(ctx context.Context, ref postgres.BatchRef) (_ postgres.Held, b delivery.Batch, gate context.Context, taken bool, err error) {
	h := postgres.Held{BatchRef: ref, Owner: uuid.New()}
	if l.isShut() {
		return h, b, nil, false, nil
	}
	b, taken, err = l.db.TakeBatch(ctx, ref, h.Owner)
	if err != nil || !taken {
		return h, b, nil, false, err
	}
	gate, closeGate := context.WithCancelCause(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[h] = closeGate
	if l.shut {
		closeGate(errShuttingDown)
	}
	return h, b, gate, true, nil
}

// Drop forgets a batch.
func (l *leases) Drop(h postgres.Held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if closeGate, ok := l.held[h]; ok {
		closeGate(context.Canceled)
		delete(l.held, h)
	}
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
	renewed := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch err := l.renew(ctx); {
		case err == nil:
			renewed = time.Now()
		case ctx.Err() != nil:
			return
		case time.Since(renewed) > postgres.Lease:
			// Whoever can reach the database may have taken the batches by now.
			l.log.Warn("leases not renewed in time", "error", err)
			l.closeAll(errLeaseLost)
		}
	}
}

// renew keeps what is held and closes the gates of the rest.
func (l *leases) renew(ctx context.Context) error {
	held := l.list()
	if len(held) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, postgres.Lease/2)
	defer cancel()
	states, err := l.db.RenewLeases(ctx, held)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range held {
		closeGate, still := l.held[h]
		state, ours := states[h]
		switch {
		case !still: // completed meanwhile
		case !ours:
			closeGate(errLeaseLost)
		case state != delivery.Sending:
			closeGate(errNotSending)
		}
	}
	return nil
}

func (l *leases) list() []postgres.Held {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := make([]postgres.Held, 0, len(l.held))
	for h := range l.held {
		held = append(held, h)
	}
	return held
}

func (l *leases) closeAll(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, closeGate := range l.held {
		closeGate(why)
	}
}
