package api

import (
	"context"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

type validateBody struct {
	delivery.Source
	Segment ref.Segment `json:"segment"`
}

// validateMessage checks a message for the extremes of an audience, with ours
// and LINE's rules. An audience's users are shown only to a key that may read
// users.
func (a *API) validateMessage(ctx context.Context, in validateBody) (delivery.Validation, error) {
	caller := access.From(ctx)
	if (in.Segment != 0 || in.Campaign != 0) && !caller.May(access.UsersRead) {
		return delivery.Validation{}, errs.New("auth.scope", access.UsersRead, scopeList(caller.Scopes))
	}
	return a.deps.Renderer.Validate(ctx, in.Source, in.Segment)
}

// rehearseCampaign renders the campaign for its whole audience and sends
// nothing. How it stands is a line of the answer each second; the last line is
// the result.
func (a *API) rehearseCampaign(_ context.Context, in campaignRef) (rehearsal, error) {
	return rehearsal{a.deps.Renderer, in.ID}, nil
}

// rehearsal is the answer of rehearseCampaign.
type rehearsal struct {
	renderer Renderer
	id       ref.Campaign
}

func (rehearsal) mediaType() string { return ndjson }

// writeTo ends with its reader: who closes the connection ends the rehearsal.
func (r rehearsal) writeTo(ctx context.Context, w *stream) error {
	send := func(report delivery.Rehearsal) error {
		line, err := marshal(report)
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
		return w.Flush()
	}
	last, err := r.renderer.Rehearse(ctx, r.id, send)
	switch {
	case err != nil && ctx.Err() != nil:
		return errGone
	case err != nil:
		return err
	}
	return send(last)
}
