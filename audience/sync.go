package audience

import (
	"time"

	"github.com/linecast/linecast/ref"
)

// Sync is one reading of all of LINE's follower ids of a channel.
type Sync struct {
	ID         ref.Sync    `json:"id"`
	ChannelID  ref.Channel `json:"channel"`
	State      SyncState   `json:"state"`
	NextToken  string      `json:"-"`                 // LINE's continuation token; it lives 24 hours
	Pages      int         `json:"pages"`             // read in this pass
	Seen       int64       `json:"seen"`              // ids listed in this pass
	Added      int64       `json:"added"`             // users that were not known at all
	Returned   int64       `json:"returned"`          // were known on this channel and not as friends
	Gone       int64       `json:"gone"`              // were friends and are not listed any more
	Failure    *Failure    `json:"failure,omitempty"` // why State is failed
	StartedAt  time.Time   `json:"started_at"`        // of this pass
	FinishedAt *time.Time  `json:"finished_at,omitempty"`
}

// SyncState is how far a Sync came.
type SyncState string

// The states of a Sync; running is the only one that is left.
const (
	SyncRunning   SyncState = "running"
	SyncFinished  SyncState = "finished"
	SyncFailed    SyncState = "failed"
	SyncCancelled SyncState = "cancelled"
)
