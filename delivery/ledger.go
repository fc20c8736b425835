package delivery

import (
	"strconv"
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

// CSVHeader names the columns of CSV.
func CSVHeader() []string {
	return []string{"user", "user_id", "line_id", "state", "reason", "detail", "http_status", "attempts",
		"line_request_id", "accepted_request_id", "message_id", "first_attempt_at", "finished_at"}
}

// CSV is the row as the ledger's export has it, each cell as it is.
func (d Delivery) CSV() []string {
	return []string{
		d.Recipient.String(), d.UserID, d.LineID, d.State.String(), d.Reason, d.Detail,
		number(d.HTTPStatus), number(d.Attempts), text(d.LineRequestID), text(d.AcceptedRequestID),
		integer(d.MessageID), stamp(d.FirstAttemptAt), stamp(&d.FinishedAt),
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func integer(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func text(id *uuid.UUID) string {
	if id == nil {
		return ""
	}
	return id.String()
}

func stamp(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
