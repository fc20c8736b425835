package delivery

import (
	"time"

	"github.com/linecast/linecast/ref"
)

// Outcome is the final word on one recipient of a run.
type Outcome struct {
	Recipient         ref.User
	LineID            string
	State             State
	Reason            string // a key of Reasons
	Detail            string // LINE's own words, or our check's
	HTTPStatus        int    // 0 when nothing was sent
	Attempts          int
	MessageID         string // LINE's id of the first message
	RequestID         string // x-line-request-id of the deciding answer
	AcceptedRequestID string // of the earlier answer that a 409 tells of
	BodyHash          int64  // first 8 bytes of SHA-256 of the body posted
	FirstAttempt      time.Time
	Finished          time.Time
}

// RetryWindow is how long after a recipient's first attempt its request may be
// made again. LINE keeps a retry key for 24 hours; after that the same key is
// a new message. The rest is margin for clocks and slow requests.
const RetryWindow = 20 * time.Hour

// Recipient is one user of a batch, as he is when the batch is sent.
type Recipient struct {
	ID         ref.User
	UserID     string
	LineID     string
	Attributes []byte // the JSON object as PostgreSQL prints it
	Erased     bool   // the row is gone since the audience was frozen
	Blocked    bool   // stopped being reachable since then
	Moved      bool   // has another line_id since then
	Place      int    // in the batch, from 0
	Unclear    bool   // may have been asked before, and the answer is not known
}

// Expired is the outcome of a recipient whose retry key is too old to be used
// again; first is when it may have been asked first.
func Expired(r *Recipient, first, now time.Time) Outcome {
	return Outcome{
		Recipient: r.ID, LineID: r.LineID, State: Unknown, Reason: "expired",
		Detail:       "no clear answer within " + RetryWindow.String() + " of the first attempt",
		FirstAttempt: first, Finished: now,
	}
}
