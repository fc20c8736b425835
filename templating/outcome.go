package templating

// Skip is the error of a rendering whose recipient must not get the message,
// through no fault of the template. It is an outcome, not a failure.
type Skip struct {
	Reason string // MissingAttribute or NotSend
	Name   string // what is missing, such as "tier" or "address.city"; or the author's reason
}

// Reasons of a Skip, as deliveries record them.
const (
	MissingAttribute = "missing_attribute"
	NotSend          = "not_send"
)

func (s *Skip) Error() string { return "skipped: " + s.Reason + ": " + s.Name }

// Halt is the error of a rendering under MissingHalt when something printed is
// missing: the run is to stop until a person has looked.
type Halt struct {
	Name string // what is missing
}

func (h *Halt) Error() string { return "halted: " + MissingAttribute + ": " + h.Name }

// Reject is the error of a rendering whose body must not go to this recipient:
// its "to" is not the recipient's own line_id.
type Reject struct {
	Reason string // ToMismatch
	To     string // what the body said, shortened
}

// ToMismatch is the only Reason of a Reject.
const ToMismatch = "to_mismatch"

func (r *Reject) Error() string { return "rejected: " + r.Reason + ": the body is for " + r.To }

// Missing says what becomes of a recipient for whom something printed is
// undefined or null.
type Missing uint8

const (
	MissingSkip  Missing = iota // the recipient is skipped, with the name
	MissingEmpty                // it prints as nothing
	MissingHalt                 // the run halts
)
