package line

import (
	"strings"
	"time"
)

// Outcome is what an answer means for its recipients.
type Outcome uint8

// The outcomes. Only Accepted, BadRecipient, BadMessage and Rejected end a
// recipient; the others say that this attempt did not decide it.
const (
	Retry          Outcome = iota // undecided: the same key and bytes later
	Accepted                      // LINE took it, now or before; not "delivered"
	BadRecipient                  // LINE refuses the user id: suppress it
	BadMessage                    // LINE refuses the message: suspect the template
	Rejected                      // LINE refuses the request otherwise
	ChannelRefused                // token or account refused: stop the channel, judge nobody
	RateLimited                   // slow the whole channel, same key later
	QuotaExhausted                // a hint, by text: confirm with Quota and Consumption, then pause
)

// String is the outcome in snake_case.
func (o Outcome) String() string {
	return [...]string{"retry", "accepted", "bad_recipient", "bad_message", "rejected",
		"channel_refused", "rate_limited", "quota_exhausted"}[o]
}

// Reasons, finer than outcomes, in snake_case for reports and metrics.
const (
	ReasonAccepted        = "accepted"
	ReasonAlreadyAccepted = "already_accepted"
	ReasonBadRecipient    = "bad_recipient"
	ReasonBadMessage      = "bad_message"
	ReasonTooLarge        = "too_large"
	ReasonRejected        = "rejected"
	ReasonUnauthorized    = "unauthorized"
	ReasonForbidden       = "forbidden"
	ReasonRateLimited     = "rate_limited"
	ReasonQuota           = "quota"
	ReasonServerError     = "server_error"
	ReasonOddStatus       = "odd_status"
	ReasonTimeout         = "timeout"
	ReasonUnreachable     = "unreachable"
)

// Verdict is an answer judged.
type Verdict struct {
	Outcome    Outcome
	Reason     string        // one of the Reason constants
	Detail     string        // LINE's own words, or the transport's; for people
	ToIndex    int           // BadRecipient of a multicast: the place in "to" that LINE named, else -1
	RetryAfter time.Duration // LINE's wish, 1 s to 300 s, else 0
}

// rule is a row of the table: what the statuses from and to, both included,
// mean. refine, when set, looks at the texts of the answer.
type rule struct {
	from, to int
	outcome  Outcome
	reason   string
	refine   func(Answer, *Verdict)
}

// rules is the whole of what LINE's answers mean (LINE reference, Status
// codes; LINE docs, Retry failed API requests). The first row that covers the
// status decides; Judge adds what no row covers, which is Retry, odd_status.
var rules = [...]rule{
	{from: 0, to: 0, outcome: Retry, reason: ReasonUnreachable, refine: judgeTransport},
	{from: 200, to: 299, outcome: Accepted, reason: ReasonAccepted},
	{from: 400, to: 400, outcome: BadMessage, reason: ReasonBadMessage, refine: judgeRecipient},
	{from: 401, to: 401, outcome: ChannelRefused, reason: ReasonUnauthorized},
	{from: 403, to: 403, outcome: ChannelRefused, reason: ReasonForbidden},
	{from: 409, to: 409, outcome: Accepted, reason: ReasonAlreadyAccepted},
	{from: 413, to: 413, outcome: BadMessage, reason: ReasonTooLarge},
	{from: 429, to: 429, outcome: RateLimited, reason: ReasonRateLimited, refine: judgeQuota},
	{from: 400, to: 499, outcome: Rejected, reason: ReasonRejected},
	{from: 500, to: 599, outcome: Retry, reason: ReasonServerError},
}

// Judge says what the answer to a push or multicast means. A 1xx or 3xx is
// not LINE's doing but a proxy's: nothing is known, so it is tried again.
func Judge(a Answer) Verdict {
	v := Verdict{Outcome: Retry, Reason: ReasonOddStatus, Detail: a.Text(), ToIndex: -1, RetryAfter: a.RetryAfter}
	for i := range rules {
		r := &rules[i]
		if a.Status < r.from || a.Status > r.to {
			continue
		}
		v.Outcome, v.Reason = r.outcome, r.reason
		if r.refine != nil {
			r.refine(a, &v)
		}
		break
	}
	return v
}

// judgeTransport tells a time-out from the rest and shows the error.
func judgeTransport(a Answer, v *Verdict) {
	if a.Err == nil {
		return
	}
	v.Detail = a.Err.Error()
	if timedOut(a.Err) {
		v.Reason = ReasonTimeout
	}
}

// judgeQuota reads the one text that tells the month's end from a rate limit.
// LINE does not promise its texts, hence a hint.
func judgeQuota(a Answer, v *Verdict) {
	if strings.Contains(strings.ToLower(a.Message), "monthly limit") {
		v.Outcome, v.Reason = QuotaExhausted, ReasonQuota
	}
}

// judgeRecipient tells a bad "to" from a bad message.
func judgeRecipient(a Answer, v *Verdict) {
	if index, ok := namesRecipient(a); ok {
		v.Outcome, v.Reason, v.ToIndex = BadRecipient, ReasonBadRecipient, index
	}
}
