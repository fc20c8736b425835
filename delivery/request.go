package delivery

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/ref"
)

// Message is what one recipient is to get.
type Message struct {
	Recipient *Recipient
	Body      []byte // a complete push request
	Hash      int64  // of Shared

	shared int // where the members begin that do not name the recipient
}

// Shared is the part of the body that does not name the recipient. Recipients
// for whom it is equal, byte for byte, may share a multicast.
func (m *Message) Shared() []byte { return m.Body[m.shared : len(m.Body)-1] }

// Request is one call to LINE, ready to be made any number of times: a push to
// one recipient, or a multicast of one message to several.
type Request struct {
	To    []*Recipient
	Body  []byte
	Key   uuid.UUID
	Hash  int64
	Group int // its group in the batch's Plan; 0 is a push

	attempts int
	first    time.Time
	unclear  bool // an answer was lost, so LINE may have taken it
}

// Push is the request that gives one recipient his message.
func (m *Message) Push(namespace uuid.UUID) *Request {
	return &Request{
		To: []*Recipient{m.Recipient}, Body: m.Body, Hash: m.Hash,
		Key: RetryKey(namespace, m.Recipient.ID), unclear: m.Recipient.Unclear,
	}
}

// outcomes are the final words on everybody the request was for.
func (r *Request) outcomes(a line.Answer, state State, v line.Verdict, now time.Time) []Outcome {
	o := Outcome{
		State: state, HTTPStatus: a.Status, Attempts: r.attempts,
		RequestID: a.RequestID, AcceptedRequestID: a.AcceptedRequestID,
		BodyHash: r.Hash, FirstAttempt: r.first, Finished: now,
	}
	if len(a.MessageIDs) > 0 {
		o.MessageID = a.MessageIDs[0]
	}
	if state != Accepted {
		o.Reason, o.Detail = v.Reason, v.Detail
	}
	list := make([]Outcome, len(r.To))
	for i, to := range r.To {
		o.Recipient, o.LineID = to.ID, to.LineID
		list[i] = o
	}
	return list
}

// Unclear lists the recipients of requests that LINE may have taken, and since
// when: taken is when this batch's work began, before when the earliest of
// those that were unclear already was asked.
func Unclear(open []*Request, before, taken *time.Time) (list []ref.User, since *time.Time) {
	since = taken
	for _, r := range open {
		if !r.unclear {
			continue
		}
		for _, to := range r.To {
			list = append(list, to.ID)
			if to.Unclear {
				since = before
			}
		}
	}
	slices.Sort(list)
	return list, since
}
