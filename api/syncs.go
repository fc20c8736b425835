package api

import (
	"context"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/ref"
)

// Syncs is where LINE's lists of followers are read, by jobs.
type Syncs interface {
	// StartSync is sync.running while the channel's followers are being read.
	StartSync(ctx context.Context, id ref.Channel) (audience.Sync, error)
	Sync(ctx context.Context, id ref.Sync) (audience.Sync, error)
	// CancelSync leaves one that has ended as it is.
	CancelSync(ctx context.Context, id ref.Sync) (audience.Sync, error)
}

// syncOut is a sync as it is now.
type syncOut struct{ audience.Sync }

func (s syncOut) story() (object string, detail any) {
	return s.ID.String(), map[string]any{"channel": s.ChannelID, "state": s.State}
}

// syncStarted is a new sync.
type syncStarted struct{ syncOut }

func (s syncStarted) location() string { return v1 + "/syncs/" + s.ID.String() }

// syncFollowers starts to read LINE's list of followers; only verified and
// premium accounts have one.
func (a *API) syncFollowers(ctx context.Context, in channelRef) (syncStarted, error) {
	s, err := a.deps.Syncs.StartSync(ctx, in.ID)
	return syncStarted{syncOut{s}}, err
}

type syncRef struct {
	ID ref.Sync `path:"id"`
}

func (a *API) readSync(ctx context.Context, in syncRef) (audience.Sync, error) {
	return a.deps.Syncs.Sync(ctx, in.ID)
}

// cancelSync stops a sync; what it has stored stays.
func (a *API) cancelSync(ctx context.Context, in syncRef) (syncOut, error) {
	s, err := a.deps.Syncs.CancelSync(ctx, in.ID)
	return syncOut{s}, err
}
