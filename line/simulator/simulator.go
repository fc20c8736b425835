package simulator

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options says what to simulate. The zero value is one channel, Demo, at
// LINE's rate limits.
type Options struct {
	Channels []Channel // none: Demo
	Limits   Limits
	Seed     uint64 // of the faults' dice

	// Clock is the time that retry keys, continuation tokens, buckets, months
	// and outages go by. Latency is real time. Nil: time.Now.
	Clock func() time.Time
	// KeepBodies is how many request bodies a channel keeps to show, the last
	// ones accepted.
	KeepBodies int
	// Log gets one line of JSON for each recipient of an accepted request,
	// appended in order; the caller opens and closes it. Lines are buffered:
	// Flush and Stop write them out. Nil: no log.
	Log io.Writer
}

// Demo is the channel that is simulated when none is named: a verified account
// with 100 friends, UserID(0) to UserID(99), and no quota.
func Demo() Channel {
	return Channel{
		ID: "1234567890", Token: "simulator-token", Secret: "simulator-secret",
		BotUserID: "U00000000000000000000000000000b07", BasicID: "@simulator", DisplayName: "Simulator",
		Verified: true, FollowerCount: 100,
	}
}

// Simulator is a LINE platform with some channels. It is safe for concurrent
// use.
type Simulator struct {
	options  Options
	accounts []*Account
	byToken  map[string]*Account
	hooks    http.Client // calls webhooks
	requests atomic.Uint64
	events   atomic.Uint64
	log      journal
	mux      *http.ServeMux

	mu     sync.Mutex
	server *running
}

// New makes a simulator. It fails when channels share an id or a token, or a
// follower's id is malformed.
func New(o Options) (*Simulator, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if len(o.Channels) == 0 {
		o.Channels = []Channel{Demo()}
	}
	s := &Simulator{options: o, byToken: map[string]*Account{}, hooks: http.Client{Timeout: hookTimeout}, log: newJournal(o.Log)}
	for _, c := range o.Channels {
		a, err := newAccount(s, c)
		if err != nil {
			return nil, fmt.Errorf("simulator: %w", err)
		}
		if s.byToken[c.Token] != nil || s.Account(c.ID) != nil {
			return nil, fmt.Errorf("simulator: two channels with the id or the token of channel %s", c.ID)
		}
		s.byToken[c.Token] = a
		s.accounts = append(s.accounts, a)
	}
	s.mux = s.routes()
	return s, nil
}

// Account is the channel with that id at work, or nil.
func (s *Simulator) Account(channelID string) *Account {
	i := slices.IndexFunc(s.accounts, func(a *Account) bool { return a.channel.ID == channelID })
	if i < 0 {
		return nil
	}
	return s.accounts[i]
}

// Accounts is every channel at work, in the order of Options.
func (s *Simulator) Accounts() []*Account { return slices.Clone(s.accounts) }

// SetFaults makes every channel misbehave in the same way.
func (s *Simulator) SetFaults(f Faults) error {
	for _, a := range s.accounts {
		if err := a.SetFaults(f); err != nil {
			return err
		}
	}
	return nil
}

// Reset makes every channel as new.
func (s *Simulator) Reset() {
	for _, a := range s.accounts {
		a.Reset()
	}
}

// Flush writes out the buffered lines of the log.
func (s *Simulator) Flush() error { return s.log.flush() }
