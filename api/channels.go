package api

import (
	"context"
	"net/http"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

// Channels is what the routes under /channels do.
type Channels interface {
	// Connect asks LINE whose token it is before anything is stored.
	Connect(ctx context.Context, r channel.Request) (channel.Channel, error)
	Update(ctx context.Context, id ref.Channel, c channel.Change) (channel.Channel, error)
	Suspend(ctx context.Context, id ref.Channel) (channel.Channel, error)
	Resume(ctx context.Context, id ref.Channel) (channel.Channel, error)
	Verify(ctx context.Context, id ref.Channel) (channel.Verification, error)
	Quota(ctx context.Context, id ref.Channel) (channel.Quota, error)
}

// ChannelStore is where channels are kept.
type ChannelStore interface {
	Channel(ctx context.Context, id ref.Channel) (channel.Channel, error)
	ListChannels(ctx context.Context) ([]channel.Channel, error) // by id
	// OpenCampaigns counts what DeleteChannel would cancel.
	OpenCampaigns(ctx context.Context, id ref.Channel) (int, error)
	// DeleteChannel cancels the channel's open campaigns and says how many.
	DeleteChannel(ctx context.Context, id ref.Channel, by string) (int, error)
	// PlannedMessages counts the recipients of open runs without an outcome.
	PlannedMessages(ctx context.Context, id ref.Channel) (int64, error)
}

// channelOut is a channel as it is now.
type channelOut struct{ channel.Channel }

func (c channelOut) story() (object string, detail any) {
	return c.ID.String(), map[string]any{"name": c.Name, "state": c.State, "token_last4": c.TokenLast4}
}

// connected is a new channel.
type connected struct{ channelOut }

func (c connected) location() string { return v1 + "/channels/" + c.ID.String() }

type channelRef struct {
	ID ref.Channel `path:"id"`
}

// connectChannel verifies the token with LINE before anything is stored.
func (a *API) connectChannel(ctx context.Context, in channel.Request) (connected, error) {
	c, err := a.deps.Channels.Connect(ctx, in)
	return connected{channelOut{c}}, err
}

// listChannels cuts its page out of all channels: an installation has few.
func (a *API) listChannels(ctx context.Context, in paging) (page[channel.Channel], error) {
	last, err := after[ref.Channel](&in)
	if err != nil {
		return page[channel.Channel]{}, err
	}
	all, err := a.deps.ChannelStore.ListChannels(ctx)
	if err != nil {
		return page[channel.Channel]{}, err
	}
	list := []channel.Channel{}
	for _, c := range all {
		if c.ID > last {
			list = append(list, c)
		}
	}
	return pageOf(&in, list, func(c channel.Channel) ref.Channel { return c.ID })
}

func (a *API) readChannel(ctx context.Context, in channelRef) (channelOut, error) {
	c, err := a.deps.ChannelStore.Channel(ctx, in.ID)
	return channelOut{c}, err
}

type channelChange struct {
	channelRef
	channel.Change
}

func (a *API) changeChannel(ctx context.Context, in channelChange) (channelOut, error) {
	c, err := a.deps.Channels.Update(ctx, in.ID, in.Change)
	return channelOut{c}, err
}

// verifyChannel asks LINE about token, plan and webhook, and says which fails.
func (a *API) verifyChannel(ctx context.Context, in channelRef) (channel.Verification, error) {
	return a.deps.Channels.Verify(ctx, in.ID)
}

func (a *API) suspendChannel(ctx context.Context, in channelRef) (channelOut, error) {
	c, err := a.deps.Channels.Suspend(ctx, in.ID)
	return channelOut{c}, err
}

func (a *API) resumeChannel(ctx context.Context, in channelRef) (channelOut, error) {
	c, err := a.deps.Channels.Resume(ctx, in.ID)
	return channelOut{c}, err
}

type channelDeletion struct {
	channelRef
	Confirm string `query:"confirm"`
}

// deleted tells the audit log what went with a channel.
type deleted struct {
	channel   channel.Channel
	cancelled int
}

func (deleted) status() int { return http.StatusNoContent }

func (d deleted) story() (object string, detail any) {
	return d.channel.ID.String(), map[string]any{"name": d.channel.Name, "campaigns_cancelled": d.cancelled}
}

// deleteChannel disconnects a channel. Its name has to be repeated, and the
// refusal says what would be cancelled.
func (a *API) deleteChannel(ctx context.Context, in channelDeletion) (deleted, error) {
	c, err := a.deps.ChannelStore.Channel(ctx, in.ID)
	if err != nil {
		return deleted{}, err
	}
	if in.Confirm != c.Name {
		open, err := a.deps.ChannelStore.OpenCampaigns(ctx, in.ID)
		if err != nil {
			return deleted{}, err
		}
		return deleted{}, errs.New("channel.confirm", in.Confirm, c.Name, open).At("?confirm")
	}
	n, err := a.deps.ChannelStore.DeleteChannel(ctx, in.ID, access.From(ctx).Actor())
	return deleted{c, n}, err
}

// month is a channel's month: what LINE counts, and what is still to be sent.
type month struct {
	channel.Quota
	Planned int64 `json:"planned"`
}

func (a *API) readQuota(ctx context.Context, in channelRef) (month, error) {
	q, err := a.deps.Channels.Quota(ctx, in.ID)
	if err != nil {
		return month{}, err
	}
	planned, err := a.deps.ChannelStore.PlannedMessages(ctx, in.ID)
	return month{q, planned}, err
}
