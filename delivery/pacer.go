package delivery

import (
	"context"
	"sync"
	"time"
)

// Grant is a slice of a shared rate: n requests, the first after Wait, the
// others Step apart. Both are durations, so clocks of machines need not agree.
type Grant struct {
	N    int
	Wait time.Duration
	Step time.Duration
}

// Lender hands out slices of one budget that every process shares. It returns
// a Grant of N 0 when the budget is promised too far ahead; Wait then says
// when to ask again.
type Lender interface {
	Lend(ctx context.Context, n int) (Grant, error)
}

// maxLate is how late a slot may still be used. Later ones are let go: using
// them would push more requests into a second than the rate allows.
const maxLate = 3 * time.Millisecond

// Pacer spaces one process's requests to one budget. It is safe for concurrent
// use; a nil Pacer never waits.
type Pacer struct {
	lender Lender
	size   int

	mu       sync.Mutex
	now      slice
	next     slice         // leased ahead, so that nobody waits for the database
	expected int           // requests that were announced and have no slot yet
	asking   chan struct{} // holds one token while a caller leases
}

// slice is what is left of a Grant.
type slice struct {
	at   time.Time
	step time.Duration
	left int
}

// NewPacer paces at most perSecond requests of this process together with all
// others that borrow from lender. Slices are about 25 ms long.
func NewPacer(lender Lender, perSecond int) *Pacer {
	return &Pacer{lender: lender, size: max(1, min(50, perSecond/40)), asking: make(chan struct{}, 1)}
}

// Expect announces n requests that will come without a pause, or fewer when n
// is negative. No more slots are leased than are expected: what is leased and
// not used is lost to the other processes.
func (p *Pacer) Expect(n int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = max(0, p.expected+n)
}

// Wait returns when the caller may make one request. Its error is ctx's, or
// the lender's.
func (p *Pacer) Wait(ctx context.Context) error {
	if p == nil {
		return nil
	}
	for {
		// First lease, then take: a slot would pass while its taker leases.
		if none, low := p.left(); low {
			if err := p.refill(ctx, none); err != nil {
				return err
			}
		}
		if at := p.take(); !at.IsZero() {
			return sleepUntil(ctx, at)
		}
	}
}

// left reports whether slots should be leased, and whether there is none.
func (p *Pacer) left() (none, low bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	none = p.now.left+p.next.left == 0
	return none, none || p.next.left == 0 && p.now.left <= p.size/2 && p.expected > p.now.left
}

// take removes the next slot that can still be used, or gives the zero time.
func (p *Pacer) take() (at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for at = p.pop(); !at.IsZero() && time.Since(at) > maxLate; at = p.pop() {
	}
	if !at.IsZero() {
		p.expected = max(0, p.expected-1)
	}
	return at
}

// pop removes the next slot, or gives the zero time.
func (p *Pacer) pop() (at time.Time) {
	if p.now.left == 0 {
		p.now, p.next = p.next, slice{}
	}
	if p.now.left == 0 {
		return time.Time{}
	}
	at = p.now.at
	p.now.at = at.Add(p.now.step)
	p.now.left--
	return at
}

// refill leases the next slice. One caller asks; the others go on with what is
// left, or, when nothing is (must), wait for him.
func (p *Pacer) refill(ctx context.Context, must bool) error {
	if must {
		select {
		case p.asking <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	} else {
		select {
		case p.asking <- struct{}{}:
		default:
			return nil
		}
	}
	defer func() { <-p.asking }()
	n := p.needs()
	if n == 0 {
		return nil
	}
	grant, err := p.lender.Lend(ctx, n)
	if err != nil {
		return err
	}
	at := time.Now().Add(grant.Wait)
	if grant.N == 0 {
		if !must {
			return nil
		}
		return sleepUntil(ctx, at)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = slice{at: at, step: grant.Step, left: grant.N}
	return nil
}

// needs is how many slots to lease; 0 when a slice lies ready.
func (p *Pacer) needs() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next.left > 0 {
		return 0
	}
	return max(1, min(p.size, p.expected-p.now.left))
}

// sleepUntil waits on the monotonic clock.
func sleepUntil(ctx context.Context, at time.Time) error {
	wait := time.Until(at)
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
