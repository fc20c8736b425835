package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A bucket lets its burst through at once and its rate after that, to the
// request.
func TestBucket(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := newTest(t, func(o *Options, _ *Channel) {
		o.Clock = clock.Now
		o.Limits = Limits{Push: 50, Burst: 0.2}
	})
	count := func(n int) (accepted int) {
		for range n {
			switch a := s.ask("POST", "/v2/bot/message/push", textPush(1, "hi")); a.Status {
			case http.StatusOK:
				accepted++
			case http.StatusTooManyRequests:
				a.want(t, 429, textRate)
				if a.Header.Get("Retry-After") != "" {
					t.Error("LINE sends no Retry-After")
				}
			}
		}
		return accepted
	}
	if got := count(30); got != 10 {
		t.Errorf("%d at once, want the burst of 10", got)
	}
	clock.Add(100 * time.Millisecond)
	if got := count(30); got != 5 {
		t.Errorf("%d after 0.1 s, want 5", got)
	}
	clock.Add(time.Hour)
	if got := count(30); got != 10 {
		t.Errorf("%d after an hour, want the burst of 10", got)
	}
	if got := s.account().Stats().RateLimited; got != 20+25+20 {
		t.Errorf("%d rate limited", got)
	}
	s.ask("GET", "/v2/bot/info", "").want(t, 200, "") // endpoints count apart
	s.multicast(0, 3, 1).want(t, 200, "")
}

// TestUnitNames: LINE counts a month's unit names and drops the 1,001st.
func TestUnitNames(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := newTest(t, func(o *Options, _ *Channel) { o.Clock = clock.Now })
	send := func(unit string) {
		t.Helper()
		body := fmt.Sprintf(`{"to":%q,"customAggregationUnits":[%q],"messages":[{"type":"text","text":"hi"}]}`, UserID(1), unit)
		s.ask("POST", "/v2/bot/message/push", body).want(t, 200, "")
	}
	for i := range maxUnitNames + 1 {
		send(fmt.Sprint("run_", i))
	}
	send("run_0")
	s.ask("GET", "/v2/bot/message/aggregation/info", "").want(t, 200, `{"numOfCustomAggregationUnits":1000}`)
	units := s.account().Units()
	if units["run_0"] != 2 || units["run_999"] != 1 || units["run_1000"] != 0 {
		t.Errorf("run_0 %d, run_999 %d, run_1000 %d", units["run_0"], units["run_999"], units["run_1000"])
	}
	clock.Add(31 * 24 * time.Hour)
	s.ask("GET", "/v2/bot/message/aggregation/info", "").want(t, 200, `{"numOfCustomAggregationUnits":0}`)
}

// LINE's own rates hold when nothing is said.
func TestDefaultRates(t *testing.T) {
	t.Parallel()
	want := map[string]rate{
		"/v2/bot/message/push":             {2000, 200},
		"/v2/bot/message/multicast":        {200, 20},
		"/v2/bot/message/validate/push":    {2000, 200},
		"/v2/bot/channel/webhook/test":     {60.0 / 3600, 60},
		"/v2/bot/channel/webhook/endpoint": {1000.0 / 60, 1000},
	}
	for _, r := range routes {
		if w, ok := want[r.path]; ok {
			if got := (Limits{}).of(r.rate); got != w {
				t.Errorf("%s: %+v, want %+v", r.path, got, w)
			}
		}
	}
}

// Over any second no more than burst and rate come through.
func TestBucketNeverExceeds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rate{perSecond: rapid.Float64Range(1, 500).Draw(t, "rate"), burst: rapid.Float64Range(1, 50).Draw(t, "burst")}
		var b bucket
		var m meter
		now := newClock().Now()
		for _, ms := range rapid.SliceOfN(rapid.IntRange(0, 20), 1, 500).Draw(t, "gaps") {
			now = now.Add(time.Duration(ms) * time.Millisecond)
			if b.take(r, now) {
				m.add(now)
			}
		}
		if got := float64(m.show().SlidingMax); got > r.perSecond+r.burst+1e-6 {
			t.Fatalf("%v in a second with %+v", got, r)
		}
	})
}

