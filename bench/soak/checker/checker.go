// Package checker holds what linecast says of campaigns against what LINE
// received, in the manner of Jepsen's total-queue: what goes in must come out,
// once, and nothing else may.
//
// It is a pure function over two records, linecast's ledger and the simulator's
// journal, so every kind of failure has a test. It refuses to explain what went
// wrong: it names who, and both records' words.
package checker

import "time"

// History is the two records. The audiences of its campaigns must not overlap:
// who received a message then says which campaign sent it.
type History struct {
	Campaigns []Campaign
	Messages  []Message // as LINE accepted them
	// WrongBodies is how many requests came again under their retry key with
	// other bytes.
	WrongBodies int
}

// Campaign is what was asked for and what linecast says became of it.
type Campaign struct {
	Name   string
	Dues   int      // how many due times it had: so many runs are right
	Wanted []string // who is in its segment, by line_id
	Quiet  []Span   // when nothing might be sent: paused, cancelled
	// Wakes is when a suspended worker woke. What it had begun before it was
	// suspended arrives then, whoever stopped the campaign meanwhile: nobody can
	// call a request back.
	Wakes []time.Time
	Runs  []Run
}

// Span is a time; a zero To has no end.
type Span struct{ From, To time.Time }

// Run is one sending as linecast shows it.
type Run struct {
	ID     string
	Due    time.Time
	State  string
	Ended  bool
	Funnel Funnel

	Audience []string // frozen, by line_id
	Outcomes []Outcome
}

// Funnel is the sums that people see.
type Funnel struct {
	Matched, Excluded, Frozen int64
	States                    map[string]int64
	Recovered                 int64 // accepted ones that were learned by 409
}

// Outcome is a row of the ledger.
type Outcome struct{ LineID, State, Reason string }

// Message is one message as one person got it.
type Message struct {
	To string
	At time.Time
}

// Kind is a way to break the promise.
type Kind string

// The kinds.
const (
	Lost       Kind = "lost"       // in the audience, and neither outcome nor reason
	Duplicated Kind = "duplicated" // more than one message for one person and due time
	Unexpected Kind = "unexpected" // the two records contradict each other about a person
	Late       Kind = "late"       // sent while the campaign was paused or cancelled
	Unknown    Kind = "unknown"    // given up before the retry key's window was over, in a run that was not cancelled
	Sums       Kind = "sums"       // the funnel is not the sum of its rows
	Runs       Kind = "runs"       // not one run a due time
	Bytes      Kind = "bytes"      // one retry key with two bodies
	Vacuous    Kind = "vacuous"    // nothing was there to be checked
)

// Problem is one broken promise.
type Problem struct {
	Kind     Kind   `json:"kind"`
	Campaign string `json:"campaign,omitempty"`
	Who      string `json:"who,omitempty"` // a line_id
	What     string `json:"what"`
}

// Row is a campaign in figures, which are people but for Runs.
type Row struct {
	Campaign   string `json:"campaign"`
	State      string `json:"state"` // of its last run
	Runs       int    `json:"runs"`
	Attempted  int    `json:"attempted"` // frozen into the audience
	Accepted   int    `json:"accepted"`
	Recovered  int64  `json:"recovered"` // of accepted: learned by 409
	Skipped    int    `json:"skipped"`
	Rejected   int    `json:"rejected"`
	Cancelled  int    `json:"cancelled"`
	Unknown    int    `json:"unknown"`
	Lost       int    `json:"lost"`
	Duplicated int    `json:"duplicated"`
	Unexpected int    `json:"unexpected"`
	Late       int    `json:"late"`
	Woken      int    `json:"woken"` // received while it was stopped, begun before a suspension
}

// Report is the verdict.
type Report struct {
	Rows     []Row     `json:"rows"`
	Problems []Problem `json:"problems"`
}

// OK reports that every promise was kept.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// Count is how many problems are of a kind.
func (r Report) Count(k Kind) (n int) {
	for _, p := range r.Problems {
		if p.Kind == k {
			n++
		}
	}
	return n
}
