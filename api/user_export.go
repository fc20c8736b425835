package api

import (
	"context"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// UserHistory is what is known of a user besides the user.
type UserHistory interface {
	Friendships(ctx context.Context, lineID string) ([]audience.Friendship, error)
	EachIdentityChange(ctx context.Context, id ref.User, visit func(at time.Time, c audience.IdentityChange) error) error
	EachUserDelivery(ctx context.Context, id ref.User, visit func(ref.Run, ref.Campaign, delivery.Delivery) error) error
}

// userExport is everything that linecast knows of a person, for the person.
type userExport struct {
	User        audience.User         `json:"user"`
	Friendships []audience.Friendship `json:"friendships"`
	Identity    []identityChange      `json:"identity"`
	Deliveries  []userDelivery        `json:"deliveries"`
}

// identityChange is a line_id that moved, or another row that turned out to be
// the same person.
type identityChange struct {
	At        time.Time `json:"at"`
	What      string    `json:"what"`
	OldLineID string    `json:"old_line_id,omitempty"`
	NewLineID string    `json:"new_line_id,omitempty"`
	Merged    *ref.User `json:"merged,omitempty"`
}

// userDelivery is what became of one message.
type userDelivery struct {
	Run      ref.Run      `json:"run"`
	Campaign ref.Campaign `json:"campaign"`
	delivery.Delivery
}

func (e userExport) filename() string { return e.User.ID.String() + ".json" }

func (a *API) exportUser(ctx context.Context, in userRef) (e userExport, err error) {
	if e.User, err = a.deps.Users.User(ctx, in.ID.Key); err != nil {
		return e, err
	}
	history, id := a.deps.UserHistory, e.User.ID
	if e.Friendships, err = history.Friendships(ctx, e.User.LineID); err != nil {
		return e, err
	}
	e.Identity, e.Deliveries = []identityChange{}, []userDelivery{}
	err = history.EachIdentityChange(ctx, id, func(at time.Time, c audience.IdentityChange) error {
		change := identityChange{At: at, What: c.What, OldLineID: c.OldLineID, NewLineID: c.NewLineID}
		if c.MergedID != 0 {
			change.Merged = &c.MergedID
		}
		e.Identity = append(e.Identity, change)
		return nil
	})
	if err != nil {
		return e, err
	}
	return e, history.EachUserDelivery(ctx, id, func(run ref.Run, campaign ref.Campaign, d delivery.Delivery) error {
		e.Deliveries = append(e.Deliveries, userDelivery{run, campaign, d})
		return nil
	})
}
