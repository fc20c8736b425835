package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

// signInPage asks for an API key.
type signInPage struct {
	Next    string   // where the reader wanted to go
	Problem *problem // why the last try failed
}

func (signInPage) title() string { return "Sign in" }

const maxForm = 8 << 10 // bytes

func (s *Web) signInForm(_ *response, r *http.Request) (page, error) {
	return signInPage{Next: localPath(r.URL.Query().Get("next"))}, nil
}

// signIn checks the key that was pasted. A key that does not do shows the form
// again with the reason; the key itself is never shown.
func (s *Web) signIn(w *response, r *http.Request) (page, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, errs.New("web.form").Because(err)
	}
	next, key := localPath(r.PostForm.Get("next")), strings.TrimSpace(r.PostForm.Get("key"))
	_, err := s.authenticate(r.Context(), key, access.ReportsRead)
	if kind := catalogued(err); err != nil && kind.Kind() != errs.Unauthorized && kind.Kind() != errs.Forbidden {
		return nil, err
	}
	if err != nil {
		p := s.problemOf(w, err)
		return nil, s.render(w, r, p.Status, "signin", signInPage{Next: next, Problem: &p})
	}
	return nil, s.enter(w, r, key, next)
}

// signInOnce follows a one-time link. Asking for its headers only, or loading
// it ahead of a click, does not use it up.
func (s *Web) signInOnce(w *response, r *http.Request) (page, error) {
	if r.Method == http.MethodHead || strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") {
		return nil, errs.New("web.link_ahead")
	}
	key, ok := s.deps.Links.take(r.PathValue("token"))
	if !ok {
		return nil, errs.New("web.link")
	}
	return nil, s.enter(w, r, key, "/")
}

// enter starts the session and goes on to next.
func (s *Web) enter(w *response, r *http.Request, key, next string) error {
	if err := s.setCookie(w, r, key); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (s *Web) signOut(w *response, r *http.Request) (page, error) {
	s.clearCookie(w, r)
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil, nil
}

// localPath is next when it is a path on this server, and "/" for everything
// else: //host, /\host and a scheme would lead away.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || u.User != nil ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
