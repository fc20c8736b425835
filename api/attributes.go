package api

import (
	"context"
	"slices"
	"strings"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/errs"
)

// Attributes is the catalogue of the names that users' attributes have.
type Attributes interface {
	ListAttributes(ctx context.Context) ([]audience.KnownAttribute, error) // by name
	PatchAttribute(ctx context.Context, name string, t audience.Type) (audience.KnownAttribute, error)
}

// listAttributes cuts its page out of the whole catalogue: there are hundreds
// of names, not millions.
func (a *API) listAttributes(ctx context.Context, in paging) (page[audience.KnownAttribute], error) {
	last, err := after[string](&in)
	if err != nil {
		return page[audience.KnownAttribute]{}, err
	}
	known, err := a.deps.Attributes.ListAttributes(ctx)
	if err != nil {
		return page[audience.KnownAttribute]{}, err
	}
	slices.SortFunc(known, func(a, b audience.KnownAttribute) int { return strings.Compare(a.Name, b.Name) })
	known = slices.DeleteFunc(known, func(k audience.KnownAttribute) bool { return last != "" && k.Name <= last })
	return pageOf(&in, known, func(k audience.KnownAttribute) string { return k.Name })
}

type attributePatch struct {
	Name string `path:"name"`
	Type string `json:"type" required:"true"`
}

// changedAttribute is an attribute whose type a person gave.
type changedAttribute struct{ audience.KnownAttribute }

func (c changedAttribute) story() (object string, detail any) {
	return "attribute:" + c.Name, map[string]any{"type": c.Type}
}

func (a *API) patchAttribute(ctx context.Context, in attributePatch) (changedAttribute, error) {
	t, err := audience.ParseType(in.Type)
	if err != nil {
		return changedAttribute{}, errs.From(err).At("/type")
	}
	known, err := a.deps.Attributes.PatchAttribute(ctx, in.Name, t)
	return changedAttribute{known}, err
}
