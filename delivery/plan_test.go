package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/ref"
)

// people are n recipients whose name is one of kinds, in turn.
func people(n, kinds int) []delivery.Recipient {
	list := make([]delivery.Recipient, n)
	for i := range list {
		list[i] = delivery.Recipient{ID: ref.User(i + 1), LineID: simulator.UserID(i), Attributes: fmt.Appendf(nil, `{"name":"n%d"}`, i%kinds)}
	}
	return list
}

// composed are the messages of people.
func composed(t require, list []delivery.Recipient) []*delivery.Message {
	c, err := delivery.NewComposer(campaign.Definition{Content: campaign.Content{Body: hi}}, delivery.Run{})
	if err != nil {
		t.Fatalf("%v", err)
	}
	pointers := make([]*delivery.Recipient, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	messages, err := c.ComposeAll(pointers, noon, func(o ...delivery.Outcome) { t.Fatalf("%+v", o) })
	if err != nil {
		t.Fatalf("%v", err)
	}
	return messages
}

type require interface{ Fatalf(string, ...any) }

// TestNewPlan groups what is equal, from ten on.
func TestNewPlan(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n, kinds int
		want     []int // sizes of groups
	}{
		{500, 1, []int{500}}, {10, 1, []int{10}}, {9, 1, nil}, {25, 2, []int{13, 12}}, {29, 3, []int{10, 10}}, {500, 500, nil},
	}
	for _, test := range tests {
		list := people(test.n, test.kinds)
		messages := composed(t, list)
		plan := delivery.NewPlan(messages)
		var sizes []int
		grouped := 0
		for _, g := range plan.Groups {
			sizes, grouped = append(sizes, len(g.To)), grouped+len(g.To)
		}
		if diff := cmp.Diff(test.want, sizes); diff != "" || len(plan.Ungrouped(messages)) != test.n-grouped {
			t.Errorf("%d of %d kinds: %d ungrouped, groups -want +got\n%s", test.n, test.kinds, len(plan.Ungrouped(messages)), diff)
		}
	}
}

// TestPlanUnreachable: who cannot be reached any more is in no request, except
// where the answer to an earlier one is to be learned.
func TestPlanUnreachable(t *testing.T) {
	t.Parallel()
	list := people(12, 1)
	plan := delivery.NewPlan(composed(t, list))
	list[0].Erased, list[0].LineID = true, ""
	list[1].Blocked = true
	list[2].Moved = true
	list[3].Blocked, list[3].Unclear = true, true
	requests, others := plan.Requests(uuid.New(), 0, list)
	if len(requests) != 1 || len(requests[0].To) != 9 || requests[0].To[0].ID != 4 || len(others) != 3 {
		t.Errorf("%d requests, %d others", len(requests), len(others))
	}
}

// TestPlanSplits is a property: however a plan is split, stored and read back,
// each recipient is in one group, and no number, and so no retry key, ever
// stands for two groups.
func TestPlanSplits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := people(rapid.IntRange(10, 60).Draw(t, "n"), rapid.IntRange(1, 3).Draw(t, "kinds"))
		plan := delivery.NewPlan(composed(t, list))
		ns, seq := uuid.New(), rapid.IntRange(0, 9).Draw(t, "seq")
		first, others := plan.Requests(ns, seq, list)
		members := map[uuid.UUID]string{}
		for range rapid.IntRange(0, 20).Draw(t, "splits") {
			requests, _ := plan.Requests(ns, seq, list)
			large := slices.DeleteFunc(requests, func(r *delivery.Request) bool { return len(r.To) < 2 })
			if len(large) == 0 {
				break
			}
			r := rapid.SampledFrom(large).Draw(t, "refused")
			plan = plan.Split(r, rapid.IntRange(-1, len(r.To)).Draw(t, "bad"))
			parts := plan.Parts(ns, seq, r)
			if len(parts[0].To)+len(parts[1].To) != len(r.To) {
				t.Fatalf("%d became %d and %d", len(r.To), len(parts[0].To), len(parts[1].To))
			}
			again, err := delivery.ParsePlan(plan.Text())
			if err != nil || cmp.Diff(plan, again) != "" {
				t.Fatalf("read back: %v %s", err, cmp.Diff(plan, again))
			}
			for _, r := range requestsOf(plan, ns, seq, list) {
				if had, used := members[r.Key]; used && had != to(r) {
					t.Fatalf("key %s stands for %s and %s", r.Key, had, to(r))
				}
				members[r.Key] = to(r)
			}
		}
		seen := len(others)
		for _, r := range requestsOf(plan, ns, seq, list) {
			seen += len(r.To)
		}
		if seen != len(list) || len(first) > 0 && plan.Empty() {
			t.Fatalf("%d of %d recipients have a request", seen, len(list))
		}
	})
}

