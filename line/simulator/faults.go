package simulator

import (
	"fmt"
	"math"
	"time"
)

// Faults is how a channel misbehaves; the zero value behaves. Rates are shares
// of the requests from 0 to 1; one request meets one of them at most, so their
// sum must not pass 1. Which requests are hit follows from the seed, the bytes
// sent and how often they came with this retry key, not from the order of
// arrival, so a run can be repeated.
type Faults struct {
	LatencyMS float64 `json:"latency_ms"` // every answer waits so long, after the request was decided
	JitterMS  float64 `json:"jitter_ms"`  // and up to so much longer

	ErrorRate   float64 `json:"error_rate"`   // answered ErrorStatus, not accepted
	ErrorStatus int     `json:"error_status"` // zero: 500
	LateRate    float64 `json:"late_rate"`    // accepted, then answered ErrorStatus all the same
	DropRate    float64 `json:"drop_rate"`    // connection cut, not accepted
	CutRate     float64 `json:"cut_rate"`     // accepted, then connection cut without an answer
	BrokenRate  float64 `json:"broken_rate"`  // accepted, 2xx with a body that breaks off
	LimitRate   float64 `json:"limit_rate"`   // answered 429, not accepted
	RetryAfter  string  `json:"retry_after"`  // the 429's Retry-After, as it is; empty: none, as LINE

	Revoked bool     `json:"revoked"` // the token is refused: 401
	BadIDs  []string `json:"bad_ids"` // user ids LINE does not know

	// Outage answers everything with 503 ("unavailable"), or cuts every
	// connection ("cut"), for OutageMS; zero: until the faults are set again.
	Outage   string  `json:"outage"`
	OutageMS float64 `json:"outage_ms"`
}

// Outages.
const (
	OutageUnavailable = "unavailable"
	OutageCut         = "cut"
)

// check says what of f makes no sense.
func (f Faults) check() error {
	sum := 0.0
	for _, rate := range []float64{f.ErrorRate, f.LateRate, f.DropRate, f.CutRate, f.BrokenRate, f.LimitRate} {
		if math.IsNaN(rate) || rate < 0 {
			return fmt.Errorf("rates must be from 0 to 1, not %v", rate)
		}
		sum += rate
	}
	switch {
	case sum > 1+1e-9:
		return fmt.Errorf("the sum of the rates is %v; it must not pass 1", sum)
	case f.LatencyMS < 0 || f.JitterMS < 0 || f.OutageMS < 0:
		return fmt.Errorf("times must not be negative")
	case f.ErrorStatus != 0 && (f.ErrorStatus < 400 || f.ErrorStatus > 599):
		return fmt.Errorf("error_status is %d; it must be from 400 to 599", f.ErrorStatus)
	case f.Outage != "" && f.Outage != OutageUnavailable && f.Outage != OutageCut:
		return fmt.Errorf("outage is %q; it must be empty, %q or %q", f.Outage, OutageUnavailable, OutageCut)
	}
	return nil
}

// strike is what happens to one request.
type strike uint8

const (
	strikeNone strike = iota
	strikeError
	strikeLate
	strikeDrop
	strikeCut
	strikeBroken
	strikeLimit
)

// plan is Faults made ready: set once, then only read.
type plan struct {
	Faults
	rates       bool // any rate is above 0
	badIDs      map[personID]struct{}
	outageUntil time.Time // zero: no end
}

func newPlan(f Faults, now time.Time) (*plan, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	p := &plan{Faults: f, badIDs: map[personID]struct{}{}}
	p.rates = f.ErrorRate+f.LateRate+f.DropRate+f.CutRate+f.BrokenRate+f.LimitRate > 0
	for _, s := range f.BadIDs {
		id, ok := parseID([]byte(s))
		if !ok {
			return nil, fmt.Errorf("bad_ids: %q has not the form of an id", s)
		}
		p.badIDs[id] = struct{}{}
	}
	if f.OutageMS > 0 {
		p.outageUntil = now.Add(milliseconds(f.OutageMS))
	}
	return p, nil
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// outage is the outage at now, or "".
func (p *plan) outage(now time.Time) string {
	if p.Outage != "" && !p.outageUntil.IsZero() && !now.Before(p.outageUntil) {
		return ""
	}
	return p.Outage
}

// draw picks what happens to the request that lot stands for.
func (p *plan) draw(lot uint64) strike {
	x := unit(lot)
	for _, c := range [...]struct {
		rate float64
		s    strike
	}{{p.ErrorRate, strikeError}, {p.LateRate, strikeLate}, {p.DropRate, strikeDrop},
		{p.CutRate, strikeCut}, {p.BrokenRate, strikeBroken}, {p.LimitRate, strikeLimit}} {
		if x -= c.rate; x < 0 {
			return c.s
		}
	}
	return strikeNone
}

// delay is how long the answer to the request that lot stands for waits.
func (p *plan) delay(lot uint64) time.Duration {
	return milliseconds(p.LatencyMS + p.JitterMS*unit(mix(lot)))
}

// unit turns 64 bits into a number from 0 up to, not including, 1.
func unit(x uint64) float64 { return float64(x>>11) / (1 << 53) }

// errorReply is the answer of a strike.
func (p *plan) errorReply() reply { return failure(orElse(p.ErrorStatus, 500), textInternal) }

// limitReply is the 429 of a strike.
func (p *plan) limitReply() reply {
	r := failure(429, textRate)
	r.retryAfter = p.RetryAfter
	return r
}
