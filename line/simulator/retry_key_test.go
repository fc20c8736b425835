package simulator

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// The retry key as LINE documents it (LINE docs, Retry failed API requests).
func TestRetryKey(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := newTest(t, func(o *Options, _ *Channel) { o.Clock = clock.Now })

	first := s.push(1, 1, "hello")
	first.want(t, 200, `{"sentMessages":[{"id":"4612`)
	again := s.push(1, 1, "hello")
	again.want(t, 409, `{"message":"The retry key is already accepted","sentMessages":[{"id":"4612`)
	if got, want := again.Header.Get("X-Line-Accepted-Request-Id"), first.Header.Get("X-Line-Request-Id"); got != want {
		t.Errorf("accepted request id %s, want %s", got, want)
	}
	if again.Header.Get("X-Line-Request-Id") == first.Header.Get("X-Line-Request-Id") {
		t.Error("two requests with one request id")
	}
	if ids := strings.TrimSuffix(first.Body, "}")[1:]; !strings.Contains(again.Body, ids) {
		t.Errorf("the 409 %s does not show the messages of %s", again.Body, first.Body)
	}

	s.push(1, 1, "other bytes").want(t, 409, textConflict)
	if stats := s.account().Stats(); stats.WrongBodies != 1 || stats.Conflicts != 2 || stats.Received != 1 {
		t.Errorf("%+v", stats)
	}

	clock.Add(24*time.Hour - 1)
	s.push(1, 1, "hello").want(t, 409, textConflict)
	clock.Add(1)
	s.push(1, 1, "hello").want(t, 200, "sentMessages") // a new request: the person gets it twice
	if stats := s.account().Stats(); stats.MaxPerRecipient != 2 {
		t.Errorf("%+v", stats)
	}
}

func TestRetryKeyOfMulticast(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	first := s.multicast(0, 500, 1)
	first.want(t, 200, "{}")
	again := s.multicast(0, 500, 1)
	again.want(t, 409, `{"message":"The retry key is already accepted"}`)
	if again.Header.Get("X-Line-Accepted-Request-Id") != first.Header.Get("X-Line-Request-Id") {
		t.Error("the accepted request id is another")
	}
}

// Refusals leave a key unused, whatever refused.
func TestRefusalsDoNotUseAKeyUp(t *testing.T) {
	t.Parallel()
	s := newTest(t, func(_ *Options, c *Channel) { c.Quota = 1 })
	a := s.account()
	s.push(1, 1, "").want(t, 400, "May not be empty")
	for _, f := range []struct {
		faults Faults
		status int
	}{{Faults{ErrorRate: 1}, 500}, {Faults{LimitRate: 1}, 429}, {Faults{Revoked: true}, 401},
		{Faults{Outage: OutageUnavailable}, 503}, {Faults{BadIDs: []string{UserID(1)}}, 400}} {
		if err := a.SetFaults(f.faults); err != nil {
			t.Fatal(err)
		}
		s.push(1, 1, "hello").want(t, f.status, "")
	}
	if err := a.SetFaults(Faults{}); err != nil {
		t.Fatal(err)
	}
	s.push(1, 1, "hello").want(t, 200, "")
	s.push(2, 2, "hello").want(t, 429, textQuota)
	s.push(1, 1, "hello").want(t, 409, "") // known before the quota is asked
}

func TestRetryKeyRefused(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	for _, key := range []string{"", "1", "not-a-uuid", "{123e4567-e89b-12d3-a456-426614174000}",
		"urn:uuid:123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000"} {
		s.ask("POST", "/v2/bot/message/push", textPush(1, "hi"), retryKeyHeader, key).want(t, 400, textBadKey)
	}
	for _, r := range routes {
		if !r.sends && r.method == "POST" {
			s.ask("POST", r.path, textPush(1, "hi"), retryKeyHeader, testKey(1)).want(t, 400, textNoKeyHere)
		}
	}
	s.ask("POST", "/v2/bot/message/push", textPush(1, "no key")).want(t, 200, "")
	s.ask("POST", "/v2/bot/message/push", textPush(1, "no key")).want(t, 200, "") // cannot be recognised
}

