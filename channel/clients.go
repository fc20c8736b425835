package channel

import (
	"sync"

	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/ref"
)

// Clients keeps one LINE client for each channel, so that its connections are
// reused, and makes a new one when the channel's token was replaced.
type Clients struct {
	dial func(token string) (*line.Client, error)

	mu   sync.Mutex
	byID map[ref.Channel]versioned
}

type versioned struct {
	version int
	client  *line.Client
}

// NewClients makes clients with dial. Close closes what it made.
func NewClients(dial func(token string) (*line.Client, error)) *Clients {
	return &Clients{dial: dial, byID: map[ref.Channel]versioned{}}
}

func (c *Clients) get(ch Channel, open func() (Credentials, error)) (*line.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if have, ok := c.byID[ch.ID]; ok && have.version == ch.TokenVersion {
		return have.client, nil
	}
	credentials, err := open()
	if err != nil {
		return nil, err
	}
	client, err := c.dial(credentials.Token)
	if err != nil {
		return nil, err
	}
	if old, ok := c.byID[ch.ID]; ok {
		old.client.Close() // only idle connections: requests on the wire end by themselves
	}
	c.byID[ch.ID] = versioned{version: ch.TokenVersion, client: client}
	return client, nil
}

// Close closes idle connections. Clients given out go on working.
func (c *Clients) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range c.byID {
		v.client.Close()
	}
	clear(c.byID)
}
