package main

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"time"
)

// workerSlot is a place for a worker: whoever is killed there is replaced.
type workerSlot struct {
	child *child
	state slotState
}

type slotState int

const (
	slotRunning slotState = iota
	slotDown              // killed or ending; to be replaced
	slotStopped           // SIGSTOP
)

var workerReady = regexp.MustCompile(`msg=working`)

// addWorkers starts n workers and waits until they work.
func (s *stage) addWorkers(ctx context.Context, n int) error {
	for range n {
		c, err := s.spawnWorker()
		if err != nil {
			return err
		}
		s.workers = append(s.workers, &workerSlot{child: c})
	}
	for _, w := range s.workers {
		if _, err := w.child.awaitLine(ctx, workerReady); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) spawnWorker() (*child, error) {
	s.mu.Lock()
	s.made++
	name := fmt.Sprintf("worker-%d", s.made)
	s.mu.Unlock()
	// The database shows whose session is whose.
	return spawn(s.dir, name, s.binary, append(s.environ(), "PGAPPNAME="+name), "worker")
}

// take picks the nth of the running workers and puts it into another state;
// nil when none runs. One that ended without being asked is trouble.
func (s *stage) take(n int, to slotState) *workerSlot {
	s.mu.Lock()
	defer s.mu.Unlock()
	var running []*workerSlot
	for _, w := range s.workers {
		if w.state == slotRunning && w.child.running() {
			running = append(running, w)
		}
	}
	if len(running) == 0 {
		return nil
	}
	w := running[n%len(running)]
	w.state = to
	return w
}

// replace starts a new worker in a slot.
func (s *stage) replace(w *workerSlot) {
	c, err := s.spawnWorker()
	if err != nil {
		s.wrong("replacing %s: %w", w.child.name, err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.child, w.state = c, slotRunning
}

// stopWorkers ends all workers in good order; after that nothing is sent.
func (s *stage) stopWorkers() {
	var all sync.WaitGroup
	for _, w := range s.workers {
		all.Go(func() {
			if !w.child.running() {
				s.wrong("%s had ended by itself with %d:\n%s", w.child.name, w.child.code, w.child.said.last())
				return
			}
			s.stopWorker(w.child)
		})
	}
	all.Wait()
}

// startWithin is how long a worker may take until it works, on a busy machine.
const startWithin = time.Minute

// stopWorker asks a worker to end and notes what is wrong with how it does. One
// that is still starting is waited for: it has nothing to finish.
func (s *stage) stopWorker(c *child) {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	_, err := c.awaitLine(ctx, workerReady)
	if err == nil {
		err = c.stop(stopWithin)
	}
	if err != nil {
		s.wrong("%w", err)
	}
}

// release says that a suspended worker runs again.
func (s *stage) release(w *workerSlot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.state = slotRunning
}
