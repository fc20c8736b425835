package postgres_test

import (
	"sync"
	"testing"
	"time"

	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/ref"
)

// TestBudget checks the statement's arithmetic: slots follow each other without
// overlap, are never promised further ahead than half a second, and a hold
// moves all of them.
func TestBudget(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	b := f.db.NewBudget(1, "push", 100)
	var free time.Time // no slot before
	for {
		asked := time.Now()
		g := val(b.Lend(f.ctx, 10))(t)
		if g.N == 0 {
			if g.Wait <= 0 || g.Wait > 500*time.Millisecond {
				t.Errorf("ask again in %s", g.Wait)
			}
			break
		}
		if g.N != 10 || g.Step != 10*time.Millisecond || time.Now().Add(g.Wait).Before(free) {
			t.Errorf("granted %+v, before %s", g, free)
		}
		free = asked.Add(g.Wait + 100*time.Millisecond)
		if g.Wait > 600*time.Millisecond {
			t.Fatalf("promised %s ahead", g.Wait)
		}
	}
	other := val(f.db.NewBudget(ref.Channel(2), "push", 100).Lend(f.ctx, 1))(t)
	if other.Wait > 10*time.Millisecond {
		t.Errorf("another channel waits %s", other.Wait)
	}
}

// TestBudgetSlow: LINE's 429 holds every process back; many of them halve the
// rate, once for all that tell of the same excess, which is forgotten within
// seconds.
func TestBudgetSlow(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	b := f.db.NewBudget(1, "push", 1000)
	slow := func(hold time.Duration) {
		t.Helper()
		if err := b.Slow(f.ctx, hold); err != nil {
			t.Fatal(err)
		}
	}
	slow(0)
	if g := val(b.Lend(f.ctx, 1))(t); g.Step != time.Millisecond {
		t.Errorf("after a single 429: %+v", g)
	}
	f.exec(`update channel_budget set refused = 6, refused_at = now() - interval '1 s'`)
	slow(0)
	if g := val(b.Lend(f.ctx, 1))(t); g.Step != time.Millisecond {
		t.Errorf("after seven in a second, of which five are tolerated: %+v", g)
	}
	var told time.Time
	for range 3 {
		f.exec(`update channel_budget set refused = 20, refused_at = now()`)
		told = time.Now()
		slow(300 * time.Millisecond)
	}
	g := val(b.Lend(f.ctx, 1))(t)
	if time.Now().Add(g.Wait).Before(told.Add(300*time.Millisecond)) || g.Step < 1500*time.Microsecond || g.Step > 2*time.Millisecond {
		t.Errorf("after a hold of 300 ms and a halved rate: %+v", g)
	}
	tests := []struct {
		name string
		age  string
		step time.Duration
	}{
		{"half a minute later", `30 s`, time.Millisecond},
		{"a year later", `1 year`, time.Millisecond},
		{"by a clock that was set back", `-1 hour`, 2 * time.Millisecond},
	}
	for _, test := range tests {
		f.exec(`update channel_budget set tat = now(), share = 0.5, slowed_at = now() - $1::interval`, test.age)
		if g := val(b.Lend(f.ctx, 1))(t); g.Step < test.step || g.Step > test.step+10*time.Microsecond {
			t.Errorf("%s: a slot every %s, want %s", test.name, g.Step, test.step)
		}
	}
	for range 9 {
		f.exec(`update channel_budget set slowed_at = now() - interval '2.1 s', refused = 20, refused_at = now(), tat = now()`)
		slow(0)
	}
	f.exec(`update channel_budget set tat = now()`)
	if g := val(b.Lend(f.ctx, 1))(t); g.Step < 7*time.Millisecond || g.Step > 8*time.Millisecond {
		t.Errorf("slowed down to a slot every %s; at most 8 times", g.Step)
	}
}

// TestBudgetShared borrows from many connections at once: together they get
// what the rate allows and no more.
func TestBudgetShared(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	const rate = 1000
	var mu sync.Mutex
	var granted int
	start := time.Now()
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			b := f.db.NewBudget(1, "push", rate)
			for {
				g, err := b.Lend(f.ctx, 25)
				if err != nil {
					t.Error(err)
					return
				}
				if g.N == 0 {
					return
				}
				mu.Lock()
				granted += g.N
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	most := int(rate*(time.Since(start)+500*time.Millisecond)/time.Second) + 6*25
	if granted < rate/2 || granted > most {
		t.Errorf("%d slots granted at once; want %d (half a second ahead) to %d", granted, rate/2, most)
	}
}

// TestBudgetClockSetBack: what a clock that was set back left in the future is
// forgotten instead of waited for.
func TestBudgetClockSetBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	b := f.db.NewBudget(1, "push", 100)
	val(b.Lend(f.ctx, 1))(t)
	f.exec(`update channel_budget set tat = tat + interval '1 hour'`)
	if g := val(b.Lend(f.ctx, 1))(t); g.N != 1 || g.Wait > time.Second {
		t.Errorf("granted %+v", g)
	}
}
