package simulator

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// Channel is a Messaging API channel, with its official account, to simulate.
type Channel struct {
	ID          string `json:"id"`     // the channel id of the LINE Developers Console
	Token       string `json:"token"`  // the channel access token
	Secret      string `json:"secret"` // the channel secret
	BotUserID   string `json:"bot_user_id"`
	BasicID     string `json:"basic_id"`
	DisplayName string `json:"display_name"`
	Verified    bool   `json:"verified"` // may list its followers

	Followers     []string `json:"followers"`      // friends, by user id
	FollowerCount int      `json:"follower_count"` // friends besides: UserID(0) to UserID(FollowerCount-1)

	Quota int64 `json:"quota"` // messages a month; zero: no limit; below zero: none left

	Webhook string `json:"webhook"` // where events go; empty: nowhere

	// Unknown reports ids that do not exist for the provider. Nil: all ids of
	// the right form exist.
	Unknown func(id string) bool `json:"-"`
	// SkipUnknown makes a multicast skip unknown ids instead of failing. LINE's
	// reference says both: it skips (conditions) and it answers 400 (errors).
	SkipUnknown bool `json:"skip_unknown"`
}

// Account is a Channel at work. It is safe for concurrent use.
type Account struct {
	sim     *Simulator
	channel Channel
	plan    atomic.Pointer[plan]
	quota   atomic.Int64 // messages a month, as Channel.Quota says
	stats   counters

	mu       sync.Mutex
	buckets  map[*route]*bucket
	keys     map[uuid.UUID]usedKey
	record   record
	bodies   bodies
	arrived  [2]meter // by kind, whatever the answer
	accepted [2]meter // by kind, 2xx only
	month    int      // that used counts, as year*12 + month
	used     int64
	units    map[string]int // recipients by unit name, of the month
	friends  friends
	webhook  string
}

// newAccount checks a channel and starts it empty.
func newAccount(sim *Simulator, c Channel) (*Account, error) {
	if c.ID == "" || c.Token == "" {
		return nil, fmt.Errorf("a channel needs an ID and a Token")
	}
	a := &Account{sim: sim, channel: c}
	a.quota.Store(c.Quota)
	for _, id := range c.Followers {
		if _, ok := parseID([]byte(id)); !ok {
			return nil, fmt.Errorf("channel %s: follower %q has not the form of a user id", c.ID, id)
		}
	}
	a.Reset()
	return a, nil
}

// Reset forgets everything that happened: record, retry keys, counts, quota
// used, blocks, faults. The channel is as new.
func (a *Account) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.buckets = map[*route]*bucket{}
	a.keys = map[uuid.UUID]usedKey{}
	a.record = record{}
	a.bodies = bodies{limit: a.sim.options.KeepBodies}
	a.arrived, a.accepted = [2]meter{}, [2]meter{}
	a.month, a.used, a.units = 0, 0, map[string]int{}
	a.friends = newFriends(a.channel)
	a.webhook = a.channel.Webhook
	a.stats.reset()
	a.plan.Store(&plan{})
}

// Channel is what the account was made of.
func (a *Account) Channel() Channel { return a.channel }

// SetFaults makes the channel misbehave from the next request on. It refuses
// faults that make no sense and keeps the present ones then.
func (a *Account) SetFaults(f Faults) error {
	p, err := newPlan(f, a.sim.options.Clock())
	if err != nil {
		return fmt.Errorf("faults of channel %s: %w", a.channel.ID, err)
	}
	a.plan.Store(p)
	return nil
}

// SetQuota changes the plan: messages a month, as Channel.Quota says. What was
// used stays used.
func (a *Account) SetQuota(messages int64) { a.quota.Store(messages) }

// Faults is how the channel misbehaves now.
func (a *Account) Faults() Faults { return a.plan.Load().Faults }

// arrive counts a request to a route and takes it a token.
func (a *Account) arrive(r *route) (ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.sim.options.Clock()
	if r.sends {
		a.arrived[r.kind].add(now)
	}
	if a.sim.options.Limits.Off {
		return true
	}
	b := a.buckets[r]
	if b == nil {
		b = &bucket{}
		a.buckets[r] = b
	}
	return b.take(a.sim.options.Limits.of(r.rate), now)
}

// Units is how many recipients were sent to under each unit name this month.
func (a *Account) Units() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.units)
}

// thisMonthLocked resets quota and unit names when a month began (Japan's, as LINE's
// statistics are UTC+9).
func (a *Account) thisMonthLocked(now time.Time) {
	year, month, _ := now.In(japan).Date()
	if m := year*12 + int(month); m != a.month {
		a.month, a.used, a.units = m, 0, map[string]int{}
	}
}

var japan = time.FixedZone("UTC+9", 9*60*60)