// The meter against counting by hand.
func TestMeter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var m meter
		now := newClock().Now().Add(time.Duration(rapid.IntRange(0, 999).Draw(t, "start")) * time.Millisecond)
		var times []time.Time
		want := Meter{PerSecond: map[int64]int{}}
		for _, ms := range rapid.SliceOfN(rapid.IntRange(0, 400), 0, 300).Draw(t, "gaps") {
			now = now.Add(time.Duration(ms) * time.Millisecond)
			m.add(now)
			times = append(times, now)
			within := 0
			for _, earlier := range times {
				if now.Sub(earlier) < time.Second {
					within++
				}
			}
			want.Total++
			want.SlidingMax = max(want.SlidingMax, within)
			want.PerSecond[now.Unix()]++
			if rapid.Bool().Draw(t, "look") {
				m.show() // looking changes nothing
			}
		}
		if diff := cmp.Diff(want, m.show()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// The quota counts people, all of a multicast or none, blocked ones not.
func TestQuota(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := newTest(t, func(o *Options, c *Channel) { o.Clock, c.Quota = clock.Now, 10 })
	used := func() string { return s.ask("GET", "/v2/bot/message/quota/consumption", "").Body }
	s.ask("GET", "/v2/bot/message/quota", "").want(t, 200, `{"type":"limited","value":10}`)
	if err := s.account().Block(UserID(0), UserID(1)); err != nil {
		t.Fatal(err)
	}
	s.multicast(0, 9, 1).want(t, 200, "{}") // 7 people
	s.push(0, 2, "to one who blocks").want(t, 200, "")
	s.push(5, 3, "hi").want(t, 200, "") // 8
	if got := used(); got != `{"totalUsage":8}` {
		t.Error(got)
	}
	s.multicast(10, 13, 4).want(t, 429, textQuota) // 3 do not fit
	s.multicast(10, 12, 4).want(t, 200, "{}")      // 2 do, with the same key
	s.push(20, 5, "hi").want(t, 429, textQuota)
	s.push(0, 6, "still free").want(t, 200, "")
	clock.Add(9 * 24 * time.Hour) // December in Japan
	if got := used(); got != `{"totalUsage":0}` {
		t.Error(got)
	}
	s.push(20, 5, "hi").want(t, 200, "")

	none := newTest(t, func(_ *Options, c *Channel) { c.Quota = -1 })
	none.push(1, 1, "hi").want(t, 429, textQuota)
	none.ask("GET", "/v2/bot/message/quota", "").want(t, 200, `{"type":"limited","value":0}`)
	newTest(t, nil).ask("GET", "/v2/bot/message/quota", "").want(t, 200, `{"type":"none"}`)
}

// What stands before the endpoints.
func TestGate(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	const path = "/v2/bot/message/push"
	body := textPush(1, "hi")
	s.ask("POST", path, body, "Authorization", "-").want(t, 401, "Authorization header required")
	s.ask("POST", path, body, "Authorization", "Basic abc").want(t, 401, "Authorization header required")
	s.ask("POST", path, body, "Authorization", "Bearer other").want(t, 401, "Authentication failed due to the following reason")
	s.ask("POST", path, body, "Content-Type", "text/plain").want(t, 415, "The content type, text/plain, is not supported")
	s.ask("POST", path, body, "Content-Type", "application/json; charset=utf-8").want(t, 200, "")
	s.ask("POST", path, `{"x":"`+strings.Repeat(" ", maxBody)+`"}`).want(t, 413, textTooLarge)
	s.ask("GET", path, "").want(t, 404, textNotFound)
	s.ask("GET", "/v2/bot/nothing", "").want(t, 404, textNotFound)
	if a := s.ask("GET", "/v2/bot/info", ""); a.Header.Get("X-Line-Request-Id") == "" || a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers: %v", a.Header)
	}
}
