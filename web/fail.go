package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/httpstatus"
)

// problem is an error as people see it. An error without a catalogue row
// shows nothing of itself.
type problem struct {
	Title, Detail, Fix, Code, RequestID string
	Status                              int
}

func (p problem) title() string { return p.Title }

func (s *Web) problemOf(w http.ResponseWriter, err error) problem {
	e := catalogued(err)
	return problem{
		Title: e.Title(), Detail: sentence(e.Where() + e.Detail), Fix: e.Fix(), Code: e.Code,
		Status: httpstatus.Of(e.Kind()), RequestID: w.Header().Get("X-Request-Id"),
	}
}

// catalogued turns Go's own errors into rows of the catalogue.
func catalogued(err error) *errs.Error {
	var known *errs.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &tooLarge):
		return errs.New("request.too_large", strconv.FormatInt(tooLarge.Limit, 10)+" bytes").Because(err)
	case errors.Is(err, context.DeadlineExceeded):
		return errs.New("request.timeout", timeLimit).Because(err)
	}
	return errs.From(err)
}

// fail is the only place where an error becomes an answer: the sign-in page
// for those who must sign in first, a page that says what is wrong for the
// others. An answer that had begun is broken off.
func (s *Web) fail(w *response, r *http.Request, err error) {
	if w.started {
		w.brokenOff = true
		return
	}
	h := w.Header()
	h.Del("Content-Disposition")
	kind := catalogued(err).Kind()
	if httpstatus.Of(kind) == http.StatusUnauthorized && readsPages(r) {
		http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if httpstatus.RetryAfter(kind) > 0 {
		h.Set("Retry-After", strconv.Itoa(httpstatus.RetryAfter(kind)))
	}
	p := s.problemOf(w, err)
	if renderErr := s.render(w, r, p.Status, "problem", p); renderErr != nil && !w.started {
		w.err = errors.Join(err, renderErr)
		http.Error(w, p.Title, p.Status)
	}
}

// readsPages reports whether a person looks at the answer, who can be sent to
// another page; a stream cannot.
func readsPages(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		!strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}
