package line

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// How much of an answer is read, and how much of its texts is kept. LINE's
// answers to messages are below 1 KiB; a page of 1,000 follower ids is 36 KB.
const (
	messageAnswerLimit = 64 << 10
	otherAnswerLimit   = 1 << 20

	excerptLimit = 512
	textLimit    = 1000
	detailsLimit = 20
)

// answerBody is every field we know of LINE's answers to messages; unknown
// ones are ignored.
type answerBody struct {
	Message      string   `json:"message"`
	Details      []Detail `json:"details"`
	SentMessages []struct {
		ID messageID `json:"id"`
	} `json:"sentMessages"`
}

// messageID is a string in LINE's examples and a Number in its text.
type messageID string

// UnmarshalJSON takes both.
func (id *messageID) UnmarshalJSON(b []byte) error {
	*id = messageID(bytes.Trim(b, `"`))
	return nil
}

// buffers holds the buffers that answers are read into.
var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, 1<<10)} }}

// buffer reads a body up to a limit. bytes.Buffer would need an io.LimitReader
// beside it for every answer.
type buffer struct{ b []byte }

// fill reads r to its end or to limit, whichever comes first.
func (buf *buffer) fill(r io.Reader, limit int) error {
	buf.b = buf.b[:0]
	for len(buf.b) < limit {
		if len(buf.b) == cap(buf.b) {
			buf.b = append(buf.b, 0)[:len(buf.b)]
		}
		n, err := r.Read(buf.b[len(buf.b):min(cap(buf.b), limit)])
		buf.b = buf.b[:len(buf.b)+n]
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// read turns a response into an Answer and leaves the connection reusable when
// the body is within the limit. A body that breaks off or is not JSON never
// changes the status: LINE has accepted what it answered 2xx.
func (c *Client) read(call call, resp *http.Response) Answer {
	a := c.head(resp)
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	err := buf.fill(resp.Body, call.limit)
	if a.Status/100 != 2 || call.into == nil {
		c.decode(&a, buf.b)
		return a
	}
	if err == nil {
		err = json.Unmarshal(buf.b, call.into)
	}
	if err != nil {
		a.Err = c.redact(call.name, errUnreadable)
	}
	return a
}

// errUnreadable is the cause of line.bad_answer.
var errUnreadable = errors.New("the answer breaks off or is not the JSON that LINE documents")

// head takes what the status line and headers say.
func (c *Client) head(resp *http.Response) Answer {
	a := Answer{
		Status:            resp.StatusCode,
		RequestID:         c.requestID(resp.Header.Get("X-Line-Request-Id")),
		AcceptedRequestID: c.requestID(resp.Header.Get("X-Line-Accepted-Request-Id")),
	}
	if v := resp.Header.Get("Retry-After"); v != "" {
		a.RetryAfter = retryAfter(v, c.now())
	}
	return a
}

// requestID passes LINE's ids, which are UUIDs, and cleans what is none.
func (c *Client) requestID(s string) string {
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && !strings.Contains(s, c.token) {
		return s
	}
	return c.clean(s, textLimit)
}

// decode reads the body as far as it is JSON.
func (c *Client) decode(a *Answer, body []byte) {
	if ids, ok := sentMessageIDs(body); ok {
		a.MessageIDs = ids
		return
	}
	var b answerBody
	err := json.Unmarshal(body, &b)
	a.Message = c.clean(b.Message, textLimit)
	for _, d := range b.Details[:min(len(b.Details), detailsLimit)] {
		a.Details = append(a.Details, Detail{c.clean(d.Message, textLimit), c.clean(d.Property, textLimit)})
	}
	for _, m := range b.SentMessages {
		a.MessageIDs = append(a.MessageIDs, c.clean(string(m.ID), textLimit))
	}
	if err != nil || a.Status/100 != 2 {
		a.Excerpt = c.clean(string(body), excerptLimit)
	}
}

// clean makes a text from outside fit to store and show: without secrets, the
// no-break space LINE writes after "(messages[0])" made a plain one, no control
// characters (PostgreSQL refuses NUL), and at most limit bytes.
func (c *Client) clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r // an invalid byte arrives, and leaves, as U+FFFD
	}, c.scrub(s))
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
