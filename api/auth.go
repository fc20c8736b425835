package api

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

// Keys is where API keys are kept.
type Keys interface {
	// UseKey is the key with that digest when it may be used at now, and
	// auth.unknown otherwise.
	UseKey(ctx context.Context, digest access.Digest, now time.Time) (access.Key, error)
	Keys(ctx context.Context, after ref.Key, limit int) ([]access.Key, error)
	CreateKey(ctx context.Context, k access.NewKey) (access.Key, error)
	RevokeKey(ctx context.Context, id ref.Key, now time.Time) error
}

// identify is who calls, when they may do what the route's scope says.
func (a *API) identify(ctx context.Context, c echo.Context, scope access.Scope) (access.Caller, error) {
	caller := access.Caller{RequestID: requestID(c)}
	if scope == access.Anyone {
		return caller, nil
	}
	token, err := bearer(c.Request().Header.Values("Authorization"))
	if err != nil {
		return caller, err
	}
	digest, err := access.DigestOf(token)
	if err != nil {
		return caller, err
	}
	now := a.deps.Now()
	key, err := a.deps.Keys.UseKey(ctx, digest, now)
	if err != nil {
		return caller, err
	}
	c.Set(keyOfRequest, key.ID)
	if err := a.limit.take(key.ID, now); err != nil {
		return caller, err
	}
	caller.Key, caller.Scopes = key.ID, key.Scopes
	if !caller.May(scope) {
		return caller, errs.New("auth.scope", scope, scopeList(key.Scopes))
	}
	return caller, nil
}

// bearer is the token of an Authorization header. Its scheme may be in any
// case (RFC 9110, 11.1).
func bearer(headers []string) (string, error) {
	if len(headers) != 1 {
		return "", errs.New("auth.missing")
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", errs.New("auth.missing")
	}
	return token, nil
}

func scopeList(scopes []access.Scope) string {
	return strings.Trim(fmt.Sprint(scopes), "[]")
}
