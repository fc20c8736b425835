package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/linecast/linecast/line"
)

func TestMain(m *testing.M) {
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// client makes line's client of a started simulator.
func client(t *testing.T, s *Simulator) *line.Client {
	t.Helper()
	c, err := line.NewClient(line.Options{APIBase: s.URL(), Token: Demo().Token, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// start starts s until the test ends.
func start(t *testing.T, s *Simulator) {
	t.Helper()
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// What line makes of each fault: the outcome a sender acts on.
func TestOutcomesOfFaults(t *testing.T) {
	t.Parallel()
	s := newTest(t, func(_ *Options, c *Channel) { c.Quota = 3 })
	start(t, s)
	c := client(t, s)
	for i, f := range []struct {
		faults Faults
		want   line.Outcome
	}{
		{Faults{}, line.Accepted},
		{Faults{ErrorRate: 1}, line.Retry},
		{Faults{LateRate: 1}, line.Retry},
		{Faults{CutRate: 1}, line.Retry},
		{Faults{DropRate: 1}, line.Retry},
		{Faults{LimitRate: 1, RetryAfter: "7"}, line.RateLimited},
		{Faults{Revoked: true}, line.ChannelRefused},
		{Faults{Outage: OutageUnavailable}, line.Retry},
		{Faults{Outage: OutageCut}, line.Retry},
		{Faults{BadIDs: []string{UserID(9)}}, line.BadRecipient},
		{Faults{}, line.QuotaExhausted},
	} {
		if err := s.SetFaults(f.faults); err != nil {
			t.Fatal(err)
		}
		key := uuid.MustParse(testKey(i))
		answer := c.Push(t.Context(), []byte(textPush(i, "hello")), key)
		if got := line.Judge(answer).Outcome; got != f.want {
			t.Errorf("%+v: %s (%+v), want %s", f.faults, got, answer, f.want)
		}
		if f.faults.RetryAfter != "" && answer.RetryAfter != 7*time.Second {
			t.Errorf("RetryAfter %v", answer.RetryAfter)
		}
	}
}

func TestStartStop(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := newTest(t, nil)
	if err := s.Stop(ctx); err != nil || s.URL() != "" {
		t.Errorf("stopping before starting: %v, %q", err, s.URL())
	}
	if err := s.Start("256.0.0.1:0"); err == nil {
		t.Error("started nowhere")
	}
	start(t, s)
	url := s.URL()
	if err := s.Start("127.0.0.1:0"); err == nil {
		t.Error("started twice")
	}
	c := client(t, s)
	push := func() line.Answer {
		return c.Push(t.Context(), []byte(textPush(1, "hello")), uuid.MustParse(testKey(1)))
	}
	if a := push(); a.Status != 200 {
		t.Errorf("%+v", a)
	}
	if err := errors.Join(s.Stop(ctx), s.Stop(ctx)); err != nil {
		t.Error(err)
	}
	if a := push(); a.Status != 0 || a.Err == nil {
		t.Errorf("stopped, and answers %+v", a)
	}
	if err := s.Start(strings.TrimPrefix(url, "http://")); err != nil {
		t.Fatal(err)
	}
	if a := push(); a.Status != 409 { // it remembers
		t.Errorf("%+v", a)
	}
}

// Stop does not wait for answers that latency keeps back.
func TestStopIsPrompt(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	start(t, s)
	if err := s.SetFaults(Faults{LatencyMS: 3_600_000}); err != nil {
		t.Fatal(err)
	}
	c := client(t, s)
	done := make(chan line.Answer)
	go func() { done <- c.Push(t.Context(), []byte(textPush(1, "hello")), uuid.MustParse(testKey(1))) }()
	for s.account().Stats().Received == 0 { // until the request was decided
		if _, err := c.BotInfo(cancelled()); err == nil {
			t.Fatal("an answer to a cancelled call")
		}
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if a := <-done; a.Status != 200 {
		t.Errorf("%+v", a)
	}
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// What each recipient received can be asked for, by Go and in the log.
func TestRecord(t *testing.T) {
	t.Parallel()
	clock := newClock()
	var log bytes.Buffer
	s := newTest(t, func(o *Options, _ *Channel) { o.Clock, o.Log, o.KeepBodies = clock.Now, &log, 2 })
	body := `{"to":"` + UserID(1) + `","messages":[{"type":"text","text":"a"},{"type":"location","title":"t","address":"a","latitude":1,"longitude":1}]}`
	first := s.ask("POST", "/v2/bot/message/push", body, retryKeyHeader, testKey(1))
	first.want(t, 200, `"quoteToken"`)
	clock.Add(time.Second)
	s.multicast(0, 3, 2).want(t, 200, "{}")
	s.push(7, 3, "no more").want(t, 200, "")

	got := s.account().Received(UserID(1))
	want := []Received{
		{To: UserID(1), Kind: "push", RetryKey: testKey(1), BodyHash: hexHash(bodyHash([]byte(body))), Counted: true,
			RequestID: first.Header.Get("X-Line-Request-Id"), At: clock.Now().Add(-time.Second), MessageIDs: []string{"461230966842064901", "461230966842064902"}},
		{To: UserID(1), Kind: "multicast", RetryKey: testKey(2), BodyHash: got[1].BodyHash, Counted: true,
			RequestID: got[1].RequestID, At: clock.Now(), MessageIDs: got[1].MessageIDs, Body: got[1].Body},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(got[1].Body, UserID(2)) || !strings.Contains(s.account().Received(UserID(7))[0].Body, "no more") {
		t.Error("the last two bodies are not kept")
	}
	if len(s.account().Received("hanako")) != 0 || len(s.account().Received(UserID(99))) != 0 {
		t.Error("received by nobody")
	}

	all := 0
	for r := range s.account().All() {
		if all++; r.To == UserID(2) {
			break
		}
	}
	if stats := s.account().Stats(); all != 4 || stats.Received != 5 || stats.Recipients != 4 ||
		!cmp.Equal(stats.PerRecipient, map[uint32]int{1: 3, 2: 1}) || stats.Push.Accepted.Total != 2 || stats.Multicast.Arrived.SlidingMax != 1 {
		t.Errorf("%d seen, %+v", all, stats)
	}

	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	var entry map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &entry); err != nil || len(lines) != 5 || entry["to"] != UserID(1) || entry["retry_key"] != testKey(1) {
		t.Errorf("%d lines, %v, %v", len(lines), entry, err)
	}

	s.Reset()
	if stats := s.account().Stats(); stats.Received != 0 || stats.Requests != 0 || len(stats.Statuses) != 0 || stats.Push.Arrived.Total != 0 {
		t.Errorf("after Reset: %+v", stats)
	}
	s.push(7, 3, "no more").want(t, 200, "")
}

// A log that cannot be written fails Flush and Stop, not the requests.
func TestLogFails(t *testing.T) {
	t.Parallel()
	s := newTest(t, func(o *Options, _ *Channel) { o.Log = brokenWriter{} })
	s.push(1, 1, "hello").want(t, 200, "")
	if err := s.Stop(context.Background()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }
