package simulator

import "time"

// Limits sets the token buckets of every channel (LINE reference, Rate
// limits). LINE does not publish the size of its buckets.
type Limits struct {
	Off       bool    // no rate limits at all
	Push      float64 // requests a second; zero: LINE's 2,000
	Multicast float64 // requests a second; zero: LINE's 200
	// Burst is how many seconds' worth of requests a full bucket holds, at
	// least one request. Zero: 0.1.
	Burst float64
}

// rate is a route's limit as LINE documents it.
type rate struct {
	perSecond float64
	burst     float64 // requests a full bucket holds; 0: by Limits.Burst
}

// LINE's rates (LINE reference, Rate limits).
var (
	ratePush      = rate{perSecond: 2000}
	rateMulticast = rate{perSecond: 200}
	rateOther     = rate{perSecond: 2000}
	rateWebhook   = rate{perSecond: 1000.0 / 60, burst: 1000}
	rateHookTest  = rate{perSecond: 60.0 / 3600, burst: 60}
)

// of is the rate of a route under the limits.
func (l Limits) of(r rate) rate {
	switch {
	case r == ratePush && l.Push > 0:
		r.perSecond = l.Push
	case r == rateMulticast && l.Multicast > 0:
		r.perSecond = l.Multicast
	}
	if r.burst == 0 {
		r.burst = max(1, r.perSecond*orElse(l.Burst, 0.1))
	}
	return r
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// bucket is a token bucket; its zero value is full.
type bucket struct {
	used float64 // tokens missing
	at   time.Time
}

// take takes a token when there is one.
func (b *bucket) take(r rate, now time.Time) bool {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.used, b.at = max(0, b.used-passed*r.perSecond), now
	}
	if b.used+1 > r.burst {
		return false
	}
	b.used++
	return true
}
