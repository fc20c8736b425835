package line

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/linecast/linecast/errs"
)

// Problem is the answer as a catalogued error for the person who asked for
// the call, or nil for a 2xx. call names it, such as "bot/info".
func (a Answer) Problem(call string) error {
	text := orElse(a.Text(), http.StatusText(a.Status))
	switch v := Judge(a); {
	case a.Status == 0:
		return errs.New("line.unreachable", call, plainReason(a.Err)).Because(a.Err)
	case a.Err != nil:
		return errs.New("line.bad_answer", a.Status, call).Because(a.Err)
	case v.Outcome == Accepted:
		return nil
	case a.Status == http.StatusUnauthorized:
		return errs.New("line.unauthorized", call, text)
	case a.Status == http.StatusForbidden:
		return errs.New("line.forbidden", call, text)
	case a.Status == http.StatusNotFound:
		return errs.New("line.not_found", call, text)
	case v.Outcome == QuotaExhausted:
		return errs.New("line.quota_exhausted", call, text)
	case v.Outcome == RateLimited:
		return errs.New("line.rate_limited", call, text)
	case v.Outcome == Retry:
		return errs.New("line.failing", a.Status, call, text)
	}
	return errs.New("line.refused", a.Status, call, text)
}

// plainReason is what the person can act on; the full text goes to the log as
// the cause.
func plainReason(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		return "the call was cancelled"
	case timedOut(err):
		return "no answer in time"
	case errors.As(err, &dns):
		return "the host's address cannot be found"
	}
	return "no connection, or it broke"
}

// timedOut reports time-outs of any layer: ours, the dialer's, the transport's.
func timedOut(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout()
}
