package api

import (
	"context"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

// Renderer shows messages before they are sent.
type Renderer interface {
	Render(ctx context.Context, s delivery.Source, p delivery.Person) (delivery.Preview, error)
	Validate(ctx context.Context, s delivery.Source, segment ref.Segment) (delivery.Validation, error)
	// Rehearse calls report about once a second.
	Rehearse(ctx context.Context, id ref.Campaign, report func(delivery.Rehearsal) error) (delivery.Rehearsal, error)
}

type renderBody struct {
	delivery.Source
	delivery.Person
}

// renderMessage shows a message as one person would get it. A stored user is
// shown only to a key that may read users.
func (a *API) renderMessage(ctx context.Context, in renderBody) (delivery.Preview, error) {
	if caller := access.From(ctx); in.User != "" && !caller.May(access.UsersRead) {
		return delivery.Preview{}, errs.New("auth.scope", access.UsersRead, scopeList(caller.Scopes))
	}
	return a.deps.Renderer.Render(ctx, in.Source, in.Person)
}
