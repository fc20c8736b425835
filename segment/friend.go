package segment

import (
	"strings"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/ref"
)

// friendState is a state that friend_of can ask for, with its two readings. A
// user without a line_id is in none of them.
type friendState struct {
	name  string
	doc   string
	sql   string // {channel} and {since} are arguments
	match func(f audience.Friendship, e *evaluation) bool
}

// friendStates is every state that friend_of can ask for. A user without a row
// in friendships is unknown to the channel.
var friendStates = []friendState{
	{"reachable", "can be pushed to: is a friend, or wrote to the account within 7 days, or nothing is known",
		`u.line_id is not null and not exists (select from friendships fr where fr.channel_id = {channel} and fr.line_id = u.line_id
			and (fr.state = 'blocked' or fr.state = 'contacted' and fr.changed_at < {since}))`,
		func(f audience.Friendship, e *evaluation) bool { return f.Reachable(e.now) }},
	{"friend", "is a friend of the account",
		`exists (select from friendships fr where fr.channel_id = {channel} and fr.line_id = u.line_id and fr.state = 'friend')`,
		func(f audience.Friendship, _ *evaluation) bool { return f.State == audience.Friend }},
	{"blocked", "has blocked or left the account",
		`exists (select from friendships fr where fr.channel_id = {channel} and fr.line_id = u.line_id and fr.state = 'blocked')`,
		func(f audience.Friendship, _ *evaluation) bool { return f.State == audience.Blocked }},
	{"contacted", "wrote to the account at any time without being a friend",
		`exists (select from friendships fr where fr.channel_id = {channel} and fr.line_id = u.line_id and fr.state = 'contacted')`,
		func(f audience.Friendship, _ *evaluation) bool { return f.State == audience.Contacted }},
	{"unknown", "has a line_id, and nothing else is known",
		`u.line_id is not null and not exists (select from friendships fr where fr.channel_id = {channel} and fr.line_id = u.line_id
			and fr.state <> 'unknown')`,
		func(f audience.Friendship, _ *evaluation) bool {
			return f.State == audience.FriendUnknown || f.State == ""
		}},
}

// friend is where the user stands with a channel.
type friend struct {
	at    string
	of    ref.Channel
	state friendState
}

func parseFriend(p *parser, at string, v value) node {
	f := &friend{at: at}
	id, _ := v.member("friend_of")
	if err := f.of.UnmarshalText([]byte(id.text)); err != nil {
		p.fail(at+"/friend_of", errs.From(err))
	}
	state, _ := v.member("state")
	var names []string
	for _, s := range friendStates {
		if s.name == state.text && state.kind == '"' {
			f.state = s
			return f
		}
		names = append(names, s.name)
	}
	if state.kind != '"' {
		p.fail(at+"/state", errs.New("segment.wrong_value", "state", "one of "+strings.Join(names, ", "), state.says()))
		return f
	}
	p.fail(at+"/state", errs.New("segment.unknown_value", "state", shorten(state.text), strings.Join(names, ", "), nearest.Hint(state.text, names)))
	return f
}

func (f *friend) pointer() string { return f.at }
func (f *friend) says() string    { return "friend_of " + f.of.String() + " is " + f.state.name }

func (f *friend) sql(c *compiler) string {
	b := c.binder()
	return "(" + expand(f.state.sql, func(name string) string {
		if name == "since" {
			return b.bind(name, timestamp(c.e.now.Add(-audience.ContactedFor)), "timestamptz")
		}
		return b.bind(name, int64(f.of), "bigint")
	}) + ")"
}

func (f *friend) holds(e *evaluation, u *User) bool {
	return u.LineID != "" && f.state.match(u.Friendships[f.of], e)
}

func (f *friend) inside(e *evaluation) ([]node, *evaluation) { return nil, e }

// Reachable is s less those whom a push on the channel would not reach.
func (s *Segment) Reachable(channel ref.Channel) *Segment {
	f := &friend{of: channel, state: friendStates[0]}
	root := &group{word: "all", rows: []node{s.root, f}}
	return &Segment{root: root, zone: s.zone, nodes: append([]node{root, f}, s.nodes...)}
}
