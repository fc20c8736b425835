package delivery

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// minGroup is the size from which equal messages go by multicast. LINE asks for
// push when the recipients are few (LINE reference, Send multicast message).
const minGroup = 10

// Plan says which recipients of a batch share a multicast. It is stored before
// its first request is made and only ever split, so that an attempt after a
// crash makes the same requests under the same retry keys. Recipients in no
// group get a push each.
type Plan struct {
	Last   int      `json:"last"`   // the highest number given to a group; none is used twice
	Shared []string `json:"shared"` // the messages; groups that were one have the same
	Groups []Group  `json:"groups"`
}

// Group is the recipients of one multicast.
type Group struct {
	N      int        `json:"n"`
	Shared int        `json:"shared"` // its place in Plan.Shared
	To     []ref.User `json:"to"`     // 1 to 500
}

// NewPlan groups equal messages. It is empty when no group is large enough.
func NewPlan(messages []*Message) *Plan {
	p := &Plan{}
	byShared := map[string][]ref.User{}
	var order []string
	for _, m := range messages {
		have, seen := byShared[string(m.Shared())]
		if !seen {
			order = append(order, string(m.Shared()))
		}
		byShared[string(m.Shared())] = append(have, m.Recipient.ID)
	}
	for _, shared := range order {
		if to := byShared[shared]; len(to) >= minGroup {
			p.Shared = append(p.Shared, shared)
			p.add(len(p.Shared)-1, to)
		}
	}
	return p
}

func (p *Plan) add(shared int, to []ref.User) {
	p.Last++
	p.Groups = append(p.Groups, Group{N: p.Last, Shared: shared, To: to})
}

// ParsePlan reads what Text wrote; "" is the empty plan.
func ParsePlan(text string) (*Plan, error) {
	p := &Plan{}
	if text == "" {
		return p, nil
	}
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("reading a batch's plan: %w", err)
	}
	return p, nil
}

// Text is the plan as it is stored.
func (p *Plan) Text() string {
	text, _ := json.Marshal(p) // numbers and strings cannot fail
	return string(text)
}

// Empty reports whether everybody gets a push.
func (p *Plan) Empty() bool { return len(p.Groups) == 0 }

// places says which recipient is in which of Groups.
func (p *Plan) places() map[ref.User]int {
	in := map[ref.User]int{}
	for i, g := range p.Groups {
		for _, id := range g.To {
			in[id] = i
		}
	}
	return in
}

// Ungrouped are the messages of recipients in no group.
func (p *Plan) Ungrouped(messages []*Message) (rest []*Message) {
	in := p.places()
	for _, m := range messages {
		if _, grouped := in[m.Recipient.ID]; !grouped {
			rest = append(rest, m)
		}
	}
	return rest
}

// Requests makes the multicasts for those of the batch's open recipients that
// are in a group and can still be reached, and returns the others.
func (p *Plan) Requests(namespace uuid.UUID, seq int, open []Recipient) (multicasts []*Request, others []*Recipient) {
	in := p.places()
	members := make([][]*Recipient, len(p.Groups))
	for i := range open {
		if g, grouped := in[open[i].ID]; grouped && unreachable(&open[i]) == "" {
			members[g] = append(members[g], &open[i])
		} else {
			others = append(others, &open[i])
		}
	}
	for i, to := range members {
		if len(to) > 0 {
			multicasts = append(multicasts, p.request(namespace, seq, p.Groups[i], to))
		}
	}
	return multicasts, others
}

func (p *Plan) request(namespace uuid.UUID, seq int, g Group, to []*Recipient) *Request {
	ids := make([]string, len(to))
	for i, r := range to {
		ids[i] = r.LineID
	}
	shared := []byte(p.Shared[g.Shared])
	return &Request{
		To: to, Body: templating.AppendMulticast(nil, ids, shared), Hash: hash(shared), Group: g.N,
		Key:     MulticastKey(namespace, seq, g.N),
		unclear: slices.ContainsFunc(to, func(r *Recipient) bool { return r.Unclear }),
	}
}

// Split is the plan with the group of a refused request replaced by two: the
// recipient at place bad and the others, or, when LINE did not name one (-1),
// two halves. LINE took none of it, so they go under keys of their own.
func (p *Plan) Split(r *Request, bad int) *Plan {
	i := slices.IndexFunc(p.Groups, func(g Group) bool { return g.N == r.Group })
	shared := p.Groups[i].Shared
	ids := make([]ref.User, len(r.To))
	for i, to := range r.To {
		ids[i] = to.ID
	}
	after := &Plan{Last: p.Last, Shared: p.Shared, Groups: slices.Delete(slices.Clone(p.Groups), i, i+1)}
	if bad < 0 || bad >= len(ids) {
		after.add(shared, ids[:len(ids)/2])
		after.add(shared, ids[len(ids)/2:])
		return after
	}
	after.add(shared, []ref.User{ids[bad]})
	after.add(shared, slices.Delete(slices.Clone(ids), bad, bad+1))
	return after
}

// Parts makes the two requests that Split made of r.
func (p *Plan) Parts(namespace uuid.UUID, seq int, r *Request) []*Request {
	byID := map[ref.User]*Recipient{}
	for _, to := range r.To {
		byID[to.ID] = to
	}
	var parts []*Request
	for _, g := range p.Groups[len(p.Groups)-2:] {
		to := make([]*Recipient, len(g.To))
		for i, id := range g.To {
			to[i] = byID[id]
		}
		parts = append(parts, p.request(namespace, seq, g, to))
	}
	return parts
}
