package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/linecast/linecast/internal/access"
)

// moment is what a live page sends each tick: the figures as JSON, for
// programs that listen, and the page's live part as HTML, which the module
// live.js puts in place of the old one. So the page is written once, by its
// template, and not a second time in JavaScript.
type moment struct {
	at   time.Time
	data any // an object in JSON, which has a member "html"
	last bool
}

const (
	heartbeat = 15 * time.Second // so that proxies do not take the stream for dead
	moveLimit = 30 * time.Second // for each write
	retry     = 3000             // milliseconds until a browser connects again
)

// stream sends next's moments as server-sent events until the last one. Each
// carries everything, so a reader who missed some needs none of them again.
// It ends, and browsers come again, when the reader's key was revoked
// meanwhile.
func (s *Web) stream(w *response, r *http.Request, next func(context.Context) (moment, error)) error {
	if r.Method == http.MethodHead {
		return nil
	}
	out := events{w: w, control: http.NewResponseController(w)}
	tick, beat := time.NewTicker(s.deps.Tick), time.NewTicker(heartbeat)
	defer tick.Stop()
	defer beat.Stop()
	for {
		m, err := next(r.Context())
		if err != nil {
			return err
		}
		if err := out.send(m); err != nil || m.last {
			return err
		}
		if more, err := s.pause(r, &out, tick.C, beat.C); err != nil || !more {
			return err
		}
	}
}

// pause waits for the next tick, giving signs of life meanwhile; false when
// the reader or the server goes.
func (s *Web) pause(r *http.Request, out *events, tick, beat <-chan time.Time) (more bool, err error) {
	for {
		select {
		case <-tick:
			return true, nil
		case <-beat:
			if _, err := s.signedIn(r, access.ReportsRead); err != nil {
				return false, nil
			}
			if err := out.write(": still here\n\n"); err != nil {
				return false, err
			}
		case <-r.Context().Done():
			return false, nil
		case <-s.stopping.Done():
			return false, nil
		}
	}
}

// events writes server-sent events (HTML standard, section 9.2).
type events struct {
	w       *response
	control *http.ResponseController
}

func (e *events) send(m moment) error {
	var data bytes.Buffer
	if err := json.NewEncoder(&data).Encode(m.data); err != nil { // one line, as an event's data must be
		return fmt.Errorf("encode a live page: %w", err)
	}
	name := "progress"
	if m.last {
		name = "end"
	}
	return e.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n", m.at.UnixMilli(), name, data.Bytes()))
}

func (e *events) write(text string) error {
	if !e.w.started {
		h := e.w.Header()
		h.Set("Content-Type", "text/event-stream; charset=utf-8")
		h.Set("X-Accel-Buffering", "no") // nginx would hold events back
		text = fmt.Sprintf("retry: %d\n\n", retry) + text
	}
	extend(e.control)
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.control.Flush()
}

// extend gives the next write its own time: a reader may take all day and may
// not stand still.
func extend(control *http.ResponseController) {
	// Not every writer has deadlines: a test's recorder has none.
	_ = control.SetWriteDeadline(time.Now().Add(moveLimit))
}
