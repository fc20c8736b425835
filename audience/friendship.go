package audience

import (
	"cmp"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Friendship is what is known of a LINE user and a channel. No Friendship is
// the same as FriendUnknown.
type Friendship struct {
	ChannelID ref.Channel      `json:"channel"`
	LineID    string           `json:"line_id"`
	State     FriendState      `json:"state"`
	Source    FriendshipSource `json:"source"`
	ChangedAt time.Time        `json:"changed_at"` // when it happened, by LINE's clock where LINE told us
}

// FriendState says whether a user can be reached on a channel.
type FriendState string

// The states of a friendship.
const (
	Friend        FriendState = "friend"
	Contacted     FriendState = "contacted" // wrote to the account without being a friend
	Blocked       FriendState = "blocked"   // unfollowed, or is not listed by LINE any more
	FriendUnknown FriendState = "unknown"   // no evidence
)

// FriendshipSource is how a state was learned.
type FriendshipSource string

// The sources of friendships.
const (
	FromWebhook FriendshipSource = "webhook"
	FromSync    FriendshipSource = "sync"
	FromImport  FriendshipSource = "import"
	FromSend    FriendshipSource = "send"
)

// ContactedFor is how long LINE lets an account push to somebody who wrote to
// it without being a friend (LINE reference, Send push message, Conditions).
const ContactedFor = 7 * 24 * time.Hour

// friendStates rank the states. Friend and Blocked say where somebody stands;
// the newer of them wins. Contacted only says that there was a message, and
// Unknown nothing: neither takes back what a follow or an unfollow said, which
// is what keeps the result the same in whatever order events arrive. At one
// and the same millisecond Blocked wins over Friend: a push to somebody who
// left is worse than one too few.
var friendStates = map[FriendState]struct{ weight, tie int }{
	FriendUnknown: {0, 0},
	Contacted:     {1, 0},
	Friend:        {2, 0},
	Blocked:       {2, 1},
}

// Wins reports whether f takes the place of old, the stored state of the same
// user and channel. It orders all states and times, so that the last winner
// does not depend on the order of arrival.
func (f Friendship) Wins(old Friendship) bool {
	a, b := friendStates[f.State], friendStates[old.State]
	return cmp.Or(cmp.Compare(a.weight, b.weight), f.ChangedAt.Compare(old.ChangedAt), cmp.Compare(a.tie, b.tie)) > 0
}

// Reachable reports whether a push at now would be delivered, as far as is
// known.
func (f Friendship) Reachable(now time.Time) bool {
	switch f.State {
	case Blocked:
		return false
	case Contacted:
		return now.Sub(f.ChangedAt) <= ContactedFor
	}
	return true
}

// Check refuses what cannot be stored.
func (f Friendship) Check() error {
	if _, ok := friendStates[f.State]; !ok {
		return errs.New("friendship.bad_state", excerpt(string(f.State))).At("/state")
	}
	return checkLineID(f.LineID)
}
