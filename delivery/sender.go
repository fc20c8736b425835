package delivery

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
)

// Pusher makes one push request; line.Client is one.
type Pusher interface {
	Push(ctx context.Context, body []byte, retryKey uuid.UUID) line.Answer
}

// Sender sends the messages of one batch: paced, with bounded concurrency,
// each until its outcome is known or it is better asked again later.
type Sender struct {
	Pusher   Pusher
	Pacers   []*Pacer // the channel's budget, and the campaign's own cap
	InFlight int      // requests on the wire at once
	Streak   *Streak  // the run's consecutive refusals
	Slow     func(ctx context.Context, d time.Duration)
	Now      func() time.Time
}

// Stop says why a Sender gave up before every message had its outcome.
type Stop int

// The reasons for stopping.
const (
	NotStopped     Stop = iota
	GateClosed          // paused, cancelled, lease lost, shutting down
	ChannelRefused      // 401 or 403: the token; nothing is marked failed
	QuotaExhausted      // 429 that speaks of the month
	Poisoned            // refused 20 times in a row with none accepted
	TryLater            // some messages need a longer back-off than a job should hold
)

// Report is what Send leaves.
type Report struct {
	Open   []*Message // without an outcome
	Stop   Stop
	Detail string // LINE's words for ChannelRefused, QuotaExhausted and Poisoned
}

// Certain reports that LINE took none of the open messages: each was refused
// or never asked. A retry of an uncertain one must fall into RetryWindow.
func (r Report) Certain() bool {
	return !slices.ContainsFunc(r.Open, func(m *Message) bool { return m.unclear })
}

// maxPasses bounds how often one job asks again; the batch then comes back
// later with the same retry keys.
const maxPasses = 4

// Send sends messages and hands each outcome to record, from several
// goroutines. When gate ends no request is begun any more and those on the
// wire are finished: an answer is worth more than a cancelled socket. ctx
// bounds the requests themselves.
func (s *Sender) Send(ctx, gate context.Context, messages []*Message, record func(Outcome)) Report {
	gate, closeGate := context.WithCancel(gate)
	defer closeGate()
	p := &pass{Sender: s, record: record, closeGate: closeGate}
	open := messages
	for n := range maxPasses {
		if n > 0 && sleepUntil(gate, time.Now().Add(jitter(200*time.Millisecond<<n))) != nil {
			break
		}
		open = p.run(ctx, gate, open)
		if len(open) == 0 || p.stop != NotStopped {
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
	return Report{Open: open, Stop: p.stop, Detail: p.detail}
}

// jitter is d give or take half of it, so that workers do not come back in step.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// pass is one walk over the messages that are still open.
type pass struct {
	*Sender
	record    func(Outcome)
	closeGate context.CancelFunc

	mu     sync.Mutex
	open   []*Message
	stop   Stop
	detail string
}

func (p *pass) run(ctx, gate context.Context, messages []*Message) []*Message {
	p.open = nil
	var flying sync.WaitGroup
	slots := make(chan struct{}, max(1, p.InFlight))
	for i, m := range messages {
		if !p.admit(gate, slots) {
			p.leave(messages[i:]...)
			break
		}
		flying.Go(func() {
			p.one(ctx, m)
			<-slots
		})
	}
	flying.Wait()
	return p.open
}

// admit waits for a free slot and then for the pacers, in that order, so that
// no token is held while nothing can be sent.
func (p *pass) admit(gate context.Context, slots chan struct{}) bool {
	select {
	case <-gate.Done():
		return false
	case slots <- struct{}{}:
	}
	for _, pacer := range p.Pacers {
		if pacer.Wait(gate) != nil {
			return false
		}
	}
	return gate.Err() == nil
}

// one makes one request and does what its answer asks for.
func (p *pass) one(ctx context.Context, m *Message) {
	m.attempts++
	if m.first.IsZero() {
		m.first = p.Now()
	}
	answer := p.Pusher.Push(ctx, m.Body, m.Key)
	verdict := line.Judge(answer)
	if state, final := settle(verdict.Outcome); final {
		p.record(m.outcome(answer, state, verdict, p.Now()))
		if p.Streak.note(state, verdict.Outcome) {
			p.halt(Poisoned, verdict.Detail)
		}
		return
	}
	m.unclear = m.unclear || verdict.Outcome == line.Retry
	p.leave(m)
	switch verdict.Outcome {
	case line.ChannelRefused:
		p.halt(ChannelRefused, verdict.Detail)
	case line.QuotaExhausted:
		p.halt(QuotaExhausted, verdict.Detail)
	case line.RateLimited:
		p.Slow(ctx, max(verdict.RetryAfter, time.Second))
	}
}

func (p *pass) leave(m ...*Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, m...)
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

// outcome is m's final word as answer gave it.
func (m *Message) outcome(a line.Answer, state State, v line.Verdict, now time.Time) Outcome {
	o := Outcome{
		Recipient: m.Recipient.ID, LineID: m.Recipient.LineID,
		State: state, HTTPStatus: a.Status, Attempts: m.attempts,
		RequestID: a.RequestID, AcceptedRequestID: a.AcceptedRequestID,
		BodyHash: m.Hash, FirstAttempt: m.first, Finished: now,
	}
	if len(a.MessageIDs) > 0 {
		o.MessageID = a.MessageIDs[0]
	}
	if state != Accepted {
		o.Reason, o.Detail = v.Reason, v.Detail
	}
	return o
}
