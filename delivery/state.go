package delivery

import "fmt"

// State is what became of a recipient. Every state is final: a recipient whose
// outcome is not known yet has none. The numbers are stored.
type State int16

// The states.
const (
	Accepted  State = 1 // LINE took it: 2xx, or 409 for a key it had taken before
	Skipped   State = 2 // we decided not to send
	Rejected  State = 3 // LINE refused it, or our own check did
	Unknown   State = 4 // the answer could not be learned within the retry key's window
	Cancelled State = 5 // the run was cancelled before it was sent
)

var stateNames = [...]string{"", "accepted", "skipped", "rejected", "unknown", "cancelled"}

// States lists all states in the order of the funnel.
func States() []State { return []State{Accepted, Skipped, Rejected, Unknown, Cancelled} }

// String is the state's name, as people and JSON see it.
func (s State) String() string {
	if s < Accepted || s > Cancelled {
		return fmt.Sprintf("State(%d)", int16(s))
	}
	return stateNames[s]
}

// MarshalText writes String.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseState reads a state's name.
func ParseState(name string) (State, bool) {
	for _, s := range States() {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// Reasons explains every reason code that a skipped, rejected or unknown
// recipient can have, and every reason for not being frozen at all. Accepted
// recipients have none.
var Reasons = map[string]string{
	// Taken out when the audience was frozen.
	"no_line_id":       "The user has no line_id.",
	"excluded_segment": "The user is in an excluded segment.",
	"blocked":          "The user blocked the official account or is no longer its friend.",
	"not_reachable":    "The user wrote to the account more than 7 days ago and is not a friend.",
	"over_limit":       "The audience was larger than max_recipients.",
	// Skipped while sending.
	"line_id_changed":   "The user got another line_id after the audience was frozen.",
	"erased":            "The user was erased after the audience was frozen.",
	"missing_attribute": "An attribute that the message prints has no value and no default.",
	"not_send":          "The template said MOE_NOT_SEND.",
	// Rejected by our own checks.
	"to_mismatch":  "The body's to is not the recipient's own line_id.",
	"render_error": "The template failed for this user's values.",
	"bad_message":  "The message breaks one of LINE's rules.",
	// Rejected by LINE: package line's reasons.
	"bad_recipient": "LINE does not know this line_id on this provider.",
	"too_large":     "The body is larger than LINE takes.",
	"rejected":      "LINE refused the request.",
	// Not learned, not sent.
	"expired":           "No clear answer within 20 hours of the first attempt.",
	"cancelled_unclear": "The run was cancelled while the answer to this recipient's request was not known.",
	"cancelled":         "The run was cancelled before this recipient's turn.",
}
