package simulator

import (
	"encoding/json"
	"fmt"
	"time"
)

// Event is something a user does, to be sent as a webhook event. Zero fields
// are filled in as LINE would.
type Event struct {
	Type         string    `json:"type"` // follow, unfollow, message or another of LINE's
	UserID       string    `json:"user_id"`
	ID           string    `json:"id"`            // webhookEventId; zero: a new ULID
	At           time.Time `json:"at"`            // zero: now
	IsRedelivery bool      `json:"is_redelivery"` // send the same Event again with this set
	IsUnblocked  bool      `json:"is_unblocked"`  // of a follow
	Text         string    `json:"text"`          // of a message

	// Raw, when set, is sent as the event instead of all that.
	Raw json.RawMessage `json:"raw"`
}

// Follow is a user adding the account.
func Follow(userID string) Event { return Event{Type: "follow", UserID: userID} }

// Unblock is a user adding the account again after blocking it.
func Unblock(userID string) Event { return Event{Type: "follow", UserID: userID, IsUnblocked: true} }

// Unfollow is a user blocking the account.
func Unfollow(userID string) Event { return Event{Type: "unfollow", UserID: userID} }

// Message is a user writing a text.
func Message(userID, text string) Event { return Event{Type: "message", UserID: userID, Text: text} }

// wire is the event as LINE writes it (LINE reference, Webhook Event Objects).
func (e Event) wire(n uint64) (json.RawMessage, error) {
	if e.Raw != nil {
		return e.Raw, nil
	}
	m := map[string]any{
		"type": e.Type, "mode": "active", "timestamp": e.At.UnixMilli(), "webhookEventId": e.ID,
		"source":          map[string]string{"type": "user", "userId": e.UserID},
		"deliveryContext": map[string]bool{"isRedelivery": e.IsRedelivery},
	}
	if e.Type != "unfollow" {
		m["replyToken"] = fmt.Sprintf("%016x%016x", mix(n), n)
	}
	switch e.Type {
	case "follow":
		m["follow"] = map[string]bool{"isUnblocked": e.IsUnblocked}
	case "message":
		m["message"] = map[string]string{"type": "text", "id": fmt.Sprint(messageID(n, 0)), "text": e.Text}
	}
	return json.Marshal(m)
}

// take fills in what e leaves open and lets its user do it: a follower becomes
// a friend, an unfollower blocks the account.
func (a *Account) take(e Event, n uint64) (Event, error) {
	if e.Raw != nil {
		return e, nil
	}
	if e.At.IsZero() {
		e.At = a.sim.options.Clock()
	}
	e.ID = orElse(e.ID, ulid(e.At, n))
	switch e.Type {
	case "follow":
		return e, a.Befriend(e.UserID)
	case "unfollow":
		return e, a.Block(e.UserID)
	}
	return e, nil
}
