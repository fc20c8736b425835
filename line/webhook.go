package line

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/linecast/linecast/errs"
)

// Event types that a campaign cares about; there are others, and LINE adds
// more without notice (LINE reference, Webhook Event Objects).
const (
	EventFollow   = "follow"
	EventUnfollow = "unfollow"
	EventMessage  = "message"
)

// Webhook is a request from LINE: events of several users, perhaps none.
type Webhook struct {
	Destination string // the bot's user id
	Events      []Event
}

// Event is something a user did. Fields that LINE left out, or filled with
// another type than it documents, are zero; Raw has what came.
type Event struct {
	Type         string
	ID           string    // webhookEventId, a ULID; LINE may send an event twice
	Mode         string    // active, or standby: do not send then
	At           time.Time // when it happened; the order of arrival means nothing
	IsRedelivery bool
	Source       Source
	ReplyToken   string   // valid for a minute, once
	Follow       *Follow  // of a follow
	Message      *Message // of a message
	Raw          json.RawMessage
}

// Source is who or what an event comes from.
type Source struct {
	Type    string `json:"type"` // user, group or room
	UserID  string `json:"userId"`
	GroupID string `json:"groupId"`
	RoomID  string `json:"roomId"`
}

// Follow says more of a follow. LINE does not guarantee IsUnblocked.
type Follow struct {
	IsUnblocked bool `json:"isUnblocked"`
}

// Message is what a user sent. Text is empty for other types than text.
type Message struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Text string `json:"text"`
}

// ParseWebhook reads a webhook body, whose signature the caller has checked
// and whose length it has bounded (1 MiB is plenty). The events are read one
// by one: an odd one keeps only its Raw and spoils no other. Only a body that
// is not a JSON object with a list of events is an error, line.bad_webhook,
// which holds nothing of the body.
func ParseWebhook(body []byte) (Webhook, error) {
	var envelope struct {
		Destination string            `json:"destination"`
		Events      []json.RawMessage `json:"events"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return Webhook{}, errs.New("line.bad_webhook", len(body))
	}
	w := Webhook{Destination: envelope.Destination, Events: make([]Event, 0, len(envelope.Events))}
	for _, raw := range envelope.Events {
		w.Events = append(w.Events, parseEvent(raw))
	}
	return w, nil
}

// wireEvent is an event as LINE writes it.
type wireEvent struct {
	Type            string `json:"type"`
	WebhookEventID  string `json:"webhookEventId"`
	Mode            string `json:"mode"`
	Timestamp       int64  `json:"timestamp"` // ms
	DeliveryContext struct {
		IsRedelivery bool `json:"isRedelivery"`
	} `json:"deliveryContext"`
	Source     Source   `json:"source"`
	ReplyToken string   `json:"replyToken"`
	Follow     *Follow  `json:"follow"`
	Message    *Message `json:"message"`
}

// parseEvent reads what has the documented type and leaves out what has not:
// encoding/json goes on after a value of the wrong type.
func parseEvent(raw json.RawMessage) Event {
	var e wireEvent
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(raw, &e); err != nil && !errors.As(err, &wrongType) {
		return Event{Raw: raw}
	}
	event := Event{
		Type: e.Type, ID: e.WebhookEventID, Mode: e.Mode, IsRedelivery: e.DeliveryContext.IsRedelivery,
		Source: e.Source, ReplyToken: e.ReplyToken, Follow: e.Follow, Message: e.Message, Raw: raw,
	}
	if e.Timestamp > 0 {
		event.At = time.UnixMilli(e.Timestamp).UTC()
	}
	return event
}
