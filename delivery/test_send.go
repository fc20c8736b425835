package delivery

import (
	"context"
	"time"

	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/line/message"
	"github.com/linecast/linecast/ref"
)

// Tester sends a message to named people at once, outside any run: no ledger,
// no retries, everything that is known shown.
type Tester struct {
	Composer *Composer
	Pusher   Pusher
	Pacer    *Pacer // the channel's; nil without a limit
	Now      func() time.Time
}

// TestResult is what became of one test message.
type TestResult struct {
	User          ref.User          `json:"user"`
	UserID        string            `json:"user_id,omitempty"`
	LineID        string            `json:"line_id,omitempty"`
	Outcome       string            `json:"outcome"` // accepted, skipped, rejected, or no_answer
	Reason        string            `json:"reason,omitempty"`
	Detail        string            `json:"detail,omitempty"`
	Body          string            `json:"body,omitempty"` // as rendered
	Findings      []message.Finding `json:"findings"`       // of our check; warnings too
	Status        int               `json:"line_status,omitempty"`
	LineRequestID string            `json:"line_request_id,omitempty"`
	MessageIDs    []string          `json:"message_ids,omitempty"`
	LineMessage   string            `json:"line_message,omitempty"`
	LineDetails   []line.Detail     `json:"line_details,omitempty"`
}

// Accepted reports whether LINE took the message.
func (r TestResult) Accepted() bool { return r.Outcome == Accepted.String() }

// noAnswer is the outcome of a test whose answer was lost or unclear: it is
// not asked again, the person who tests decides.
const noAnswer = "no_answer"

// Send sends to each recipient in turn.
func (t Tester) Send(ctx context.Context, recipients []Recipient) []TestResult {
	results := make([]TestResult, len(recipients))
	for i := range recipients {
		results[i] = t.one(ctx, &recipients[i])
	}
	return results
}

func (t Tester) one(ctx context.Context, r *Recipient) TestResult {
	made := t.Composer.Compose(r, t.Now())
	result := TestResult{
		User: r.ID, UserID: r.UserID, LineID: r.LineID,
		Body: string(made.Body), Findings: append([]message.Finding{}, made.Findings...),
	}
	switch {
	case made.Outcome != nil:
		result.Outcome, result.Reason, result.Detail = made.Outcome.State.String(), made.Outcome.Reason, made.Outcome.Detail
		return result
	case made.Message == nil: // the template says a missing value halts the run
		result.Outcome, result.Reason, result.Detail = Skipped.String(), "missing_attribute", made.Err.Error()
		return result
	}
	if err := t.Pacer.Wait(ctx); err != nil {
		result.Outcome, result.Detail = noAnswer, err.Error()
		return result
	}
	answer := t.Pusher.Push(ctx, made.Message.Body, RetryKey(t.Composer.run.Namespace, r.ID))
	result.answered(answer)
	return result
}

func (r *TestResult) answered(a line.Answer) {
	r.Status, r.LineRequestID, r.MessageIDs = a.Status, a.RequestID, a.MessageIDs
	r.LineMessage, r.LineDetails = a.Message, a.Details
	verdict := line.Judge(a)
	state, final := settle(verdict.Outcome)
	r.Outcome = noAnswer
	if final {
		r.Outcome = state.String()
	}
	if state != Accepted {
		r.Reason, r.Detail = verdict.Reason, verdict.Detail
	}
}
