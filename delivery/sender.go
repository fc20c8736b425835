package delivery

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
)

// Pusher makes one push request.
type Pusher interface {
	Push(ctx context.Context, body []byte, retryKey uuid.UUID) line.Answer
}

// Caller makes requests to LINE; line.Client is one.
type Caller interface {
	Pusher
	Multicast(ctx context.Context, body []byte, retryKey uuid.UUID) line.Answer
}

// Sender sends the requests of one batch: paced, with bounded concurrency,
// each until its outcome is known or it is better asked again later.
type Sender struct {
	Caller    Caller
	Push      *Pacer // the channel's budgets, nil without a limit
	Multicast *Pacer
	Cap       *Cap     // the campaign's own
	InFlight  int      // requests on the wire at once
	Streak    *Streak  // the run's consecutive refusals
	Silence   *Silence // the channel's unanswered requests
	Now       func() time.Time

	// Valid says whether a request may still be begun: the batch is ours. It is
	// asked right before each one, after every wait.
	Valid func() bool
	// Reach returns when the recipient at a place of the batch may be asked.
	Reach func(gate context.Context, place int) error
	// Slow is told of LINE's 429 and for how long LINE wants nothing; 0: it did not say.
	Slow func(ctx context.Context, r *Request, d time.Duration)
	// Begun is told once, when every request was begun: until the last answer,
	// or the last retry, others may use the rate. It may be nil.
	Begun func(ctx context.Context)
	// Split makes two requests of a refused multicast; bad is the place in To
	// that LINE named, or -1.
	Split func(ctx context.Context, r *Request, bad int) ([]*Request, error)
}

// Stop says why a Sender gave up before every request had its outcome.
type Stop int

// The reasons for stopping.
const (
	NotStopped     Stop = iota
	GateClosed          // paused, cancelled, lease lost, shutting down
	ChannelRefused      // 401 or 403: the token; nothing is marked failed
	QuotaExhausted      // 429 that speaks of the month
	Poisoned            // refused 20 times in a row with none accepted
	Unanswered          // 20 requests in a row without a clear answer: LINE is down, or the network
	TryLater            // some requests need a longer back-off than a job should hold
)

// Report is what Send leaves.
type Report struct {
	Open   []*Request // without an outcome
	Stop   Stop
	Detail string        // LINE's words for ChannelRefused, QuotaExhausted and Poisoned
	Rest   time.Duration // how long LINE wants not to be asked
}

// maxPasses bounds how often one job asks again; the batch then comes back
// later with the same retry keys.
const maxPasses = 4

// longRest is how long a job waits for LINE itself; for longer its batch comes
// back.
const longRest = 2 * time.Second

// Send makes requests and hands the outcomes of each to record, from several
// goroutines. When gate ends no request is begun any more and those on the
// wire are finished: an answer is worth more than a cancelled socket. ctx
// bounds the requests themselves.
func (s *Sender) Send(ctx, gate context.Context, requests []*Request, record func(...Outcome)) Report {
	gate, closeGate := context.WithCancel(gate)
	defer closeGate()
	p := &pass{Sender: s, record: record, closeGate: closeGate, begun: s.Begun}
	open := requests
	for n := range maxPasses {
		if n > 0 && sleepUntil(gate, time.Now().Add(jitter(max(p.rest, 200*time.Millisecond<<n)))) != nil {
			break
		}
		open = p.run(ctx, gate, open)
		if len(open) == 0 || p.stop != NotStopped || p.rest > longRest {
			break
		}
	}
	switch {
	case len(open) == 0 && p.stop == GateClosed:
		p.stop = NotStopped
	case len(open) > 0 && p.stop == NotStopped && gate.Err() != nil:
		p.stop = GateClosed
	case len(open) > 0 && p.stop == NotStopped:
		p.stop = TryLater
	}
	return Report{Open: open, Stop: p.stop, Detail: p.detail, Rest: p.rest}
}

// jitter is d give or take half of it, so that workers do not come back in step.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// pass is one walk over the requests that are still open.
type pass struct {
	*Sender
	record    func(...Outcome)
	closeGate context.CancelFunc
	begun     func(context.Context) // nil once it was told

	mu     sync.Mutex
	open   []*Request
	halves []*Request // of multicasts that were refused, to be sent at once
	stop   Stop
	detail string
	rest   time.Duration
}

func (p *pass) run(ctx, gate context.Context, requests []*Request) []*Request {
	p.open, p.rest = nil, 0
	for len(requests) > 0 {
		p.halves = nil
		p.wave(ctx, gate, requests)
		requests = p.halves
	}
	return p.open
}

