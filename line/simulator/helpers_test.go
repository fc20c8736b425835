package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newTest makes a simulator of Demo, changed, without rate limits.
func newTest(t testing.TB, change func(*Options, *Channel)) *Simulator {
	t.Helper()
	channel := Demo()
	o := Options{Limits: Limits{Off: true}}
	if change != nil {
		change(&o, &channel)
	}
	o.Channels = append(o.Channels, channel)
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// account is the only account of newTest.
func (s *Simulator) account() *Account { return s.accounts[len(s.accounts)-1] }

// answer is what a request got.
type answer struct {
	Status int
	Header http.Header
	Body   string
	Cut    bool
}

// Message is LINE's message in the answer.
func (a answer) Message() string {
	var f fault
	_ = json.Unmarshal([]byte(a.Body), &f)
	return f.Message
}

// ask sends a request to the handler, with Demo's token unless headers, which
// come in pairs, say otherwise; "-" as a value takes a header away.
func (s *Simulator) ask(method, path, body string, header ...string) (a answer) {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+Demo().Token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "-" {
			r.Header.Del(header[i])
		}
	}
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p == http.ErrAbortHandler { //nolint:errorlint // a recovered value, not an error
			a = answer{Cut: true}
		} else if p != nil {
			panic(p)
		}
	}()
	s.Handler().ServeHTTP(w, r)
	return answer{Status: w.Code, Header: w.Header(), Body: w.Body.String()}
}

// push sends text to the i-th user with a key made of the number key.
func (s *Simulator) push(i, key int, text string) answer {
	return s.ask("POST", "/v2/bot/message/push", textPush(i, text), retryKeyHeader, testKey(key))
}

func textPush(i int, text string) string {
	return fmt.Sprintf(`{"to":%q,"messages":[{"type":"text","text":%q}]}`, UserID(i), text)
}

func testKey(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// multicast sends a text to the users from up to, not including, to.
func (s *Simulator) multicast(from, to, key int) answer {
	ids := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		ids = append(ids, UserID(i))
	}
	list, _ := json.Marshal(ids)
	return s.ask("POST", "/v2/bot/message/multicast", fmt.Sprintf(`{"to":%s,"messages":[{"type":"text","text":"hi"}]}`, list),
		retryKeyHeader, testKey(key))
}

// want fails the test unless a has the status and, when text is not empty, a
// body that holds it.
func (a answer) want(t testing.TB, status int, text string) {
	t.Helper()
	if a.Status != status || !strings.Contains(a.Body, text) {
		t.Errorf("got %d %s, want %d with %q", a.Status, a.Body, status, text)
	}
}
