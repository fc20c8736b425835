package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

// Authenticator knows API keys. An unknown, expired or revoked one is an error
// of kind Unauthorized.
type Authenticator interface {
	Authenticate(ctx context.Context, key string) (name string, scopes []access.Scope, err error)
}

// reader is who looks at a page: the API key that is signed in.
type reader struct {
	name   string
	scopes []access.Scope
}

func (r reader) may(want access.Scope) bool { return access.Allows(r.scopes, want) }

// The session is an API key in a cookie, sealed, so that neither the browser's
// disk nor a proxy's log holds a key that works elsewhere. The server keeps
// nothing: each request opens the cookie and asks whether the key still holds,
// so revoking the key ends its sessions at once, on every process.
const (
	cookieName    = "linecast_session"
	sealPurpose   = "web:session"
	sessionLength = 12 * time.Hour
)

// ticket is what the cookie holds. Its end stands inside the seal: the
// cookie's own Max-Age binds only honest browsers.
type ticket struct {
	Key string    `json:"key"`
	End time.Time `json:"end"`
}

// signedIn is who sends the request, when they may do what scope says. It is
// web.signin for somebody who has to sign in, auth.scope for a key that may
// not.
func (s *Web) signedIn(r *http.Request, scope access.Scope) (reader, error) {
	if scope == access.Anyone {
		return reader{}, nil
	}
	t, err := s.ticket(r)
	if err != nil {
		return reader{}, err
	}
	return s.authenticate(r.Context(), t.Key, scope)
}

func (s *Web) authenticate(ctx context.Context, key string, scope access.Scope) (reader, error) {
	name, scopes, err := s.deps.Auth.Authenticate(ctx, key)
	if err != nil {
		return reader{}, err
	}
	who := reader{name: name, scopes: scopes}
	if !who.may(scope) {
		return who, errs.New("auth.scope", scope, listed(scopes))
	}
	return who, nil
}

// ticket opens the request's cookie. Whatever is wrong with it, the reader has
// to sign in again.
func (s *Web) ticket(r *http.Request) (t ticket, err error) {
	again := errs.New("web.signin")
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return t, again
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return t, again.Because(err)
	}
	plain, err := s.deps.Sealer.Open(sealed, sealPurpose)
	if err != nil {
		return t, again.Because(err)
	}
	if err := json.Unmarshal(plain, &t); err != nil {
		return t, again.Because(err)
	}
	if !s.deps.Now().Before(t.End) {
		return t, again
	}
	return t, nil
}

// setCookie starts a session for key.
func (s *Web) setCookie(w http.ResponseWriter, r *http.Request, key string) error {
	plain, err := json.Marshal(ticket{Key: key, End: s.deps.Now().Add(sessionLength)})
	if err != nil {
		return err
	}
	sealed := s.deps.Sealer.Seal(plain, sealPurpose)
	c := s.cookie(r)
	c.Value, c.MaxAge = base64.RawURLEncoding.EncodeToString(sealed), int(sessionLength.Seconds())
	http.SetCookie(w, c)
	return nil
}

// clearCookie ends the session in this browser.
func (s *Web) clearCookie(w http.ResponseWriter, r *http.Request) {
	c := s.cookie(r)
	c.MaxAge = -1
	http.SetCookie(w, c)
}

func (s *Web) cookie(r *http.Request) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: s.secure() || r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	}
}

// secure reports whether people reach us by HTTPS only.
func (s *Web) secure() bool { return strings.HasPrefix(s.deps.PublicURL, "https://") }

func listed(scopes []access.Scope) string {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	return strings.Join(names, ", ")
}
