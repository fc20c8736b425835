package delivery

import (
	"context"
	"time"
)

// Sink stores outcomes of one batch. It must be safe to give it the same
// outcome twice: the first one stays.
type Sink func(ctx context.Context, outcomes []Outcome) error

// How many outcomes are written at once, and how long one waits to be. A crash
// repeats at most this many requests, each answered 409.
const (
	flushSize  = 100
	flushEvery = 250 * time.Millisecond
)

// Recorder collects outcomes and writes them in bulk. When the sink fails it
// tries again until its context ends, and Add blocks meanwhile: what cannot be
// recorded must not be sent.
type Recorder struct {
	in   chan []Outcome
	done chan struct{}
	rest []Outcome
	err  error
}

// NewRecorder starts a recorder; Close must be called once.
func NewRecorder(ctx context.Context, sink Sink) *Recorder {
	r := &Recorder{in: make(chan []Outcome, 2*flushSize), done: make(chan struct{})}
	go r.run(ctx, sink)
	return r
}

// Add hands over the outcomes of one request; they are written together or not
// at all. It may be called from many goroutines.
func (r *Recorder) Add(o ...Outcome) { r.in <- o }

// Close waits for the collector and returns the outcomes that are not written
// yet, at most flushSize of them, so that the caller can write them in the
// transaction that ends the batch. The error is the sink's last one when the
// context ended before it recovered.
func (r *Recorder) Close() ([]Outcome, error) {
	close(r.in)
	<-r.done
	return r.rest, r.err
}

func (r *Recorder) run(ctx context.Context, sink Sink) {
	defer close(r.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	pending := make([]Outcome, 0, flushSize)
	for {
		select {
		case o, open := <-r.in:
			if !open {
				r.rest = pending
				return
			}
			pending = append(pending, o...)
			if len(pending) < flushSize {
				continue
			}
		case <-tick.C:
		}
		if len(pending) > 0 {
			r.flush(ctx, sink, pending)
			pending = pending[:0]
		}
	}
}

// flush writes until the sink takes it. It gives up when ctx ends: the
// outcomes are then asked again, with the same retry keys.
func (r *Recorder) flush(ctx context.Context, sink Sink, outcomes []Outcome) {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		if r.err = sink(ctx, outcomes); r.err == nil {
			return
		}
		if sleepUntil(ctx, time.Now().Add(pause)) != nil {
			return
		}
	}
}
