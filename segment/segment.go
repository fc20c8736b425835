package segment

import (
	"slices"
	"time"

	"github.com/linecast/linecast/ref"
)

// The limits of a definition.
const (
	MaxBytes    = 256 << 10 // of JSON
	MaxDepth    = 10        // all, any and not inside each other
	MaxNodes    = 500       // conditions and groups
	MaxValues   = 1000      // in one list; a static list holds more
	MaxExpanded = 2000      // conditions and groups, those of referenced segments included
	MaxChain    = 10        // segments that refer to the next
)

// Segment is a parsed definition. It never changes and may be used by many
// goroutines at once.
type Segment struct {
	root  node
	zone  *time.Location // nil: the caller's
	nodes []node         // all of them, parents before their children
}

// Reference is a place in a definition that names something stored elsewhere.
// One of Segment and Channel is set.
type Reference struct {
	Pointer string // of the condition, RFC 6901
	Segment ref.Segment
	Channel ref.Channel
}

// Uses lists the places that name segments and channels, in order.
func (s *Segment) Uses() []Reference {
	var list []Reference
	for _, n := range s.nodes {
		switch n := n.(type) {
		case *member:
			list = append(list, Reference{Pointer: n.at, Segment: n.of})
		case *friend:
			list = append(list, Reference{Pointer: n.at, Channel: n.of})
		}
	}
	return list
}

// References are the segments that the definition names itself, each once, in
// the order of their ids. What those name is not among them.
func (s *Segment) References() []ref.Segment {
	var ids []ref.Segment
	for _, u := range s.Uses() {
		if u.Segment != 0 {
			ids = append(ids, u.Segment)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Channels are the channels that the definition names itself, each once, in
// the order of their ids.
func (s *Segment) Channels() []ref.Channel {
	var ids []ref.Channel
	for _, u := range s.Uses() {
		if u.Channel != 0 {
			ids = append(ids, u.Channel)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Attributes are the names the definition looks at, each once, sorted:
// attributes as they are written, and user_id and line_id.
func (s *Segment) Attributes() []string {
	var names []string
	for _, n := range s.nodes {
		if c, ok := n.(*comparison); ok {
			names = append(names, c.attribute.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
