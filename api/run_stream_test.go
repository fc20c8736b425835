package api

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// fakeRun is a run whose progress follows from the time since it was made.
type fakeRun struct {
	RunStore // of which a stream uses no more
	began    time.Time
	progress func(since time.Duration) (delivery.Progress, error)
}

func (f fakeRun) RunProgress(context.Context, ref.Run) (delivery.Progress, error) {
	return f.progress(time.Since(f.began))
}

// follow streams a run to its end, in a bubble whose time costs nothing.
func follow(ctx context.Context, progress func(time.Duration) (delivery.Progress, error)) (text string, took time.Duration, err error) {
	w := httptest.NewRecorder()
	e := echo.New()
	c := e.NewContext(httptest.NewRequest("GET", "/", nil), w)
	began := time.Now()
	err = runStream{fakeRun{began: began, progress: progress}, 7}.writeTo(ctx, newStream(c, 200))
	return w.Body.String(), time.Since(began), err
}

// accepted is a run of three messages, one a second.
func accepted(since time.Duration) (p delivery.Progress, _ error) {
	p.ID, p.State, p.Frozen = 7, delivery.Sending, 3
	p.Counts.Accepted = min(3, int64(since/time.Second))
	if p.Counts.Accepted == 3 {
		done := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		p.State, p.FinishedAt = delivery.RunFinished, &done
	}
	return p, nil
}

func TestRunStream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		text, took, err := follow(t.Context(), accepted)
		if err != nil || took != 3*time.Second {
			t.Errorf("it took %v: %v", took, err)
		}
		var events []string
		for block := range strings.SplitSeq(strings.TrimSuffix(text, "\n\n"), "\n\n") {
			name, data, _ := strings.Cut(block, "\ndata: ")
			_, counts, _ := strings.Cut(data, `"accepted":`)
			counts, _, _ = strings.Cut(counts, ",")
			events = append(events, strings.TrimSpace(name+" "+counts))
		}
		want := []string{"retry: 3000", "event: progress 0", "event: progress 1", "event: progress 2", "event: progress 3", "event: end 3"}
		if diff := cmp.Diff(want, events); diff != "" {
			t.Errorf("%s\n%s", diff, text)
		}
	})
}

// Of a run that waits there is nothing to tell: the stream shows that it is
// there, and ends after ten minutes, so that a revoked key does not read on.
func TestRunStreamWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		text, took, err := follow(t.Context(), func(time.Duration) (delivery.Progress, error) {
			return delivery.Progress{Run: delivery.Run{ID: 7, State: delivery.RunPaused}}, nil
		})
		if err != nil || took != streamLimit {
			t.Errorf("it took %v: %v", took, err)
		}
		if n := strings.Count(text, "event: progress"); n != 1 || strings.Contains(text, "event: end") {
			t.Errorf("%d events of a run in which nothing happened", n)
		}
		if n := strings.Count(text, ": still here\n\n"); n != int(streamLimit/stillHere)-1 && n != int(streamLimit/stillHere) {
			t.Errorf("%d signs of life in %v", n, streamLimit)
		}
	})
}

// The reader leaves, and the database goes away.
func TestRunStreamEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Millisecond)
		defer cancel()
		if _, took, err := follow(ctx, accepted); err != nil || took != 90*time.Millisecond {
			t.Errorf("a reader that leaves is an error after %v: %v", took, err)
		}
		away := errors.New("the database is away")
		text, _, err := follow(t.Context(), func(since time.Duration) (delivery.Progress, error) {
			if since >= time.Second {
				return delivery.Progress{}, away
			}
			return accepted(since)
		})
		if !errors.Is(err, away) || !bytes.Contains([]byte(text), []byte("event: progress")) {
			t.Errorf("%v after %s", err, text)
		}
	})
}
