package delivery

import (
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/ref"
)

// RunState is where a run stands.
type RunState string

// The states of a run.
const (
	Freezing     RunState = "freezing" // its audience is being written
	Sending      RunState = "sending"
	RunPaused    RunState = "paused"
	Halted       RunState = "halted" // stopped by the engine; Reason says why
	RunFinished  RunState = "finished"
	RunCancelled RunState = "cancelled"
	Missed       RunState = "missed" // due while nothing ran, and too late by now
)

// Ended reports whether nothing will be sent any more.
func (s RunState) Ended() bool {
	return s == RunFinished || s == RunCancelled || s == Missed
}

// Run is one sending of a campaign to the audience frozen at its start.
type Run struct {
	ID         ref.Run          `json:"id"`
	Campaign   ref.Campaign     `json:"campaign"`
	Version    int              `json:"campaign_version"`
	Channel    ref.Channel      `json:"channel"`
	DueAt      time.Time        `json:"due_at"`
	State      RunState         `json:"state"`
	Reason     string           `json:"reason,omitempty"`
	Namespace  uuid.UUID        `json:"-"`
	Clock      time.Time        `json:"-"`
	Snapshot   string           `json:"-" db:"-"` // what the freeze could see, as PostgreSQL writes it
	Part       int              `json:"-"`
	Matched    int64            `json:"matched"`  // users the segment named
	Excluded   map[string]int64 `json:"excluded"` // of those, taken out, by reason
	Frozen     int64            `json:"frozen"`   // recipients; matched less excluded
	Batches    int              `json:"batches"`
	BatchSize  int              `json:"batch_size"`
	Window     int              `json:"-"`                 // how many of its batches have a job at once
	Ahead      int              `json:"-"`                 // how many recipients of a batch may be asked before its lease says more
	Judged     bool             `json:"-"`                 // by its first recipients, see FirstRecipients; before that only they are sent to
	Retries    ref.Run          `json:"retries,omitempty"` // the run whose rejected recipients this one is for
	CreatedAt  time.Time        `json:"created_at"`
	StartedAt  *time.Time       `json:"started_at"`
	FinishedAt *time.Time       `json:"finished_at"`
	CheckedAt  *time.Time       `json:"checked_at"` // when the invariants were found to hold
	// LedgerDroppedAt is when the run's deliveries were removed for their age;
	// the counts stay.
	LedgerDroppedAt *time.Time `json:"ledger_dropped_at,omitempty"`
}

// Counts are a run's outcomes by state.
type Counts struct {
	Accepted  int64 `json:"accepted"`
	Skipped   int64 `json:"skipped"`
	Rejected  int64 `json:"rejected"`
	Unknown   int64 `json:"unknown"`
	Cancelled int64 `json:"cancelled"`
	// Conflicts are those of Accepted that were learned by 409: a sign of
	// crashes and cut connections, never of repeated messages.
	Conflicts int64 `json:"learned_by_409"`
}

// Total is the number of recipients with an outcome.
func (c Counts) Total() int64 {
	return c.Accepted + c.Skipped + c.Rejected + c.Unknown + c.Cancelled
}

// Batch is the unit of queueing: up to BatchSize recipients of a run, sent by
// one job under a lease.
type Batch struct {
	Run            ref.Run
	Seq            int
	Owner          uuid.UUID // the lease; another worker's take changes it
	Rounds         int       // how often it came back with recipients still open
	Size           int
	Plan           string     // its multicast groups, see Plan; "" when none was made
	FirstAttemptAt *time.Time // when the first unclear recipient was asked, or TakenAt
	TakenAt        time.Time
	Ahead          int // the run's
}
