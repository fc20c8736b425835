package simulator

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Each fault, at full rate: what the client sees, and whether the message was
// accepted all the same.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		faults   Faults
		status   int // 0: cut
		message  string
		accepted bool
	}{
		{"none", Faults{}, 200, "", true},
		{"error", Faults{ErrorRate: 1}, 500, textInternal, false},
		{"another error", Faults{ErrorRate: 1, ErrorStatus: 502}, 502, textInternal, false},
		{"error after acceptance", Faults{LateRate: 1, ErrorStatus: 504}, 504, textInternal, true},
		{"cut before acceptance", Faults{DropRate: 1}, 0, "", false},
		{"cut after acceptance", Faults{CutRate: 1}, 0, "", true},
		{"broken body", Faults{BrokenRate: 1}, 200, "", true},
		{"rate limit", Faults{LimitRate: 1}, 429, textRate, false},
		{"revoked", Faults{Revoked: true}, 401, textUnauthorized, false},
		{"outage", Faults{Outage: OutageUnavailable}, 503, textInternal, false},
		{"outage, cut", Faults{Outage: OutageCut}, 0, "", false},
		{"bad ids", Faults{BadIDs: []string{UserID(1)}}, 400, textFailed, false},
		{"bad ids of others", Faults{BadIDs: []string{UserID(2)}}, 200, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newTest(t, nil)
			if err := s.SetFaults(c.faults); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.faults, s.account().Faults()); diff != "" {
				t.Error(diff)
			}
			a := s.push(1, 1, "hello")
			if a.Status != c.status || a.Cut != (c.status == 0) || a.Message() != c.message {
				t.Errorf("got %+v", a)
			}
			if got := len(s.account().Received(UserID(1))) == 1; got != c.accepted {
				t.Errorf("accepted: %v, want %v", got, c.accepted)
			}
			if valid := json.Valid([]byte(a.Body)); valid == (c.faults.BrokenRate > 0) && !a.Cut {
				t.Errorf("body %s", a.Body)
			}
			if got := s.account().Stats().Statuses[statusName(c.status)]; got != 1 {
				t.Errorf("counted %d of them", got)
			}
		})
	}
}

func TestRetryAfterFault(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"", "7", "soon", "99999999", "Sun, 22 Nov 2026 03:00:00 GMT"} {
		s := newTest(t, nil)
		if err := s.SetFaults(Faults{LimitRate: 1, RetryAfter: header}); err != nil {
			t.Fatal(err)
		}
		if got := s.push(1, 1, "hello").Header.Get("Retry-After"); got != header {
			t.Errorf("Retry-After %q, want %q", got, header)
		}
	}
}

func TestOutageEnds(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := newTest(t, func(o *Options, _ *Channel) { o.Clock = clock.Now })
	if err := s.SetFaults(Faults{Outage: OutageUnavailable, OutageMS: 60_000}); err != nil {
		t.Fatal(err)
	}
	s.ask("GET", "/v2/bot/info", "").want(t, 503, "")
	clock.Add(time.Minute - 1)
	s.push(1, 1, "hello").want(t, 503, "")
	clock.Add(1)
	s.push(1, 1, "hello").want(t, 200, "")
}

func TestFaultsRefused(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	good := Faults{LatencyMS: 0.001, ErrorRate: 0.5, CutRate: 0.5}
	if err := s.SetFaults(good); err != nil {
		t.Fatal(err)
	}
	for _, f := range []Faults{{ErrorRate: -0.1}, {ErrorRate: 1.1}, {ErrorRate: 0.6, CutRate: 0.6}, {LimitRate: math.NaN()},
		{LatencyMS: -1}, {JitterMS: -1}, {OutageMS: -1}, {ErrorStatus: 200}, {ErrorStatus: 600}, {Outage: "maybe"}, {BadIDs: []string{"hanako"}}} {
		if err := s.SetFaults(f); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
	if diff := cmp.Diff(good, s.account().Faults()); diff != "" {
		t.Errorf("a refused change changed something:\n%s", diff)
	}
}

// The same seed hits the same requests, whatever the order and the workers;
// another seed hits others. The shares come out as asked for.
func TestFaultsReplay(t *testing.T) {
	t.Parallel()
	const n = 2000
	run := func(seed uint64, workers int) map[string]string {
		s := newTest(t, func(o *Options, _ *Channel) { o.Seed = seed })
		err := s.SetFaults(Faults{ErrorRate: 0.1, CutRate: 0.05, DropRate: 0.05, LimitRate: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for w := range workers {
			order := rand.New(rand.NewPCG(1, uint64(workers))).Perm(n)
			all.Go(func() {
				for i := w; i < n; i += workers {
					for try := range 3 {
						a := s.push(order[i], order[i], "hello")
						mu.Lock()
						got[fmt.Sprint(order[i], " ", try)] = fmt.Sprint(a.Status)
						mu.Unlock()
					}
				}
			})
		}
		all.Wait()
		return got
	}
	one := run(1, 1)
	if diff := cmp.Diff(one, run(1, 7)); diff != "" {
		t.Errorf("another order, other faults:\n%.500s", diff)
	}
	if cmp.Equal(one, run(2, 1)) {
		t.Error("another seed, the same faults")
	}
	shares := map[string]int{}
	for i := range n {
		shares[one[fmt.Sprint(i, " ", 0)]]++
	}
	for status, share := range map[string]float64{"500": 0.1, "0": 0.1, "429": 0.1, "200": 0.7} {
		if got := float64(shares[status]) / n; math.Abs(got-share) > 0.03 {
			t.Errorf("%s: %.3f of the requests, want %.3f", status, got, share)
		}
	}
}

// Latency keeps answers back after the request was decided.
func TestLatency(t *testing.T) {
	t.Parallel()
	p, err := newPlan(Faults{LatencyMS: 50, JitterMS: 10}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[time.Duration]bool{}
	for lot := range uint64(1000) {
		d := p.delay(mix(lot))
		if d < 50*time.Millisecond || d >= 60*time.Millisecond {
			t.Fatalf("delay %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 900 {
		t.Errorf("only %d different delays", len(seen))
	}
	s := newTest(t, nil)
	if err := s.SetFaults(Faults{LatencyMS: 20}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s.push(1, 1, "hello").want(t, 200, "")
	if took := time.Since(began); took < 20*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}

// A multicast with an unknown id fails as a whole, or skips it, as configured:
// LINE's reference says both.
func TestUnknownInMulticast(t *testing.T) {
	t.Parallel()
	for _, skip := range []bool{false, true} {
		s := newTest(t, func(_ *Options, c *Channel) {
			c.SkipUnknown = skip
			c.Unknown = func(id string) bool { return id == UserID(3) }
		})
		a := s.multicast(0, 10, 1)
		stats := s.account().Stats()
		if skip && (a.Status != 200 || stats.Received != 9) || !skip && (a.Message() != textFailed || stats.Received != 0) {
			t.Errorf("skip %v: %d %s, received %d", skip, a.Status, a.Body, stats.Received)
		}
		s.push(3, 2, "hello").want(t, 400, textFailed)
	}
}