func requestsOf(p *delivery.Plan, ns uuid.UUID, seq int, list []delivery.Recipient) []*delivery.Request {
	requests, _ := p.Requests(ns, seq, list)
	return requests
}

func to(r *delivery.Request) (ids string) {
	for _, to := range r.To {
		ids += to.ID.String() + " "
	}
	return ids
}

// TestSendMulticast: bad recipients are found alone and all others get their
// message, once, whatever happens to answers on the way.
func TestSendMulticast(t *testing.T) {
	t.Parallel()
	bad := []string{simulator.UserID(3), simulator.UserID(4), simulator.UserID(411)}
	tests := []struct {
		name   string
		faults simulator.Faults
		want   map[string]int
		most   int // requests
	}{
		{"all well", simulator.Faults{}, map[string]int{"accepted ": 500}, 1},
		{"three bad ids", simulator.Faults{BadIDs: bad}, map[string]int{"accepted ": 497, "rejected bad_recipient": 3}, 60},
		{"cut after accepting", simulator.Faults{CutRate: 0.6, BadIDs: bad}, map[string]int{"accepted ": 497, "rejected bad_recipient": 3}, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, tt.faults)
			list := people(500, 1)
			plan := delivery.NewPlan(composed(t, list))
			ns := uuid.New()
			s.sender.Split = func(_ context.Context, r *delivery.Request, bad int) ([]*delivery.Request, error) {
				s.mu.Lock()
				defer s.mu.Unlock()
				plan = plan.Split(r, bad)
				return plan.Parts(ns, 0, r), nil
			}
			// What is left over comes back later, as after a release of the batch.
			for open := requestsOf(plan, ns, 0, list); len(open) > 0; {
				open = s.sender.Send(t.Context(), t.Context(), open, s.record).Open
			}
			if diff := cmp.Diff(tt.want, s.counts()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			stats := s.account.Stats()
			total := 0
			for _, n := range stats.Statuses {
				total += int(n)
			}
			if stats.MaxPerRecipient > 1 || total > tt.most {
				t.Errorf("%d requests; %+v", total, stats)
			}
		})
	}
}

// TestSendMulticastPoison: a message that LINE refuses for everybody halts the
// run before many are rejected.
func TestSendMulticastPoison(t *testing.T) {
	t.Parallel()
	s := newScene(t, simulator.Faults{ErrorRate: 1, ErrorStatus: 400})
	list := people(500, 1)
	plan := delivery.NewPlan(composed(t, list))
	s.sender.Split = func(_ context.Context, r *delivery.Request, bad int) ([]*delivery.Request, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		plan = plan.Split(r, bad)
		return plan.Parts(uuid.Nil, 0, r), nil
	}
	report := s.sender.Send(t.Context(), t.Context(), requestsOf(plan, uuid.Nil, 0, list), s.record)
	if report.Stop != delivery.Poisoned || len(s.outcomes) > 20+s.sender.InFlight {
		t.Errorf("stopped %v after %d were rejected", report.Stop, len(s.outcomes))
	}
}

// TestSendSplitFails: a refused group that cannot be taken apart on disk stays
// as it is.
func TestSendSplitFails(t *testing.T) {
	t.Parallel()
	s := newScene(t, simulator.Faults{BadIDs: []string{simulator.UserID(3)}})
	list := people(50, 1)
	plan := delivery.NewPlan(composed(t, list))
	s.sender.Split = func(context.Context, *delivery.Request, int) ([]*delivery.Request, error) {
		return nil, errors.New("the database is away")
	}
	report := s.sender.Send(t.Context(), t.Context(), requestsOf(plan, uuid.Nil, 0, list), s.record)
	if len(report.Open) != 1 || len(report.Open[0].To) != 50 || len(s.outcomes) != 0 || !certain(report) {
		t.Errorf("%d open, %d recorded", len(report.Open), len(s.outcomes))
	}
}
