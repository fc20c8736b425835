package delivery

import (
	"sync"

	"github.com/linecast/linecast/line"
)

// poisonAfter is how many messages in a row LINE may refuse, with none
// accepted, before the template is taken to be wrong for everybody.
const poisonAfter = 20

// Streak counts a run's consecutive refused messages, in one process. It is
// safe for concurrent use; a nil Streak never trips.
type Streak struct {
	mu       sync.Mutex
	accepted bool
	refused  int
}

// NewStreak starts a count; accepted says whether the run has had a message
// accepted before, in whatever process.
func NewStreak(accepted bool) *Streak { return &Streak{accepted: accepted} }

// note takes one outcome in and reports whether the run is poisoned. A bad
// recipient says nothing about the message.
func (s *Streak) note(state State, o line.Outcome) bool {
	if s == nil || o == line.BadRecipient {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == Accepted {
		s.accepted, s.refused = true, 0
		return false
	}
	s.refused++
	return !s.accepted && s.refused >= poisonAfter
}
