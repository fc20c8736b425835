package simulator

import (
	"strconv"
	"sync/atomic"
)

// Stats is a channel's numbers since it was made or reset.
type Stats struct {
	Requests   uint64            `json:"requests"` // with this channel's token, to any endpoint
	Statuses   map[string]uint64 `json:"statuses"` // answers by status; "cut" where there was none
	Recipients int               `json:"recipients"`
	Received   uint64            `json:"received"` // message requests accepted, one a recipient
	// PerRecipient counts recipients by how many they received: {1: 99990, 2:
	// 10} says that 10 got two.
	PerRecipient    map[uint32]int `json:"per_recipient"`
	MaxPerRecipient uint32         `json:"max_per_recipient"`
	Conflicts       uint64         `json:"conflicts"`    // retry keys that were accepted before: 409
	WrongBodies     uint64         `json:"wrong_bodies"` // of those, with other bytes than the first time
	RateLimited     uint64         `json:"rate_limited"` // by the token bucket
	QuotaUsed       int64          `json:"quota_used"`   // this month

	Push      Flow `json:"push"`
	Multicast Flow `json:"multicast"`
}

// Flow is when message requests of one kind came.
type Flow struct {
	Arrived  Meter `json:"arrived"`  // whatever the answer
	Accepted Meter `json:"accepted"` // 2xx
}

// statusCut counts what was cut, beside the statuses.
const statusCut = 0

// counters are bumped by every request without taking the account's lock.
type counters struct {
	requests, conflicts, wrongBodies, rateLimited atomic.Uint64
	statuses                                      [600]atomic.Uint64
}

func (c *counters) reset() {
	c.requests.Store(0)
	c.conflicts.Store(0)
	c.wrongBodies.Store(0)
	c.rateLimited.Store(0)
	for i := range c.statuses {
		c.statuses[i].Store(0)
	}
}

// Stats is the channel's numbers now.
func (a *Account) Stats() Stats {
	s := Stats{
		Requests: a.stats.requests.Load(), Statuses: map[string]uint64{},
		Conflicts: a.stats.conflicts.Load(), WrongBodies: a.stats.wrongBodies.Load(),
		RateLimited: a.stats.rateLimited.Load(), PerRecipient: map[uint32]int{},
	}
	for status := range a.stats.statuses {
		if n := a.stats.statuses[status].Load(); n > 0 {
			s.Statuses[statusName(status)] = n
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s.Recipients, s.Received = len(a.record.people), uint64(a.record.n)
	for received, people := range a.record.counts {
		if people > 0 {
			s.PerRecipient[received] = people
			s.MaxPerRecipient = max(s.MaxPerRecipient, received)
		}
	}
	a.thisMonthLocked(a.sim.options.Clock())
	s.QuotaUsed = a.used
	s.Push = Flow{a.arrived[kindPush].show(), a.accepted[kindPush].show()}
	s.Multicast = Flow{a.arrived[kindMulticast].show(), a.accepted[kindMulticast].show()}
	return s
}

func statusName(status int) string {
	if status == statusCut {
		return "cut"
	}
	return strconv.Itoa(status)
}
