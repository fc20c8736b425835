package delivery_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/ref"
)

// scene is the simulator, a sender to it, and what it recorded.
type scene struct {
	t       *testing.T
	account *simulator.Account
	sender  delivery.Sender

	mu       sync.Mutex
	outcomes map[ref.User]delivery.Outcome
	slowed   time.Duration
}

func newScene(t *testing.T, faults simulator.Faults) *scene {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Limits: simulator.Limits{Off: true}, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Stop(context.WithoutCancel(t.Context())) })
	s := &scene{t: t, account: sim.Accounts()[0], outcomes: map[ref.User]delivery.Outcome{}}
	if err := s.account.SetFaults(faults); err != nil {
		t.Fatal(err)
	}
	client, err := line.NewClient(line.Options{APIBase: sim.URL(), Token: simulator.Demo().Token})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	s.sender = delivery.Sender{Caller: client, InFlight: 8, Streak: delivery.NewStreak(false), Silence: &delivery.Silence{}, Now: time.Now,
		Valid: func() bool { return true },
		Reach: func(context.Context, int) error { return nil },
		Slow: func(_ context.Context, _ *delivery.Request, d time.Duration) {
			s.mu.Lock()
			s.slowed = d
			s.mu.Unlock()
		}}
	return s
}

func (s *scene) record(list ...delivery.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range list {
		if _, twice := s.outcomes[o.Recipient]; twice {
			s.t.Errorf("%s has two outcomes", o.Recipient)
		}
		s.outcomes[o.Recipient] = o
	}
}

// counts is how many recipients have each state and reason.
func (s *scene) counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[string]int{}
	for _, o := range s.outcomes {
		counts[fmt.Sprint(o.State, " ", o.Reason)]++
	}
	return counts
}

func messages(n int) []*delivery.Request {
	ns := uuid.New()
	list := make([]*delivery.Request, n)
	for i := range list {
		r := &delivery.Recipient{ID: ref.User(i + 1), LineID: simulator.UserID(i)}
		list[i] = &delivery.Request{To: []*delivery.Recipient{r}, Key: delivery.RetryKey(ns, r.ID), Hash: int64(i),
			Body: fmt.Appendf(nil, `{"to":%q,"messages":[{"type":"text","text":"hi"}]}`, r.LineID)}
	}
	return list
}

// certain reports that LINE took none of what is open.
func certain(r delivery.Report) bool {
	unclear, _ := delivery.Unclear(r.Open, nil, nil)
	return len(unclear) == 0
}

// TestSend walks every kind of answer from the wire to what the sender leaves.
func TestSend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		faults  simulator.Faults
		stop    delivery.Stop
		open    bool // some messages stay open
		certain bool
		want    map[string]int
	}{
		{"all well", simulator.Faults{}, delivery.NotStopped, false, true, map[string]int{"accepted ": 60}},
		{"cut after accepting", simulator.Faults{CutRate: 0.5}, delivery.NotStopped, false, true, map[string]int{"accepted ": 60}},
		{"answers that break off", simulator.Faults{BrokenRate: 1}, delivery.NotStopped, false, true, map[string]int{"accepted ": 60}},
		{"unknown people", simulator.Faults{BadIDs: []string{simulator.UserID(3), simulator.UserID(4)}}, delivery.NotStopped, false, true,
			map[string]int{"accepted ": 58, "rejected bad_recipient": 2}},
		{"token refused", simulator.Faults{Revoked: true}, delivery.ChannelRefused, true, true, map[string]int{}},
		{"poisoned", simulator.Faults{ErrorRate: 1, ErrorStatus: 400}, delivery.Poisoned, true, true, nil},
		{"outage", simulator.Faults{Outage: simulator.OutageUnavailable}, delivery.Unanswered, true, false, map[string]int{}},
		{"limited for ever", simulator.Faults{LimitRate: 1, RetryAfter: "2"}, delivery.TryLater, true, true, map[string]int{}},
		{"refused in another way", simulator.Faults{ErrorRate: 0.1, ErrorStatus: 410}, delivery.NotStopped, false, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, tt.faults)
			report := s.sender.Send(t.Context(), t.Context(), messages(60), s.record)
			if report.Stop != tt.stop || (len(report.Open) > 0) != tt.open || certain(report) != tt.certain {
				t.Errorf("stopped %v with %d open, certain %v (%s)", report.Stop, len(report.Open), certain(report), report.Detail)
			}
			if diff := cmp.Diff(tt.want, s.counts()); tt.want != nil && diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if len(report.Open)+len(s.outcomes) != 60 {
				t.Errorf("%d open and %d with outcomes of 60", len(report.Open), len(s.outcomes))
			}
			if stats := s.account.Stats(); stats.MaxPerRecipient > 1 || stats.WrongBodies > 0 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestSendPoisonBound: what is on the wire when the twentieth refusal comes is
// all that is lost.
func TestSendPoisonBound(t *testing.T) {
	t.Parallel()
	s := newScene(t, simulator.Faults{ErrorRate: 1, ErrorStatus: 400})
	s.sender.Send(t.Context(), t.Context(), messages(500), s.record)
	if n := len(s.outcomes); n < 20 || n > 20+s.sender.InFlight {
		t.Errorf("%d refused; want 20 and at most %d on the wire", n, s.sender.InFlight)
	}
	lucky := newScene(t, simulator.Faults{ErrorRate: 1, ErrorStatus: 400})
	lucky.sender.Streak = delivery.NewStreak(true) // the run had messages accepted before
	if report := lucky.sender.Send(t.Context(), t.Context(), messages(60), lucky.record); report.Stop != delivery.NotStopped {
		t.Errorf("a run with accepted messages was taken to be poisoned: %+v", report)
	}
}

// TestSendGate: a closed gate begins nothing, finishes what is on the wire and
// leaves the rest open.
func TestSendGate(t *testing.T) {
	t.Parallel()
	s := newScene(t, simulator.Faults{LatencyMS: 50})
	gate, closeGate := context.WithCancel(t.Context())
	var once sync.Once
	report := s.sender.Send(t.Context(), gate, messages(400), func(o ...delivery.Outcome) {
		once.Do(closeGate)
		s.record(o...)
	})
	if report.Stop != delivery.GateClosed || len(s.outcomes) > 2*s.sender.InFlight || !certain(report) {
		t.Errorf("%+v after %d outcomes", report.Stop, len(s.outcomes))
	}
	if len(report.Open)+len(s.outcomes) != 400 || s.account.Stats().Recipients != len(s.outcomes) {
		t.Errorf("%d open, %d recorded, %d accepted", len(report.Open), len(s.outcomes), s.account.Stats().Recipients)
	}
}

// TestSendSlows hands LINE's wish to the shared budget.
func TestSendSlows(t *testing.T) {
	t.Parallel()
	s := newScene(t, simulator.Faults{LimitRate: 1, RetryAfter: "7"})
	s.sender.Send(t.Context(), t.Context(), messages(1), s.record)
	if s.slowed != 7*time.Second {
		t.Errorf("slowed by %s, want 7s", s.slowed)
	}
}
