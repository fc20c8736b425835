package api

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// streamRun sends what readRun shows as server-sent events, until the run ends.
func (a *API) streamRun(ctx context.Context, in runRef) (runStream, error) {
	_, err := a.deps.RunStore.Run(ctx, in.ID)
	return runStream{a.deps.RunStore, in.ID}, err
}

// runStream is the answer of streamRun. Each event carries everything, so a
// reader who missed some needs none of them again.
type runStream struct {
	store RunStore
	id    ref.Run
}

// eventStream is the media type of server-sent events (HTML standard, 9.2).
const eventStream = "text/event-stream"

func (runStream) mediaType() string { return eventStream }

const (
	eventEvery  = time.Second      // the pace of events
	stillHere   = 15 * time.Second // proxies take a longer silence for the end
	streamLimit = 10 * time.Minute // then readers come again, with a key that is still good
)

// writeTo sends an event whenever something changed and a comment when nothing
// did for a while. After the last event it sends one named end, by which a
// reader knows not to come again.
func (s runStream) writeTo(ctx context.Context, w *stream) error {
	ctx, cancel := context.WithTimeout(ctx, streamLimit)
	defer cancel()
	tick := time.NewTicker(eventEvery)
	defer tick.Stop()
	if _, err := fmt.Fprint(w, "retry: 3000\n\n"); err != nil {
		return err
	}
	var last []byte
	for wrote := time.Now(); ; {
		p, err := s.store.RunProgress(ctx, s.id)
		if ctx.Err() != nil {
			return nil
		} else if err != nil {
			return err
		}
		text, data, err := nextEvent(p, last, time.Since(wrote))
		if err != nil {
			return err
		}
		if text != "" {
			last, wrote = data, time.Now()
			if _, err := fmt.Fprint(w, text); err != nil {
				return err
			}
			if err := w.Flush(); err != nil {
				return err
			}
		}
		if p.FinishedAt != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// nextEvent is what to send after last was sent and then nothing for quiet; ""
// when there is nothing to say.
func nextEvent(p delivery.Progress, last []byte, quiet time.Duration) (text string, data []byte, err error) {
	data, err = marshal(p)
	if err != nil {
		return "", nil, err
	}
	switch {
	case p.FinishedAt != nil: // one line, as an event's data must be; it ends with a newline
		text = fmt.Sprintf("event: progress\ndata: %s\nevent: end\ndata: %s\n", data, data)
	case !bytes.Equal(data, last):
		text = fmt.Sprintf("event: progress\ndata: %s\n", data)
	case quiet >= stillHere:
		text = ": still here\n\n"
	}
	return text, data, nil
}
