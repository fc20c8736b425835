package line

import (
	"net/http"
	"strconv"
	"time"
)

// maxRetryAfter is the longest wait that a Retry-After may impose. LINE
// documents no such header; what a proxy puts there must not stop a campaign
// for a day.
const maxRetryAfter = 300 * time.Second

// retryAfter reads a Retry-After header: whole seconds or an HTTP date, which
// is measured against now and rounded up. What is not within 1 s and 300 s is 0.
func retryAfter(header string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.ParseInt(header, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		wait = (date.Sub(now) + time.Second - 1).Truncate(time.Second)
	}
	if wait < time.Second || wait > maxRetryAfter {
		return 0
	}
	return wait
}
