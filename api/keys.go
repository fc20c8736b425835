package api

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

type newKey struct {
	Name      string         `json:"name" required:"true"`
	Scopes    []access.Scope `json:"scopes" required:"true"`
	ExpiresAt *time.Time     `json:"expires_at"`
}

// shownKey is a key with its token, which is shown this once.
type shownKey struct {
	access.Key
	Token *string `json:"key"` // null in the replay of an Idempotency-Key
}

func (k shownKey) forStorage() any { return shownKey{Key: k.Key} }

func (k shownKey) story() (object string, detail any) {
	return k.ID.String(), map[string]any{"name": k.Name, "scopes": k.Scopes, "expires_at": k.ExpiresAt}
}

func (a *API) createKey(ctx context.Context, in newKey) (shownKey, error) {
	scopes, err := access.CheckScopes(in.Scopes)
	if err != nil {
		return shownKey{}, errs.From(err).At("/scopes")
	}
	if n := utf8.RuneCountInString(in.Name); n > 100 {
		return shownKey{}, errs.New("request.bad_value", "name", "it has more than 100 characters").At("/name")
	}
	if in.ExpiresAt != nil && !in.ExpiresAt.After(a.deps.Now()) {
		return shownKey{}, errs.New("request.bad_value", "expires_at", "it is in the past").At("/expires_at")
	}
	token, err := access.NewToken(a.deps.Random)
	if err != nil {
		return shownKey{}, err
	}
	digest, err := access.DigestOf(token)
	if err != nil {
		return shownKey{}, err
	}
	key, err := a.deps.Keys.CreateKey(ctx, access.NewKey{Name: in.Name, Digest: digest,
		Last4: access.Last4(token), Scopes: scopes, ExpiresAt: in.ExpiresAt})
	return shownKey{key, &token}, err
}

func (a *API) listKeys(ctx context.Context, in paging) (page[access.Key], error) {
	start, err := after[ref.Key](&in)
	if err != nil {
		return page[access.Key]{}, err
	}
	keys, err := a.deps.Keys.Keys(ctx, start, in.size()+1)
	if err != nil {
		return page[access.Key]{}, err
	}
	return pageOf(&in, keys, func(k access.Key) ref.Key { return k.ID })
}

type keyID struct {
	ID ref.Key `path:"id"`
}

func (a *API) revokeKey(ctx context.Context, in keyID) (none, error) {
	return none{}, a.deps.Keys.RevokeKey(ctx, in.ID, a.deps.Now())
}
