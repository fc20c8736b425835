package delivery_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linecast/linecast/delivery"
)

// sharedBudget is the reservation GCRA of the database, in memory: what
// PostgreSQL does in one statement, here under a mutex. postgres tests the
// statement itself against this arithmetic.
type sharedBudget struct {
	mu      sync.Mutex
	step    time.Duration
	tat     time.Time
	latency time.Duration
	fail    error
}

func (b *sharedBudget) Lend(ctx context.Context, n int) (delivery.Grant, error) {
	time.Sleep(b.latency) // virtual: these tests run in a synctest bubble
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return delivery.Grant{}, b.fail
	}
	now := time.Now()
	if b.tat.After(now.Add(500 * time.Millisecond)) {
		return delivery.Grant{Wait: 50 * time.Millisecond}, nil
	}
	if b.tat.Before(now) {
		b.tat = now
	}
	wait := b.tat.Sub(now)
	b.tat = b.tat.Add(time.Duration(n) * b.step)
	return delivery.Grant{N: n, Wait: wait, Step: b.step}, nil
}

// send lets callers take n slots each from pacers and returns when each was.
func send(t *testing.T, pacers []*delivery.Pacer, callers, each int) []time.Time {
	t.Helper()
	var mu sync.Mutex
	var at []time.Time
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			pacers[i%len(pacers)].Expect(each)
			for range each {
				if err := pacers[i%len(pacers)].Wait(t.Context()); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				at = append(at, time.Now())
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return at
}

// worstSecond is the largest number of sends in any second.
func worstSecond(at []time.Time) int {
	worst, from := 0, 0
	for to := range at {
		for at[to].Sub(at[from]) >= time.Second {
			from++
		}
		worst = max(worst, to-from+1)
	}
	return worst
}

func TestPacersShareOneRate(t *testing.T) {
	t.Parallel()
	for _, rate := range []int{1, 7, 100, 2000} {
		synctest.Test(t, func(t *testing.T) {
			budget := &sharedBudget{step: time.Second / time.Duration(rate), latency: 300 * time.Microsecond}
			pacers := []*delivery.Pacer{delivery.NewPacer(budget, rate), delivery.NewPacer(budget, rate), delivery.NewPacer(budget, rate)}
			start := time.Now()
			at := send(t, pacers, 12, max(1, rate/4))
			took := time.Since(start)
			if worst := worstSecond(at); worst > rate+1+rate/200 {
				t.Errorf("%d/s: %d in one second", rate, worst)
			}
			ideal := time.Duration(len(at)) * budget.step
			if took > ideal+ideal/20+budget.step*3 {
				t.Errorf("%d/s: %d sends took %s, %s would do", rate, len(at), took, ideal)
			}
		})
	}
}

// TestPacerLetsLateSlotsGo stands still for a minute, as a process that was
// stopped does, and must not catch up.
func TestPacerLetsLateSlotsGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		budget := &sharedBudget{step: time.Second / 1000}
		pacers := []*delivery.Pacer{delivery.NewPacer(budget, 1000)}
		send(t, pacers, 1, 10)
		time.Sleep(time.Minute)
		start := time.Now()
		at := send(t, pacers, 4, 250)
		if worst := worstSecond(at); worst > 1006 {
			t.Errorf("%d in one second after standing still", worst)
		}
		if took := time.Since(start); took < 990*time.Millisecond {
			t.Errorf("1,000 sends in %s", took)
		}
	})
}

// TestPacerLeasesWhatIsExpected: slots nobody uses are lost to other processes.
func TestPacerLeasesWhatIsExpected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		budget := &sharedBudget{step: time.Second / 1000}
		start := time.Now()
		p := delivery.NewPacer(budget, 1000)
		for _, step := range []struct{ expect, take, leased int }{{0, 1, 1}, {3, 3, 4}, {40, 10, 29}, {-30, 15, 29}, {0, 1, 30}} {
			p.Expect(step.expect)
			for range step.take {
				if err := p.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if leased := int(budget.tat.Sub(start) / budget.step); leased != step.leased {
				t.Errorf("%+v: %d slots were leased by then", step, leased)
			}
		}
	})
}

// TestPacerOfASlowDatabase uses most of the rate all the same.
func TestPacerOfASlowDatabase(t *testing.T) {
	t.Parallel()
	for _, callers := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			budget := &sharedBudget{step: time.Second / 400, latency: 60 * time.Millisecond}
			start := time.Now()
			at := send(t, []*delivery.Pacer{delivery.NewPacer(budget, 400)}, callers, 2000/callers)
			if worst := worstSecond(at); worst > 404 {
				t.Errorf("%d callers: %d in one second at 400", callers, worst)
			}
			if took := time.Since(start); took > 6500*time.Millisecond {
				t.Errorf("%d callers: 2,000 sends at 400 a second took %s", callers, took)
			}
		})
	}
}

func TestPacerEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("database is away")
		p := delivery.NewPacer(&sharedBudget{fail: down}, 10)
		if err := p.Wait(t.Context()); !errors.Is(err, down) {
			t.Errorf("got %v, want the lender's error", err)
		}
		why := errors.New("paused")
		ctx, cancel := context.WithCancelCause(t.Context())
		slow := delivery.NewPacer(&sharedBudget{step: time.Hour}, 1)
		if err := slow.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, func() { cancel(why) })
		if err := slow.Wait(ctx); !errors.Is(err, why) {
			t.Errorf("got %v, want the gate's cause", err)
		}
		var none *delivery.Pacer
		if err := none.Wait(t.Context()); err != nil {
			t.Errorf("no pacer: %v", err)
		}
	})
}