// Of many requests in flight with one key exactly one is accepted.
func TestSameKeyInFlight(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	var all sync.WaitGroup
	var accepted, conflicts atomic.Int32
	for range 32 {
		all.Go(func() {
			switch s.push(1, 1, "hello").Status {
			case 200:
				accepted.Add(1)
			case 409:
				conflicts.Add(1)
			}
		})
	}
	all.Wait()
	if accepted.Load() != 1 || conflicts.Load() != 31 {
		t.Errorf("accepted %d, conflicts %d", accepted.Load(), conflicts.Load())
	}
}

// However requests are repeated, mixed, delayed and failed: within 24 hours
// each key is accepted at most once, every 409 names the one request that was,
// and the record holds what was answered or cut, and nothing else.
func TestKeysAreAcceptedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, err := New(Options{Seed: rapid.Uint64().Draw(t, "seed"), Limits: Limits{Off: true}})
		if err != nil {
			t.Fatal(err)
		}
		rates := []float64{0, 0.1, 0.15}
		err = s.SetFaults(Faults{
			ErrorRate: rapid.SampledFrom(rates).Draw(t, "error"), CutRate: rapid.SampledFrom(rates).Draw(t, "cut"),
			LateRate: rapid.SampledFrom(rates).Draw(t, "late"), DropRate: rapid.SampledFrom(rates).Draw(t, "drop"),
			BrokenRate: rapid.SampledFrom(rates).Draw(t, "broken"),
		})
		if err != nil {
			t.Fatal(err)
		}
		order := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 60).Draw(t, "keys") // key i is always user i's
		lanes := rapid.IntRange(1, 4).Draw(t, "lanes")
		answers := make([]answer, len(order))
		var all sync.WaitGroup
		for lane := range lanes {
			all.Go(func() {
				for i := lane; i < len(order); i += lanes {
					answers[i] = s.push(order[i], order[i], "hello")
				}
			})
		}
		all.Wait()
		checkOnce(t, s, order, answers)
	})
}

// checkOnce holds the record against the answers.
func checkOnce(t *rapid.T, s *Simulator, order []int, answers []answer) {
	accepted := map[int]string{} // key: request id
	for key := range 10 {
		got := s.account().Received(UserID(key))
		if len(got) > 1 {
			t.Fatalf("key %d was accepted %d times", key, len(got))
		}
		if len(got) == 1 {
			accepted[key] = got[0].RequestID
			if got[0].RetryKey != testKey(key) {
				t.Fatalf("key %d is recorded as %s", key, got[0].RetryKey)
			}
		}
	}
	for i, a := range answers {
		id := accepted[order[i]]
		if a.Status == 200 && a.Header.Get("X-Line-Request-Id") != id {
			t.Fatalf("a 200 of %s, recorded %q", a.Header.Get("X-Line-Request-Id"), id)
		}
		if a.Status == 409 && a.Header.Get("X-Line-Accepted-Request-Id") != id {
			t.Fatalf("a 409 naming %s, recorded %q", a.Header.Get("X-Line-Accepted-Request-Id"), id)
		}
	}
}

// A key is the whole of 128 bits, in either case of its letters.
func TestKeysDiffer(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	key := uuid.MustParse("123e4567-e89b-12d3-a456-42661417400a")
	for i := range key {
		other := key
		other[i] ^= 1
		s.ask("POST", "/v2/bot/message/push", textPush(1, "hi"), retryKeyHeader, other.String()).want(t, 200, "")
	}
	s.ask("POST", "/v2/bot/message/push", textPush(1, "hi"), retryKeyHeader, strings.ToUpper(key.String())).want(t, 200, "")
	s.ask("POST", "/v2/bot/message/push", textPush(1, "hi"), retryKeyHeader, key.String()).want(t, 409, "")
}
