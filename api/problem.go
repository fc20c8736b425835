package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/httpstatus"
)

// problem is RFC 9457's problem document with our extensions.
type problem struct {
	Type      string         `json:"type"` // where the error is explained
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Code      string         `json:"code"`
	Detail    string         `json:"detail"`
	Fix       string         `json:"fix"`
	Errors    []problemField `json:"errors,omitempty"`
	RequestID string         `json:"request_id"`
	Instance  string         `json:"instance"`
}

// problemField is one mistake. Pointer is an RFC 6901 pointer into the body,
// or ?name for a query parameter, {name} for a part of the path and Name: for
// a header.
type problemField struct {
	Pointer string `json:"pointer,omitempty"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

// problemFor is the only place where an error becomes an answer. An error
// without a catalogue row shows nothing of itself.
func problemFor(err error, c echo.Context, docs string) problem {
	e := catalogued(err, c)
	p := problem{
		Type: docs + "/docs/errors#" + e.Code, Title: e.Title(), Status: statusOf(e),
		Code: e.Code, Detail: e.Detail, Fix: e.Fix(),
		RequestID: requestID(c), Instance: c.Request().URL.EscapedPath(),
	}
	if e.Line > 0 {
		p.Detail = e.Where() + e.Detail
	}
	p.Errors = fieldsOf(e, nil)
	return p
}

// statusOf is the status of the error's Kind. What a body names and is not
// there is a mistake of the body; 404 would say that the address is wrong.
func statusOf(e *errs.Error) int {
	if e.Kind() == errs.NotFound && strings.HasPrefix(e.Pointer, "/") {
		return http.StatusUnprocessableEntity
	}
	return httpstatus.Of(e.Kind())
}

// catalogued turns the errors of Go, of Echo and of a client that went away
// into rows of the catalogue.
func catalogued(err error, c echo.Context) *errs.Error {
	var known *errs.Error
	var tooLarge *http.MaxBytesError
	r := c.Request()
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, echo.ErrNotFound):
		return errs.New("route.not_found", r.Method, r.URL.EscapedPath())
	case errors.Is(err, echo.ErrMethodNotAllowed):
		return errs.New("route.method", r.URL.EscapedPath(), r.Method)
	case errors.As(err, &tooLarge):
		return errs.New("request.too_large", bytesText(tooLarge.Limit))
	case errors.Is(err, context.DeadlineExceeded):
		return errs.New("request.timeout", timeLimit).Because(err)
	}
	return errs.From(err)
}

// fieldsOf lists an error's places, or the error itself when it has one.
func fieldsOf(e *errs.Error, list []problemField) []problemField {
	if len(e.Fields) == 0 && (e.Pointer != "" || e.Line > 0 || list != nil) {
		return append(list, problemField{e.Pointer, e.Code, e.Detail, e.Line, e.Column})
	}
	for _, f := range e.Fields {
		list = append(list, fieldsOf(f, []problemField{})...)
	}
	return list
}

// writeProblem answers with an error. What went before must not have written.
func (a *API) writeProblem(c echo.Context, err error) error {
	p := problemFor(err, c, a.deps.PublicURL)
	h := c.Response().Header()
	retryAfter := httpstatus.RetryAfter(catalogued(err, c).Kind())
	if retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if p.Code == "idempotency.running" || p.Code == "request.too_many" {
		h.Set("Retry-After", "1")
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="linecast"`)
	}
	body, err := marshal(p)
	if err != nil {
		return err
	}
	h.Set("Content-Type", "application/problem+json")
	for _, name := range []string{"ETag", "Location"} { // of an answer that came to nothing
		h.Del(name)
	}
	c.Response().WriteHeader(p.Status)
	_, err = c.Response().Write(body)
	return err
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return strconv.FormatInt(n>>30, 10) + " GiB"
	case n >= 1<<20 && n%(1<<20) == 0:
		return strconv.FormatInt(n>>20, 10) + " MiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
