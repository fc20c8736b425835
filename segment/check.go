package segment

import (
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Check proves that everything s refers to is in segments, without a circle,
// and not larger in all than MaxChain and MaxExpanded allow. self is the id
// under which s is stored, or 0. It fails with segment.not_found at the pointer
// of the condition, segment.cycle or segment.too_large.
func Check(s *Segment, self ref.Segment, segments map[ref.Segment]*Segment) error {
	c := &checker{segments: segments}
	if self != 0 {
		c.chain = []ref.Segment{self}
	}
	return c.segment(s)
}

// checker walks references. What it walked stays in count, so that it ends
// soon even where each segment names the next one twice.
type checker struct {
	segments map[ref.Segment]*Segment
	chain    []ref.Segment
	count    int
}

func (c *checker) segment(s *Segment) error {
	if c.count += len(s.nodes); c.count > MaxExpanded {
		return errs.New("segment.too_large", MaxExpanded, "conditions and groups, those of the segments it names included")
	}
	for _, u := range s.Uses() {
		if u.Segment == 0 {
			continue
		}
		if err := c.follow(u); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) follow(u Reference) error {
	at := u.Pointer + "/segment"
	c.chain = append(c.chain, u.Segment)
	defer func() { c.chain = c.chain[:len(c.chain)-1] }()
	if slices.Contains(c.chain[:len(c.chain)-1], u.Segment) {
		return errs.New("segment.cycle", c.path()).At(at)
	}
	inner, ok := c.segments[u.Segment]
	switch {
	case !ok:
		return errs.New("segment.not_found", u.Segment).At(at)
	case len(c.chain) > MaxChain:
		return errs.New("segment.too_deep_chain", MaxChain, c.path()).At(at)
	}
	if err := c.segment(inner); err != nil {
		e := *errs.From(err) // its own pointer is into the other definition
		e.Pointer = at
		return &e
	}
	return nil
}

func (c *checker) path() string {
	names := make([]string, len(c.chain))
	for i, id := range c.chain {
		names[i] = id.String()
	}
	return strings.Join(names, " → ")
}

// CheckStored is Check for a definition that is to be stored, with pointers
// that start at its draft: every problem at once, and channels too. known are
// those of its Channels that exist.
func (s *Segment) CheckStored(self ref.Segment, segments map[ref.Segment]*Segment, known []ref.Channel) error {
	var bad []*errs.Error
	for _, u := range s.Uses() {
		switch {
		case u.Channel != 0 && !slices.Contains(known, u.Channel):
			bad = append(bad, errs.New("channel.not_found", u.Channel).At("/definition"+u.Pointer+"/friend_of"))
		case u.Segment != 0 && u.Segment != self && segments[u.Segment] == nil:
			bad = append(bad, errs.New("segment.not_found", u.Segment).At("/definition"+u.Pointer+"/segment"))
		}
	}
	if len(bad) == 0 {
		bad = errs.Under("/definition", Check(s, self, segments))
	}
	return errs.Several("segment.invalid", bad)
}
