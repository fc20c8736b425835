package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// errGone says that nobody reads the answer any more.
var errGone = errors.New("the client went away")

// brokenOff is an error after the first bytes of an answer were sent.
type brokenOff struct{ error }

func (b brokenOff) Unwrap() error { return b.error }

// stream is the body of an answer that is written bit by bit. Every write has
// moveLimit: a reader may take all day and may not stand still.
type stream struct {
	to      *echo.Response
	control *http.ResponseController
	status  int
}

func newStream(c echo.Context, status int) *stream {
	return &stream{c.Response(), http.NewResponseController(c.Response()), status}
}

// Write sends the headers before the first bytes.
func (s *stream) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	s.move()
	n, err := s.to.Write(p)
	if err != nil {
		return n, errGone
	}
	return n, nil
}

// Flush hands what was written to the network.
func (s *stream) Flush() error {
	s.move()
	if err := s.control.Flush(); err != nil {
		return errGone
	}
	return nil
}

// move gives the next write its time, and sends the headers with the first.
func (s *stream) move() {
	// Not every writer has deadlines: a test's recorder has none.
	_ = s.control.SetWriteDeadline(time.Now().Add(moveLimit))
	if !s.to.Committed {
		s.to.WriteHeader(s.status)
	}
}
