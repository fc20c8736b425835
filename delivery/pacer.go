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
// them would push more requests into a second than the rate allows. Half of the
// hundredth of a channel's rate that is not lent pays for it.
const maxLate = 5 * time.Millisecond

// A slice is sliceTime long, or four times what leasing it takes, so that most
// of it can be used, but no more than maxSlice slots: whose lease comes late uses
// them beside those of others.
const (
	sliceTime = 25 * time.Millisecond
	maxSlice  = 50
)

// Pacer spaces one process's requests to one budget. It is safe for concurrent
// use; a nil Pacer never waits.
type Pacer struct {
	lender    Lender
	perSecond int

	mu       sync.Mutex
	leasing  time.Duration // how long the last lease took
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
// others that borrow from lender.
func NewPacer(lender Lender, perSecond int) *Pacer {
	return &Pacer{lender: lender, perSecond: perSecond, asking: make(chan struct{}, 1)}
}

// size is how many slots to lease at once; the lock is held.
func (p *Pacer) size() int {
	long := max(sliceTime, 4*p.leasing)
	return max(1, min(maxSlice, int(long*time.Duration(p.perSecond)/time.Second)))
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
		switch none, low := p.left(); {
		case none:
			if err := p.refill(ctx); err != nil {
				return err
			}
		case low:
			p.refillAhead(ctx)
		}
		if at := p.take(); !at.IsZero() {
			return sleepUntil(ctx, at)
		}
	}
}

// left reports whether there is no slot, or few for those that are expected.
func (p *Pacer) left() (none, low bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now.left+p.next.left == 0, p.next.left == 0 && p.now.left <= p.size()/2 && p.expected > p.now.left
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

// refill leases the next slice, or waits for whoever does.
func (p *Pacer) refill(ctx context.Context) error {
	select {
	case p.asking <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	wait, err := p.lease(ctx)
	<-p.asking
	if err != nil || wait == 0 {
		return err
	}
	return sleepUntil(ctx, time.Now().Add(wait))
}

// leaseLimit bounds a lease that nobody waits for.
const leaseLimit = 5 * time.Second

// refillAhead leases the next slice while the present one is used, and ends by
// itself. Whoever finds no slot then asks again, and learns what was wrong.
func (p *Pacer) refillAhead(ctx context.Context) {
	select {
	case p.asking <- struct{}{}:
	default:
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseLimit)
	go func() {
		defer cancel()
		_, _ = p.lease(ctx)
		<-p.asking
	}()
}

// lease borrows a slice when there is none ready. wait above 0 says that the
// budget is promised too far ahead, and when to ask again.
func (p *Pacer) lease(ctx context.Context) (wait time.Duration, err error) {
	n := p.needs()
	if n == 0 {
		return 0, nil
	}
	asked := time.Now()
	grant, err := p.lender.Lend(ctx, n)
	if err != nil || grant.N == 0 {
		return grant.Wait, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.leasing = now.Sub(asked)
	p.next = slice{at: now.Add(grant.Wait), step: grant.Step, left: grant.N}
	return 0, nil
}

// needs is how many slots to lease; 0 when a slice lies ready.
func (p *Pacer) needs() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next.left > 0 {
		return 0
	}
	return max(1, min(p.size(), p.expected-p.now.left))
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
