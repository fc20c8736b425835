package simulator

import (
	"iter"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Received is one message request as one recipient got it. A multicast makes
// one for each of its recipients.
type Received struct {
	To         string    `json:"to"`
	Kind       string    `json:"kind"` // push or multicast
	RetryKey   string    `json:"retry_key,omitempty"`
	BodyHash   string    `json:"body_hash"` // first 8 bytes of SHA-256 of the request, in hex
	RequestID  string    `json:"request_id"`
	MessageIDs []string  `json:"message_ids"` // those of a push are in its answer
	At         time.Time `json:"at"`
	Counted    bool      `json:"counted"`        // against the quota; blocked users are not
	Body       string    `json:"body,omitempty"` // while Options.KeepBodies keeps it
}

// entry is a Received in 72 bytes without pointers, so that millions of them
// cost the garbage collector nothing.
type entry struct {
	to       personID
	kind     kind
	keyed    bool
	counted  bool
	messages uint8
	quotable uint8
	key      uuid.UUID
	hash     uint64
	request  uint64
	at       int64  // ns
	before   uint32 // place in the record, plus 1, of what the same recipient got before
}

// kind of a message request.
type kind uint8

const (
	kindPush kind = iota
	kindMulticast
)

func (k kind) String() string { return [...]string{"push", "multicast"}[k] }

// pageSize is how many entries are allocated at once; a slice that doubles
// would hold the record three times while it grows.
const pageSize = 4096

// record is what a channel's recipients received, in order of acceptance.
type record struct {
	pages  []*[pageSize]entry
	n      int
	people map[personID]person
	counts map[uint32]int // how many recipients received how many
}

// person is what the record knows of a recipient.
type person struct {
	received uint32
	last     uint32 // place of the last entry, plus 1
}

// add appends e and returns its place.
func (r *record) add(e entry) uint32 {
	if r.people == nil {
		r.people, r.counts = map[personID]person{}, map[uint32]int{}
	}
	if r.n%pageSize == 0 {
		r.pages = append(r.pages, new([pageSize]entry))
	}
	p := r.people[e.to]
	e.before = p.last
	place := uint32(r.n)
	r.pages[r.n/pageSize][r.n%pageSize] = e
	r.n++
	if p.received > 0 {
		r.counts[p.received]--
	}
	p.received, p.last = p.received+1, place+1
	r.counts[p.received]++
	r.people[e.to] = p
	return place
}

// at is the entry at place.
func (r *record) at(place uint32) *entry { return &r.pages[place/pageSize][place%pageSize] }

// of is what one recipient received, oldest first.
func (r *record) of(id personID) []entry {
	p := r.people[id]
	list := make([]entry, p.received)
	for i, place := len(list)-1, p.last; i >= 0; i-- {
		list[i] = *r.at(place - 1)
		place = list[i].before
	}
	return list
}

// show is the entry as people read it.
func (e *entry) show() Received {
	r := Received{
		To: e.to.String(), Kind: e.kind.String(), BodyHash: hexHash(e.hash), Counted: e.counted,
		RequestID: requestID(e.request).String(), At: time.Unix(0, e.at).UTC(), MessageIDs: make([]string, e.messages),
	}
	if e.keyed {
		r.RetryKey = e.key.String()
	}
	for i := range r.MessageIDs {
		r.MessageIDs[i] = strconv.FormatUint(messageID(e.request, i), 10)
	}
	return r
}

// hexHash is a hash in 16 digits.
func hexHash(h uint64) string {
	s := strconv.FormatUint(h, 16)
	return "0000000000000000"[len(s):] + s
}

// Received is what the user, group or room got, oldest first.
func (a *Account) Received(to string) []Received {
	id, ok := parseID([]byte(to))
	if !ok {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	entries := a.record.of(id)
	list := make([]Received, len(entries))
	for i := range entries {
		list[i] = a.showLocked(&entries[i])
	}
	return list
}

// All goes through everything received, oldest first. What is accepted
// meanwhile may or may not be seen; sending goes on.
func (a *Account) All() iter.Seq[Received] {
	return func(yield func(Received) bool) {
		for i := 0; ; i++ {
			a.mu.Lock()
			if i >= a.record.n {
				a.mu.Unlock()
				return
			}
			r := a.showLocked(a.record.at(uint32(i)))
			a.mu.Unlock()
			if !yield(r) {
				return
			}
		}
	}
}

// showLocked adds the body to an entry when it is still kept.
func (a *Account) showLocked(e *entry) Received {
	r := e.show()
	r.Body = string(a.bodies.get(e.request))
	return r
}
