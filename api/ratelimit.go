package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// rateLimit bounds how often each key may call this process. It protects
// linecast from a program in a loop and is not exact across processes.
type rateLimit struct {
	perSecond int // 0: no limit
	mu        sync.Mutex
	buckets   map[ref.Key]*rate.Limiter // as many as there are keys in use
}

// rateBurst is how many seconds' worth a key may use at once.
const rateBurst = 2

// take takes one request from the key's bucket, or fails with
// request.too_many.
func (l *rateLimit) take(key ref.Key, now time.Time) error {
	if l.perSecond == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[key]
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(l.perSecond), rateBurst*l.perSecond)
		l.buckets[key] = bucket
	}
	if !bucket.AllowN(now, 1) {
		return errs.New("request.too_many", l.perSecond, time.Second)
	}
	return nil
}
