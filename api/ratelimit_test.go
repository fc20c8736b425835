package api

import (
	"testing"
	"time"

	"github.com/linecast/linecast/internal/access"
)

func TestRateLimit(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	f := newFrame(t, func(d *Deps) {
		d.RequestsPerSecond = 5
		d.Now = func() time.Time { return now }
	})
	// calls sends n requests and says how many were answered.
	calls := func(n int, scope access.Scope) (answered int) {
		for range n {
			w := f.call("GET", "/api/v1/api-keys", "", "Authorization: Bearer "+f.keys[scope])
			if w.Code != 429 {
				answered++
			} else if p := problemOf(t, w); p.Code != "request.too_many" || p.Detail != "more than 5 requests in 1s" || w.Header().Get("Retry-After") != "1" {
				t.Errorf("%v %+v", w.Header(), p)
			}
		}
		return answered
	}
	if n := calls(20, access.Admin); n != 10 {
		t.Errorf("%d of a burst of 20 were answered, want 10", n)
	}
	if n := calls(3, access.UsersRead); n != 3 { // with 403; the limit is each key's own
		t.Errorf("%d of another key's 3 were answered", n)
	}
	now = now.Add(time.Second)
	if n := calls(20, access.Admin); n != 5 {
		t.Errorf("%d were answered a second later, want 5", n)
	}
	if w := f.call("GET", "/healthz", "", "Authorization"); w.Code != 200 {
		t.Errorf("healthz: %d", w.Code)
	}
}
