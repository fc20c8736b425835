package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/linecast/linecast/bench/soak/checker"
	"github.com/linecast/linecast/internal/client"
)

// chaos carries out a plan.
type chaos struct {
	stage    *stage
	database *database
	steered  *sending
	talk     io.Writer
	start    time.Time

	calm     sync.RWMutex   // held for reading by those who need the API and its database
	steering sync.Mutex     // one pause or cancel at a time
	noting   sync.Mutex     // of steered.wakes
	later    sync.WaitGroup // what ends by itself: replacements, wakings, resumes
	done     map[fault]int
	away     time.Duration // that PostgreSQL was, its recovery included
}

// settleAfter is how long after the answer to a pause or cancel messages may
// still be received: a second by which workers notice, and a little for those on
// the wire.
const settleAfter = 1250 * time.Millisecond

// run carries the steps out, each when its share of total messages was
// received, until ctx or over ends.
func (c *chaos) run(ctx context.Context, over <-chan struct{}, steps []step, total int) error {
	defer c.later.Wait()
	c.done = map[fault]int{}
	for _, s := range steps {
		if err := c.await(ctx, over, int(s.at*float64(total))); err != nil {
			return err
		}
		select {
		case <-over:
			c.say("sending was over before %d faults could happen", len(steps)-c.total())
			return nil
		default:
		}
		if err := c.do(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.do, err)
		}
	}
	return nil
}

func (c *chaos) total() (n int) {
	for _, times := range c.done {
		n += times
	}
	return n
}

func (c *chaos) await(ctx context.Context, over <-chan struct{}, messages int) error {
	return poll(ctx, func() (bool, error) {
		select {
		case <-over:
			return true, nil
		default:
		}
		stats, err := c.stage.platform.stats(ctx)
		return stats.Received >= uint64(messages), err
	})
}

// do carries one step out. It returns when the fault has happened; what follows
// from it by itself is waited for at the end.
func (c *chaos) do(ctx context.Context, s step) error {
	switch s.do {
	case faultKill, faultTerm, faultStop:
		c.worker(ctx, s)
		return nil
	case faultPostgres:
		return c.postgres(ctx, s)
	case faultAPI:
		return c.api(ctx, s)
	}
	c.done[s.do]++
	c.later.Go(func() { c.steer(ctx, s) })
	return nil
}

// worker kills, stops or suspends one.
func (c *chaos) worker(ctx context.Context, s step) {
	to := slotDown
	if s.do == faultStop {
		to = slotStopped
	}
	w := c.stage.take(s.victim, to)
	if w == nil {
		c.say("%s: no worker runs", s.do)
		return
	}
	c.done[s.do]++
	c.say("%s %s, %s", s.do, w.child.name, s.during.Truncate(time.Millisecond))
	switch s.do {
	case faultKill:
		w.child.kill()
	case faultStop:
		_ = w.child.signal(stopSignal)
	}
	c.later.Go(func() { c.after(ctx, s, w) })
}

// after ends what a worker suffers.
func (c *chaos) after(ctx context.Context, s step, w *workerSlot) {
	if s.do == faultTerm {
		c.stage.stopWorker(w.child)
	} else {
		sleep(ctx, s.during)
	}
	if s.do != faultStop {
		c.stage.replace(w)
		return
	}
	c.woken(time.Now())
	if err := w.child.signal(continueSignal); err != nil {
		c.stage.wrong("waking %s: %w", w.child.name, err)
	}
	c.say("woke %s", w.child.name)
	c.stage.release(w)
}

// woken notes when a suspended worker wakes.
func (c *chaos) woken(at time.Time) {
	c.noting.Lock()
	defer c.noting.Unlock()
	c.steered.wakes = append(c.steered.wakes, at)
}

func (c *chaos) postgres(ctx context.Context, s step) error {
	c.calm.Lock()
	defer c.calm.Unlock()
	c.done[s.do]++
	killed := time.Now()
	c.say("kill PostgreSQL, down for %s", s.during.Truncate(time.Millisecond))
	if err := c.database.crash(ctx, s.during); err != nil {
		return err
	}
	c.away += time.Since(killed)
	c.say("PostgreSQL is back")
	return nil
}

func (c *chaos) api(ctx context.Context, s step) error {
	c.calm.Lock()
	defer c.calm.Unlock()
	c.done[s.do]++
	c.say("restart the API, killed %t", s.hard)
	if s.hard {
		c.stage.api.kill()
	} else if err := c.stage.api.stop(stopWithin); err != nil {
		c.stage.wrong("%w", err)
	}
	sleep(ctx, s.during)
	return c.stage.startAPI(ctx)
}

// steer pauses and resumes, or cancels, the campaign that is there for it, and
// notes when nothing may be received.
func (c *chaos) steer(ctx context.Context, s step) {
	c.steering.Lock()
	defer c.steering.Unlock()
	if !c.act(ctx, string(s.do)) {
		return
	}
	quiet := checker.Span{From: time.Now().Add(settleAfter)}
	if s.do == faultPause {
		sleep(ctx, s.during)
		quiet.To = time.Now()
		c.act(ctx, "resume")
	}
	c.steered.quiet = append(c.steered.quiet, quiet)
}

// act reports whether the campaign took it; one that is over does not.
func (c *chaos) act(ctx context.Context, action string) bool {
	c.calm.RLock()
	defer c.calm.RUnlock()
	err := c.stage.act(ctx, c.steered.id, action)
	c.say("%s the campaign %s: %v", action, c.steered.list, errOr(err, "done"))
	if p, ok := errors.AsType[*client.Problem](err); err != nil && (!ok || p.Code != "campaign.wrong_status") {
		c.stage.wrong("%s: %w", action, err)
	}
	return err == nil
}

// say tells what happens, and when.
func (c *chaos) say(format string, args ...any) {
	fmt.Fprintf(c.talk, "%6.1f s  %s\n", time.Since(c.start).Seconds(), fmt.Sprintf(format, args...))
}

func errOr(err error, text string) string {
	if err != nil {
		return err.Error()
	}
	return text
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
