package errs

import "net/http"

// answer is what a Kind means in HTTP. A test walks Kinds.
var answer = map[Kind]struct {
	status     int
	retryAfter int // seconds; 0: repeating the request will not help by itself
}{
	Malformed:    {http.StatusBadRequest, 0},
	Invalid:      {http.StatusUnprocessableEntity, 0},
	Unauthorized: {http.StatusUnauthorized, 0},
	Forbidden:    {http.StatusForbidden, 0},
	NotFound:     {http.StatusNotFound, 0},
	NotAllowed:   {http.StatusMethodNotAllowed, 0},
	Conflict:     {http.StatusConflict, 0},
	Precondition: {http.StatusPreconditionFailed, 0},
	TooLarge:     {http.StatusRequestEntityTooLarge, 0},
	Unsupported:  {http.StatusUnsupportedMediaType, 0},
	TooMany:      {http.StatusTooManyRequests, 30},
	Upstream:     {http.StatusBadGateway, 0},
	Unavailable:  {http.StatusServiceUnavailable, 5},
	Internal:     {http.StatusInternalServerError, 0},
}

// Status is the HTTP status that answers an error of the kind.
func (k Kind) Status() int { return answer[k].status }

// RetryAfter is in how many seconds the request may be repeated; 0 says that
// repeating it will not help by itself.
func (k Kind) RetryAfter() int { return answer[k].retryAfter }
