package delivery_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line"
)

// clocked is LINE in virtual time: it accepts everything and notes when.
type clocked struct {
	mu sync.Mutex
	at []time.Time
}

func (c *clocked) Push(context.Context, []byte, uuid.UUID) line.Answer {
	c.mu.Lock()
	c.at = append(c.at, time.Now())
	c.mu.Unlock()
	time.Sleep(10 * time.Millisecond) // virtual, as in sharedBudget
	return line.Answer{Status: 200}
}

func (c *clocked) Multicast(ctx context.Context, body []byte, key uuid.UUID) line.Answer {
	return c.Push(ctx, body, key)
}

// TestCapBesideOthers: a campaign with a cap of its own gets all of it beside
// one without, and costs the channel no more of its rate than it uses.
func TestCapBesideOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const rate, limit, batches = 2000, 600, 18 // of 500: four and a half seconds' worth
		channel := &sharedBudget{step: time.Second / rate, latency: 5 * time.Millisecond}
		campaign := &sharedBudget{step: time.Second / limit, latency: 5 * time.Millisecond}
		var free, capped clocked
		send := func(to *clocked, p *delivery.Pacer, c *delivery.Cap, batches int) {
			s := delivery.Sender{
				Caller: to, Push: p, Cap: c, InFlight: 500, Streak: delivery.NewStreak(false), Now: time.Now,
				Valid: func() bool { return true }, Reach: func(context.Context, int) error { return nil },
			}
			for range batches {
				if r := s.Send(t.Context(), t.Context(), messages(500), func(...delivery.Outcome) {}); r.Stop != delivery.NotStopped {
					t.Errorf("%+v", r)
				}
			}
		}
		start := time.Now()
		var work sync.WaitGroup
		for range 3 { // processes
			p := delivery.NewPacer(channel, rate)
			work.Go(func() { send(&capped, p, delivery.NewCap(campaign, limit), 2) })
			for range 2 {
				work.Go(func() { send(&free, p, nil, 2) })
			}
		}
		work.Wait()
		took := time.Since(start)
		if took > 5400*time.Millisecond {
			t.Errorf("%d messages took %s at %d a second", batches*500, took, rate)
		}
		if worst := worstSecond(capped.at); worst > limit+limit/4 {
			t.Errorf("%d in one second under a cap of %d", worst, limit)
		}
		all := slices.SortedFunc(slices.Values(append(free.at, capped.at...)), time.Time.Compare)
		if worst := worstSecond(all); worst > rate+rate/200 {
			t.Errorf("%d in one second at a rate of %d", worst, rate)
		}
	})
}

// TestCapOfMulticasts counts recipients, of which a request may have more than
// the cap allows in a second.
func TestCapOfMulticasts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := delivery.NewCap(&sharedBudget{step: 10 * time.Millisecond}, 100)
		group := &delivery.Request{Group: 1, To: make([]*delivery.Recipient, 300)}
		single := &delivery.Request{To: make([]*delivery.Recipient, 1)}
		start := time.Now()
		for _, want := range []struct {
			n  int
			at time.Duration
		}{{1, 0}, {1, 3 * time.Second}, {2, 6 * time.Second}} {
			requests := []*delivery.Request{group, group}
			if want.n == 2 {
				requests = []*delivery.Request{single, single, group}
			}
			n, err := c.Wait(t.Context(), requests)
			if at := time.Since(start); err != nil || n != want.n || at < want.at || at > want.at+100*time.Millisecond {
				t.Errorf("%d requests after %s, %v; want %d after %s", n, at, err, want.n, want.at)
			}
		}
	})
}
