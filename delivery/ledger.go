package delivery

import (
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/ref"
)

// Delivery is a row of a run's ledger: what became of one recipient.
type Delivery struct {
	Recipient         ref.User   `json:"user"`
	UserID            string     `json:"user_id,omitempty"` // the brand's id, as it is now
	LineID            string     `json:"line_id,omitempty"` // as it was when sent; empty once the user is erased
	State             State      `json:"state"`
	Reason            string     `json:"reason,omitempty"`
	Detail            string     `json:"detail,omitempty"`
	HTTPStatus        int        `json:"http_status,omitempty"`
	Attempts          int        `json:"attempts"`
	LineRequestID     *uuid.UUID `json:"line_request_id,omitempty"`
	AcceptedRequestID *uuid.UUID `json:"accepted_request_id,omitempty"`
	MessageID         *int64     `json:"message_id,omitempty,string"`
	FirstAttemptAt    *time.Time `json:"first_attempt_at,omitempty"`
	FinishedAt        time.Time  `json:"finished_at"`
}

// LedgerFilter chooses rows of a run's ledger; zero values choose all.
type LedgerFilter struct {
	State  State
	Reason string
	User   ref.User
}
