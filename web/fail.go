package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// answerOf is what a Kind means in HTTP. A test walks errs.Kinds.
var answerOf = map[errs.Kind]struct {
	status     int
	retryAfter int // seconds; 0: repeating the request will not help by itself
}{
	errs.Malformed:    {http.StatusBadRequest, 0},
	errs.Invalid:      {http.StatusUnprocessableEntity, 0},
	errs.Unauthorized: {http.StatusUnauthorized, 0},
	errs.Forbidden:    {http.StatusForbidden, 0},
	errs.NotFound:     {http.StatusNotFound, 0},
	errs.NotAllowed:   {http.StatusMethodNotAllowed, 0},
	errs.Conflict:     {http.StatusConflict, 0},
	errs.Precondition: {http.StatusPreconditionFailed, 0},
	errs.TooLarge:     {http.StatusRequestEntityTooLarge, 0},
	errs.Unsupported:  {http.StatusUnsupportedMediaType, 0},
	errs.TooMany:      {http.StatusTooManyRequests, 30},
	errs.Upstream:     {http.StatusBadGateway, 0},
	errs.Unavailable:  {http.StatusServiceUnavailable, 5},
	errs.Internal:     {http.StatusInternalServerError, 0},
}

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
		Status: answerOf[e.Kind()].status, RequestID: w.Header().Get("X-Request-Id"),
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
	row := answerOf[catalogued(err).Kind()]
	if row.status == http.StatusUnauthorized && readsPages(r) {
		http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if row.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(row.retryAfter))
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
