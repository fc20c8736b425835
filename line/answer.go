package line

import (
	"strings"
	"time"
)

// Answer is what became of one request: a status, or an error when none came.
// Judge says what it means. It holds neither the token nor bytes of the
// request. Its texts are valid UTF-8 without control characters, so that they
// can be stored and shown as they are.
type Answer struct {
	Status            int           // 0 when no answer came
	Err               error         // why none came; unwraps to context and net errors
	RequestID         string        // X-Line-Request-Id
	AcceptedRequestID string        // X-Line-Accepted-Request-Id: the earlier request that a 409 speaks of
	MessageIDs        []string      // sentMessages[].id, of a push accepted now (2xx) or before (409)
	Message           string        // LINE's message, at most 1,000 bytes
	Details           []Detail      // LINE's details in its order, at most 20
	RetryAfter        time.Duration // 1 s to 300 s, else 0
	Excerpt           string        // first 512 bytes of an error's body or of one that is not the JSON expected
}

// Detail is an entry of LINE's details; LINE may leave either field out.
type Detail struct {
	Message  string `json:"message"`
	Property string `json:"property"`
}

// Text is LINE's message and details on one line, for people; the beginning of
// the body when there is no message.
func (a Answer) Text() string {
	if a.Message == "" {
		return a.Excerpt
	}
	parts := make([]string, len(a.Details))
	for i, d := range a.Details {
		parts[i] = strings.TrimSpace(d.Property + " " + d.Message)
	}
	if len(parts) == 0 {
		return a.Message
	}
	return a.Message + ": " + strings.Join(parts, "; ")
}
