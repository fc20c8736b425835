package delivery

import (
	"sync/atomic"

	"github.com/linecast/linecast/line"
)

// silentAfter is how many requests in a row LINE may leave without a clear
// answer before it is taken to be down: the others need not find out too.
const silentAfter = 20

// Silence counts a channel's requests in a row, in one process, that LINE left
// without a clear answer. While it is silent a batch asks with one request at a
// time and gives up at the first that is not answered; the first that is ends
// the silence. It is safe for concurrent use; a nil Silence never begins.
type Silence struct{ unanswered atomic.Int64 }

// note takes one outcome in and reports whether LINE is silent.
func (s *Silence) note(o line.Outcome) bool {
	if s == nil {
		return false
	}
	if o != line.Retry {
		s.unanswered.Store(0)
		return false
	}
	return s.unanswered.Add(1) >= silentAfter
}

func (s *Silence) silent() bool { return s != nil && s.unanswered.Load() >= silentAfter }
