// Package channel owns the LINE official accounts that are connected: their
// credentials, limits and circuit, and the clients that speak for them.
//
// It refuses to keep a credential that LINE does not accept, to show one
// again, and to connect one account twice.
package channel

import (
	"context"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// State is where a channel stands.
type State string

// The states of a channel.
const (
	Active    State = "active"
	Suspended State = "suspended" // by a person: its campaigns wait
	Deleted   State = "deleted"   // disconnected; its history stays
)

// Channel is a connected LINE official account's Messaging API channel.
type Channel struct {
	ID                 ref.Channel `json:"id"`
	Name               string      `json:"name"`
	LineChannelID      string      `json:"line_channel_id"`
	BotUserID          string      `json:"bot_user_id"` // from /v2/bot/info; one account, one channel
	BasicID            string      `json:"basic_id"`
	DisplayName        string      `json:"display_name"`
	State              State       `json:"state"`
	TokenLast4         string      `json:"token_last4"`
	TokenVersion       int         `json:"-"`
	PushPerSecond      int         `json:"push_per_second"`      // 0: no limit of ours
	MulticastPerSecond int         `json:"multicast_per_second"` // 0: no limit of ours
	QuotaReserve       int         `json:"quota_reserve"`        // messages a month kept for test sends
	TimeZone           string      `json:"time_zone"`
	Language           string      `json:"language"`
	CircuitReason      string      `json:"circuit_reason,omitempty"` // why sending waits
	CircuitUntil       *time.Time  `json:"circuit_until,omitempty"`  // when it is tried again
	CreatedAt          time.Time   `json:"created_at"`
	UpdatedAt          time.Time   `json:"updated_at"`
}

// Credentials are a channel's secrets. They print as [hidden].
type Credentials struct {
	Secret string
	Token  string
}

// String hides the credentials.
func (Credentials) String() string { return "[hidden]" }

// GoString hides the credentials.
func (Credentials) GoString() string { return "[hidden]" }

// Sealed are credentials as they are stored.
type Sealed struct {
	Secret []byte
	Token  []byte
}

// Store keeps channels.
type Store interface {
	// CreateChannel is channel.taken when the bot is connected already.
	CreateChannel(ctx context.Context, c Channel, s Sealed) (Channel, error)
	// Channel is channel.not_found when there is none, or it was deleted.
	Channel(ctx context.Context, id ref.Channel) (Channel, error)
	ChannelCredentials(ctx context.Context, id ref.Channel) (Channel, Sealed, error)
	// UpdateChannel stores the fields that ch has, credentials excepted.
	UpdateChannel(ctx context.Context, id ref.Channel, ch Change) (Channel, error)
	// SetChannelState makes a channel active or suspended.
	SetChannelState(ctx context.Context, id ref.Channel, to State) (Channel, error)
	// ReplaceCredentials raises TokenVersion and closes the circuit.
	ReplaceCredentials(ctx context.Context, id ref.Channel, s Sealed, last4 string) (Channel, error)
}

// Sealer encrypts what is stored, bound to its purpose.
type Sealer interface {
	Seal(plain []byte, purpose string) []byte
	Open(sealed []byte, purpose string) ([]byte, error)
}

func (s Service) seal(bot string, c Credentials) Sealed {
	return Sealed{
		Secret: s.Sealer.Seal([]byte(c.Secret), "channel:secret:"+bot),
		Token:  s.Sealer.Seal([]byte(c.Token), "channel:token:"+bot),
	}
}

func (s Service) open(bot string, sealed Sealed) (Credentials, error) {
	secret, err := s.Sealer.Open(sealed.Secret, "channel:secret:"+bot)
	if err != nil {
		return Credentials{}, errs.New("channel.sealed").Because(err)
	}
	token, err := s.Sealer.Open(sealed.Token, "channel:token:"+bot)
	if err != nil {
		return Credentials{}, errs.New("channel.sealed").Because(err)
	}
	return Credentials{Secret: string(secret), Token: string(token)}, nil
}
