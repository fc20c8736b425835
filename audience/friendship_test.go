package audience

import (
	"testing"
	"time"

	"github.com/linecast/linecast/errs"
)

// Whatever the order of arrival, the same event wins.
func TestWinsInAnyOrder(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 1, 0, minute, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		events []Friendship
		want   Friendship
	}{
		"the newest":                   {[]Friendship{{State: Friend, ChangedAt: at(1)}, {State: Blocked, ChangedAt: at(2)}, {State: Friend, ChangedAt: at(3)}, {State: Blocked, ChangedAt: at(4)}, {State: Friend, ChangedAt: at(5)}, {State: Blocked, ChangedAt: at(0)}}, Friendship{State: Friend, ChangedAt: at(5)}},
		"blocked at the same moment":   {[]Friendship{{State: Friend, ChangedAt: at(1)}, {State: Blocked, ChangedAt: at(1)}, {State: Friend, ChangedAt: at(1)}}, Friendship{State: Blocked, ChangedAt: at(1)}},
		"a friend who writes":          {[]Friendship{{State: Friend, ChangedAt: at(1)}, {State: Contacted, ChangedAt: at(2)}, {State: Contacted, ChangedAt: at(3)}}, Friendship{State: Friend, ChangedAt: at(1)}},
		"somebody who writes":          {[]Friendship{{State: FriendUnknown, ChangedAt: at(4)}, {State: Contacted, ChangedAt: at(2)}, {State: Contacted, ChangedAt: at(3)}}, Friendship{State: Contacted, ChangedAt: at(3)}},
		"an import says nothing new":   {[]Friendship{{State: Blocked, ChangedAt: at(1)}, {State: FriendUnknown, ChangedAt: at(9)}}, Friendship{State: Blocked, ChangedAt: at(1)}},
		"somebody who writes and adds": {[]Friendship{{State: Contacted, ChangedAt: at(5)}, {State: Friend, ChangedAt: at(3)}, {State: Blocked, ChangedAt: at(4)}}, Friendship{State: Blocked, ChangedAt: at(4)}},
	} {
		permute(c.events, func(order []Friendship) {
			stored := order[0]
			for _, f := range order[1:] {
				if f.Wins(stored) {
					stored = f
				}
			}
			if stored != c.want {
				t.Errorf("%s: order %v: got %v", name, order, stored)
			}
		})
	}
}

func permute(list []Friendship, visit func([]Friendship)) {
	var step func(k int)
	step = func(k int) {
		if k == len(list) {
			visit(list)
			return
		}
		for i := k; i < len(list); i++ {
			list[k], list[i] = list[i], list[k]
			step(k + 1)
			list[k], list[i] = list[i], list[k]
		}
	}
	step(0)
}

func TestReachable(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		f    Friendship
		want bool
	}{
		{Friendship{State: Friend, ChangedAt: now.AddDate(-5, 0, 0)}, true},
		{Friendship{State: Blocked, ChangedAt: now}, false},
		{Friendship{State: FriendUnknown}, true},
		{Friendship{State: Contacted, ChangedAt: now.Add(-ContactedFor)}, true},
		{Friendship{State: Contacted, ChangedAt: now.Add(-ContactedFor - time.Second)}, false},
	} {
		if got := c.f.Reachable(now); got != c.want {
			t.Errorf("%s since %s: got %v", c.f.State, c.f.ChangedAt, got)
		}
	}
}

func TestFriendshipCheck(t *testing.T) {
	t.Parallel()
	if err := (Friendship{LineID: lineA, State: Friend}).Check(); err != nil {
		t.Error(err)
	}
	if err := (Friendship{LineID: lineA, State: "fan"}).Check(); !errs.Is(err, "friendship.bad_state") {
		t.Error(err)
	}
	if err := (Friendship{LineID: "x", State: Friend}).Check(); !errs.Is(err, "user.bad_line_id") {
		t.Error(err)
	}
}
