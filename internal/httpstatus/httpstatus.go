// Package httpstatus owns what a kind of error is in HTTP, for the API and the
// console alike. It refuses to know codes and texts: the catalogue does.
package httpstatus

import (
	"net/http"

	"github.com/linecast/linecast/errs"
)

// kinds is what a Kind means in HTTP. A test walks errs.Kinds.
var kinds = map[errs.Kind]struct {
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

// Of is the HTTP status that answers an error of kind k.
func Of(k errs.Kind) int { return kinds[k].status }

// RetryAfter is in how many seconds the request may be repeated; 0 says that
// repeating it will not help by itself.
func RetryAfter(k errs.Kind) int { return kinds[k].retryAfter }
