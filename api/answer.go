package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// An output may say more than its JSON by having one of these methods.
type (
	hasStatus   interface{ status() int }      // another status than the route's
	hasVersion  interface{ version() int }     // its ETag
	hasLocation interface{ location() string } // where what was made can be read
	hasName     interface{ filename() string } // what a browser saves it as
	hasSecret   interface{ forStorage() any }  // what of it may be kept for a replay
	hasFile     interface {
		file() (mediaType string, body []byte)
	}
	hasStream interface {
		mediaType() string
		// writeTo writes the body bit by bit. An error before the first
		// byte is answered as a problem; a later one breaks the connection
		// off, so that half an answer cannot pass for a whole one.
		writeTo(ctx context.Context, w *stream) error
	}
	// hasStory is for outputs that the audit log should tell more of.
	hasStory interface {
		story() (object string, detail any)
	}
)

// none is the output of routes that have nothing to say: 204.
type none struct{}

func (none) status() int { return http.StatusNoContent }

// answer is an output on its way out.
type answer struct {
	status  int
	headers map[string]string
	body    []byte
	stored  []byte // the body as it may be kept; nil: as body
	stream  hasStream
	object  string // for the audit log
	detail  any
}

// encode turns a handler's output into an answer.
func encode(status int, out any) (*answer, error) {
	a := &answer{status: status, headers: map[string]string{}}
	describe(a, out)
	if s, ok := out.(hasStream); ok {
		a.stream = s
		a.headers["Content-Type"] = s.mediaType()
		if s.mediaType() == eventStream {
			a.headers["X-Accel-Buffering"] = "no" // nginx would hold events back
		}
		return a, nil
	}
	if f, ok := out.(hasFile); ok {
		a.headers["Content-Type"], a.body = f.file()
		return a, nil
	}
	if a.status == http.StatusNoContent {
		return a, nil
	}
	a.headers["Content-Type"] = "application/json"
	var err error
	if a.body, err = marshal(out); err != nil {
		return nil, err
	}
	if s, ok := out.(hasSecret); ok {
		a.stored, err = marshal(s.forStorage())
	}
	return a, err
}

// describe takes what the output says of itself.
func describe(a *answer, out any) {
	if o, ok := out.(hasStatus); ok {
		a.status = o.status()
	}
	if o, ok := out.(hasVersion); ok {
		a.headers["ETag"] = etag(o.version())
	}
	if o, ok := out.(hasLocation); ok && o.location() != "" {
		a.headers["Location"] = o.location()
	}
	if o, ok := out.(hasName); ok {
		a.headers["Content-Disposition"] = mime.FormatMediaType("attachment", map[string]string{"filename": o.filename()})
	}
	if o, ok := out.(hasStory); ok {
		a.object, a.detail = o.story()
	}
}

// marshal writes JSON without escaping <, > and &: the answers are not HTML,
// and message templates full of them should stay readable.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// write sends the answer.
func (a *answer) write(ctx context.Context, c echo.Context) error {
	// An upload may have used up the time that the server gave the answer.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(moveLimit))
	h := c.Response().Header()
	for name, value := range a.headers {
		h.Set(name, value)
	}
	if a.stream != nil {
		return a.writeStream(ctx, c)
	}
	if a.status == http.StatusNoContent {
		return c.NoContent(a.status)
	}
	c.Response().WriteHeader(a.status)
	_, err := c.Response().Write(a.body)
	if err != nil {
		return errGone
	}
	return nil
}

func (a *answer) writeStream(ctx context.Context, c echo.Context) error {
	w := newStream(c, a.status)
	if c.Request().Method == http.MethodHead {
		c.Response().WriteHeader(a.status)
		return nil
	}
	err := a.stream.writeTo(ctx, w)
	if err == nil {
		return w.Flush()
	}
	if !c.Response().Committed {
		return err // the headers of the answer are replaced by the problem's
	}
	return brokenOff{err}
}

var _ io.Writer = (*stream)(nil)
