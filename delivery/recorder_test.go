package delivery_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

func TestRecorderWritesInBulk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sizes []int
		r := delivery.NewRecorder(t.Context(), func(_ context.Context, o []delivery.Outcome) error {
			sizes = append(sizes, len(o))
			return nil
		})
		for i := range 250 {
			r.Add(delivery.Outcome{Recipient: ref.User(i)})
		}
		synctest.Wait()
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		r.Add(delivery.Outcome{Recipient: 999})
		rest, err := r.Close()
		if err != nil || len(rest) != 1 || rest[0].Recipient != 999 {
			t.Errorf("rest %v, %v; want the last outcome", rest, err)
		}
		if len(sizes) != 3 || sizes[0] != 100 || sizes[1] != 100 || sizes[2] != 50 {
			t.Errorf("wrote %v; want 100, 100 and, after 250 ms, 50", sizes)
		}
	})
}

// TestRecorderHoldsBackWhenTheSinkFails: what cannot be recorded must not be
// sent, so Add blocks once the buffer is full, and nothing is dropped.
func TestRecorderHoldsBackWhenTheSinkFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		up := time.Now().Add(time.Minute)
		var written int
		var added atomic.Int64
		r := delivery.NewRecorder(t.Context(), func(_ context.Context, o []delivery.Outcome) error {
			if time.Now().Before(up) {
				return errors.New("database is away")
			}
			written += len(o)
			return nil
		})
		go func() {
			for range 1000 {
				r.Add(delivery.Outcome{})
				added.Add(1)
			}
		}()
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if n := added.Load(); n > 300 {
			t.Errorf("%d outcomes taken while none could be written", n)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		rest, err := r.Close()
		if written+len(rest) != 1000 || err != nil {
			t.Errorf("%d written, %d left, %v; want 1000 in all", written, len(rest), err)
		}
	})
}

func TestRecorderGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("database is away")
		ctx, cancel := context.WithCancel(t.Context())
		r := delivery.NewRecorder(ctx, func(context.Context, []delivery.Outcome) error { return down })
		for range 100 {
			r.Add(delivery.Outcome{})
		}
		synctest.Wait()
		cancel()
		if _, err := r.Close(); !errors.Is(err, down) {
			t.Errorf("got %v, want the sink's error", err)
		}
	})
}
