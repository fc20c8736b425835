package web

import (
	"context"
	"time"

	"github.com/linecast/linecast/internal/access"
)

// KeyStore finds API keys by their digest; *postgres.DB is one.
type KeyStore interface {
	// UseKey is auth.unknown for a key that is unknown, expired or revoked.
	UseKey(ctx context.Context, digest access.Digest, now time.Time) (access.Key, error)
}

// Keys is the Authenticator of linecast's own API keys.
type Keys struct {
	Store KeyStore
	Now   func() time.Time
}

// Authenticate is the name and the scopes of a key; a mistyped one is
// auth.unknown without a query.
func (k Keys) Authenticate(ctx context.Context, key string) (string, []access.Scope, error) {
	digest, err := access.DigestOf(key)
	if err != nil {
		return "", nil, err
	}
	found, err := k.Store.UseKey(ctx, digest, k.Now())
	return found.Name, found.Scopes, err
}