func (p *pass) wave(ctx, gate context.Context, requests []*Request) {
	var flying sync.WaitGroup
	defer flying.Wait()
	slots := make(chan struct{}, max(1, p.InFlight))
	for len(requests) > 0 {
		n, err := p.Cap.Wait(gate, requests)
		if err != nil {
			p.leave(requests...)
			return
		}
		p.expect(requests[:n], 1)
		for i, r := range requests[:n] {
			if !p.admit(gate, slots, r) {
				p.expect(requests[i:n], -1)
				p.leave(requests[i:]...)
				return
			}
			flying.Go(func() {
				p.one(ctx, r)
				<-slots
			})
			if p.Silence.silent() { // this one finds out whether it is over
				flying.Wait()
			}
		}
		requests = requests[n:]
	}
	if begun := p.begun; begun != nil {
		p.begun = nil
		begun(ctx)
	}
}

// expect announces requests to their pacers, or takes that back.
func (p *pass) expect(requests []*Request, each int) {
	var groups int
	for _, r := range requests {
		if r.Group > 0 {
			groups++
		}
	}
	p.Multicast.Expect(each * groups)
	p.Push.Expect(each * (len(requests) - groups))
}

// admit waits for a free slot, for the lease to reach so far, and then for the
// channel's pacer, in that order, so that no token is held while nothing can be
// sent. Groups are within reach once their plan is stored.
func (p *pass) admit(gate context.Context, slots chan struct{}, r *Request) bool {
	select {
	case <-gate.Done():
		return false
	case slots <- struct{}{}:
	}
	if p.Reach(gate, r.To[0].Place) != nil {
		return false
	}
	pacer := p.Push
	if r.Group > 0 {
		pacer = p.Multicast
	}
	return pacer.Wait(gate) == nil && gate.Err() == nil
}

// one makes one request and does what its answer asks for.
func (p *pass) one(ctx context.Context, r *Request) {
	if !p.Valid() {
		p.leave(r)
		p.halt(GateClosed, "")
		return
	}
	r.attempts++
	if r.first.IsZero() {
		r.first = p.Now()
	}
	answer := p.call(ctx, r)
	verdict := line.Judge(answer)
	if p.Silence.note(verdict.Outcome) {
		p.halt(Unanswered, verdict.Detail)
	}
	if state, final := settle(verdict.Outcome); final {
		p.settled(ctx, r, answer, verdict, state)
		return
	}
	r.unclear = r.unclear || verdict.Outcome == line.Retry
	p.leave(r)
	switch verdict.Outcome {
	case line.ChannelRefused:
		p.halt(ChannelRefused, verdict.Detail)
	case line.QuotaExhausted:
		p.halt(QuotaExhausted, verdict.Detail)
	case line.RateLimited:
		rest := max(verdict.RetryAfter, time.Second)
		p.mu.Lock()
		p.rest = max(p.rest, rest)
		p.mu.Unlock()
		p.Slow(ctx, r, verdict.RetryAfter)
	}
}

func (p *pass) call(ctx context.Context, r *Request) line.Answer {
	if r.Group > 0 {
		return p.Caller.Multicast(ctx, r.Body, r.Key)
	}
	return p.Caller.Push(ctx, r.Body, r.Key)
}

// settled records what was decided. LINE refuses a multicast as a whole, also
// for one bad recipient, so that is taken apart until he is alone.
func (p *pass) settled(ctx context.Context, r *Request, a line.Answer, v line.Verdict, state State) {
	if p.Streak.note(state, v.Outcome) {
		p.halt(Poisoned, v.Detail)
	}
	if state == Rejected && len(r.To) > 1 {
		p.split(ctx, r, v.ToIndex)
		return
	}
	p.record(r.outcomes(a, state, v, p.Now())...)
}

func (p *pass) split(ctx context.Context, r *Request, bad int) {
	halves, err := p.Split(ctx, r, bad)
	if err != nil { // nothing was changed: the whole is asked again
		p.leave(r)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.halves = append(p.halves, halves...)
}

func (p *pass) leave(r ...*Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, r...)
}

// halt stops the batch; the first reason stays.
func (p *pass) halt(why Stop, detail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop == NotStopped {
		p.stop, p.detail = why, detail
	}
	p.closeGate()
}

// settle maps what an answer means to the recipient's final state; false when
// it has none yet and the same key is to be asked again.
func settle(o line.Outcome) (State, bool) {
	switch o {
	case line.Accepted:
		return Accepted, true
	case line.BadRecipient, line.BadMessage, line.Rejected:
		return Rejected, true
	}
	return 0, false
}
