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
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// read turns a response into an Answer and leaves the connection reusable when
// the body is within the limit. A body that breaks off or is not JSON never
// changes the status: LINE has accepted what it answered 2xx.
func (c *Client) read(call call, resp *http.Response) Answer {
	a := c.head(resp)
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	_, err := buf.ReadFrom(io.LimitReader(resp.Body, call.limit))
	switch {
	case a.Status/100 == 2 && call.into != nil:
		if err = errors.Join(err, json.Unmarshal(buf.Bytes(), call.into)); err != nil {
			a.Err = c.redact(call.name, errUnreadable)
		}
	default:
		c.decode(&a, buf.Bytes())
	}
	return a
}

// errUnreadable is the cause of line.bad_answer.
var errUnreadable = errors.New("the answer breaks off or is not the JSON that LINE documents")

// head takes what the status line and headers say.
func (c *Client) head(resp *http.Response) Answer {
	a := Answer{
		Status:            resp.StatusCode,
		RequestID:         c.clean(resp.Header.Get("X-Line-Request-Id"), textLimit),
		AcceptedRequestID: c.clean(resp.Header.Get("X-Line-Accepted-Request-Id"), textLimit),
	}
	if v := resp.Header.Get("Retry-After"); v != "" {
		a.RetryAfter = retryAfter(v, c.now())
	}
	return a
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

// clean makes a text from outside fit to store and show: without the token,
// the no-break space LINE writes after "(messages[0])" made a plain one, no
// control characters (PostgreSQL refuses NUL), and at most limit bytes.
func (c *Client) clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r // an invalid byte arrives, and leaves, as U+FFFD
	}, strings.ReplaceAll(s, c.token, redacted))
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
