package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/web"
)

// listener is a reader of a live stream.
type listener struct {
	t      *testing.T
	got    *httptest.ResponseRecorder
	leave  context.CancelFunc
	ended  chan struct{}
	broken any // what the handler panicked with
}

// listen opens the live stream of run 7 inside a synctest bubble. Its answer
// may be read after synctest.Wait.
func listen(t *testing.T, s *site, cookie string) *listener {
	ctx, leave := context.WithCancel(t.Context())
	l := &listener{t: t, got: httptest.NewRecorder(), leave: leave, ended: make(chan struct{})}
	r := httptest.NewRequestWithContext(ctx, "GET", "/runs/run_7/live", nil)
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Accept", "text/event-stream")
	go func() {
		defer close(l.ended)
		defer func() { l.broken = recover() }()
		s.ServeHTTP(l.got, r)
	}()
	synctest.Wait()
	return l
}

// event is one server-sent event.
type event struct {
	id, name string
	data     struct {
		State  string
		Counts delivery.Counts
		Eta    *time.Time
		HTML   string
	}
}

// events are those that have arrived.
func (l *listener) events() (list []event) {
	l.t.Helper()
	synctest.Wait()
	for block := range strings.SplitSeq(strings.TrimSuffix(l.got.Body.String(), "\n\n"), "\n\n") {
		var e event
		for line := range strings.SplitSeq(block, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				if err := json.Unmarshal([]byte(value), &e.data); err != nil {
					l.t.Fatalf("%v in %s", err, value)
				}
			}
		}
		if e.name != "" {
			list = append(list, e)
		}
	}
	return list
}

// hasEnded reports whether the handler has returned.
func (l *listener) hasEnded() bool {
	synctest.Wait()
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// liveSite is a site in a bubble, whose clock goes.
func liveSite(t *testing.T, store web.Store) *site {
	return newSite(t, store, func(d *web.Deps) { d.Now = time.Now })
}

// TestLive follows a run from its middle to its end.
func TestLive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := sample()
		s := liveSite(t, m)
		l := listen(t, s, s.signIn(t, adminKey))
		run := sampleRuns()[0]
		time.Sleep(time.Second / 2) // between two ticks
		for range 3 {
			run.Counts.Accepted += 1000
			m.set(run)
			time.Sleep(time.Second)
		}
		if l.hasEnded() {
			t.Fatal("the stream ended before the run")
		}
		run.State, run.FinishedAt = delivery.RunFinished, at(time.Minute)
		m.set(run)
		time.Sleep(time.Second)

		got := l.events()
		if !l.hasEnded() || len(got) != 5 || got[4].name != "end" {
			t.Fatalf("%d events, ended: %v\n%s", len(got), l.hasEnded(), l.got.Body)
		}
		for i, e := range got[:4] {
			want := int64(28_412 + 1000*i)
			if e.name != "progress" || e.data.Counts.Accepted != want || !strings.Contains(e.data.HTML, "<dd>"+comma(want)+"</dd>") {
				t.Errorf("event %d: %s %d\n%s", i, e.name, e.data.Counts.Accepted, e.data.HTML)
			}
			if !strings.HasPrefix(e.data.HTML, `<div id="live" data-title="`) || !strings.HasSuffix(e.data.HTML, "</div>") {
				t.Errorf("the live part is not one element:\n%s", e.data.HTML)
			}
			if i > 0 && e.id <= got[i-1].id {
				t.Errorf("id %s behind %s", e.id, got[i-1].id)
			}
		}
		h := l.got.Header()
		if h.Get("Content-Type") != "text/event-stream; charset=utf-8" || h.Get("X-Accel-Buffering") != "no" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", h)
		}
		if !strings.HasPrefix(l.got.Body.String(), "retry: 3000\n\n") {
			t.Errorf("begins with %.20q", l.got.Body)
		}
	})
}

func comma(n int64) string {
	text := ref.User(n).String()[len("usr_"):]
	return text[:len(text)-3] + "," + text[len(text)-3:]
}

// TestLiveSignsOfLife listens for 40 seconds.
func TestLiveSignsOfLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := liveSite(t, sample())
		l := listen(t, s, s.signIn(t, adminKey))
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if n := strings.Count(l.got.Body.String(), "\n\n: still here\n\n"); n != 2 {
			t.Errorf("%d signs of life in 40 seconds", n)
		}
	})
}

// TestLiveEnds is every way in which a stream ends before its run.
func TestLiveEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		end    func(*site, *memory, *listener)
		within time.Duration
		broken any
	}{
		{"the reader leaves", func(_ *site, _ *memory, l *listener) { l.leave() }, 0, nil},
		{"the server stops", func(s *site, _ *memory, _ *listener) { s.Stop() }, 0, nil},
		{"the key is revoked", func(s *site, _ *memory, _ *listener) { s.keys.revoke(adminKey) }, 15 * time.Second, nil},
		{"the database goes", func(_ *site, m *memory, _ *listener) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.err = errors.New("connection refused")
		}, time.Second, http.ErrAbortHandler},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := sample()
				s := liveSite(t, m)
				l := listen(t, s, s.signIn(t, adminKey))
				if l.hasEnded() {
					t.Fatal("ended by itself")
				}
				tt.end(s, m, l)
				time.Sleep(tt.within)
				if !l.hasEnded() || l.broken != tt.broken {
					t.Errorf("ended: %v, panic: %v, want %v", l.hasEnded(), l.broken, tt.broken)
				}
			})
		})
	}
}

// TestReadingsAreShared lets a room full of people watch one run: the database
// counts it once or twice a second, and one that has ended once altogether.
func TestReadingsAreShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := sample()
		s := liveSite(t, m)
		cookie := s.signIn(t, adminKey)
		for i := range 50 {
			time.Sleep(time.Duration(i) * time.Millisecond)
			listen(t, s, cookie)
		}
		before := m.count()
		time.Sleep(10 * time.Second)
		reads := m.count() - before
		if reads < 10 || reads > 20 {
			t.Errorf("%d readings in ten seconds for fifty readers", reads)
		}
	})
	m := sample()
	s := newSite(t, m)
	for range 5 {
		s.get(t, "/runs/run_5")
	}
	if m.reads != 1 {
		t.Errorf("%d readings of a run that has ended", m.reads)
	}
}

// TestLargeRunsAreReadCalmly watches a run that takes two seconds to count:
// the database rests three quarters of the time.
func TestLargeRunsAreReadCalmly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &large{memory: sample()}
		s := liveSite(t, store)
		cookie := s.signIn(t, adminKey)
		for range 3 {
			listen(t, s, cookie)
		}
		time.Sleep(80 * time.Second)
		synctest.Wait()
		if reads := store.count(); reads < 8 || reads > 11 {
			t.Errorf("%d readings in 80 seconds", reads)
		}
		s.Stop()
		time.Sleep(2 * time.Second) // for a reading that is under way
	})
}

// large is a Store whose runs take two seconds to count.
type large struct{ *memory }

func (l *large) RunProgress(ctx context.Context, id ref.Run) (delivery.Progress, error) {
	select {
	case <-time.After(2 * time.Second):
		return l.memory.RunProgress(ctx, id)
	case <-ctx.Done():
		return delivery.Progress{}, ctx.Err()
	}
}

// slow is a Store whose counting takes until it is let go.
type slow struct {
	*memory
	begun chan struct{}
	let   chan struct{}
	once  sync.Once
}

func (s *slow) RunProgress(ctx context.Context, id ref.Run) (delivery.Progress, error) {
	s.once.Do(func() { close(s.begun) })
	<-s.let
	if ctx.Err() != nil {
		return delivery.Progress{}, ctx.Err()
	}
	return s.memory.RunProgress(ctx, id)
}

// TestReadingOutlivesItsFirstReader lets the reader who began a reading leave
// while another one waits for it.
func TestReadingOutlivesItsFirstReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &slow{memory: sample(), begun: make(chan struct{}), let: make(chan struct{})}
		s := liveSite(t, store)
		cookie := s.signIn(t, adminKey)
		first := listen(t, s, cookie)
		<-store.begun
		second := listen(t, s, cookie)
		third := listen(t, s, cookie)
		first.leave()
		third.leave()
		if !third.hasEnded() {
			t.Error("who only waits does not wait on when he has left")
		}
		close(store.let)
		if got := second.events(); len(got) != 1 {
			t.Errorf("%d events, %d\n%s", len(got), second.got.Code, second.got.Body)
		}
	})
}

// TestReadingBreaksOff lets the reading panic: that one's page fails, and the
// next one reads anew.
func TestReadingBreaksOff(t *testing.T) {
	t.Parallel()
	store := &fragile{memory: sample()}
	s := newSite(t, store)
	cookie := s.signIn(t, adminKey)
	for i, want := range []int{500, 200} {
		if got := s.ask("GET", "/runs/run_7", "", "Cookie", cookie).Code; got != want {
			t.Errorf("reading %d: %d, want %d", i, got, want)
		}
	}
}

// fragile is a Store that a programming mistake meets once.
type fragile struct {
	*memory
	met bool
}

func (f *fragile) RunProgress(ctx context.Context, id ref.Run) (delivery.Progress, error) {
	if !f.met {
		f.met = true
		panic("index out of range")
	}
	return f.memory.RunProgress(ctx, id)
}

// TestLiveOutlivesTheServersLimits streams for much longer than the server
// gives to a request.
func TestLiveOutlivesTheServersLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t, sample(), func(d *web.Deps) { d.Now, d.Tick = time.Now, 50*time.Millisecond })
	server := httptest.NewUnstartedServer(s)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/runs/run_7/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", s.signIn(t, adminKey))
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	begun := time.Now()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for time.Since(begun) < time.Second {
		if !lines.Scan() {
			t.Fatalf("ended after %s: %v", time.Since(begun), lines.Err())
		}
	}
}
