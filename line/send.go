package line

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/google/uuid"
)

// Paths below the base (LINE reference, Send push message, Send multicast message).
const (
	pathPush      = "/v2/bot/message/push"
	pathMulticast = "/v2/bot/message/multicast"
	pathValidate  = "/v2/bot/message/validate/"
)

// RetryKeyHeader names the retry key, valid on push, multicast, narrowcast and
// broadcast for 24 hours from the first request (LINE docs, Retry failed API
// requests).
const RetryKeyHeader = "X-Line-Retry-Key"

// Push posts body, a complete push request, to LINE as it is. The same key
// must always carry the same bytes. One call is one request.
//
// The caller must never write to body again, not even after Push returned: a
// call that timed out may still be sending it.
func (c *Client) Push(ctx context.Context, body []byte, retryKey uuid.UUID) Answer {
	return c.send(ctx, "push", c.push, body, retryKey)
}

// Multicast posts body, a complete multicast request of 1 to 500 user ids, to
// LINE as it is. LINE accepts or refuses all of them together.
func (c *Client) Multicast(ctx context.Context, body []byte, retryKey uuid.UUID) Answer {
	return c.send(ctx, "multicast", c.multicast, body, retryKey)
}

// Kinds of message that LINE validates (LINE reference, Validate message objects).
const (
	KindPush       = "push"
	KindMulticast  = "multicast"
	KindNarrowcast = "narrowcast"
	KindBroadcast  = "broadcast"
	KindReply      = "reply"
)

// Validate asks LINE whether the messages of body, {"messages": […]}, could be
// sent as kind. Nothing is sent, nothing is counted, and whether recipients
// exist is not checked.
func (c *Client) Validate(ctx context.Context, kind string, body []byte) Answer {
	req := c.request(ctx, http.MethodPost, c.base.JoinPath(pathValidate, url.PathEscape(kind)), body)
	return c.do(call{name: "validate/" + kind, limit: messageAnswerLimit}, req)
}

// send posts message bytes with a retry key. LINE refuses an empty key, so the
// zero UUID is still sent: it never stands for "no key".
func (c *Client) send(ctx context.Context, name string, to *url.URL, body []byte, key uuid.UUID) Answer {
	req := c.request(ctx, http.MethodPost, to, body)
	req.Header[RetryKeyHeader] = []string{key.String()}
	return c.do(call{name: name, limit: messageAnswerLimit}, req)
}

// jsonType is shared by all requests: nobody changes a header's values in place.
var jsonType = []string{"application/json"}

// request builds what http.NewRequest would, without parsing the URL again.
// The body is read in place, perhaps twice, and perhaps after the call ended.
func (c *Client) request(ctx context.Context, method string, to *url.URL, body []byte) *http.Request {
	req := (&http.Request{
		Method: method, URL: to, Host: to.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, 6),
	}).WithContext(ctx)
	if body == nil {
		return req
	}
	req.Header["Content-Type"] = jsonType
	req.ContentLength = int64(len(body))
	req.Body = reader(body)
	req.GetBody = func() (io.ReadCloser, error) { return reader(body), nil }
	return req
}

// reader must be what net/http knows to be in memory: a reader type of our own
// would make it write the headers by themselves, a second system call.
func reader(body []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(body)) }

// call says what a request is called in errors, how much of its answer is read
// and where the JSON of a 2xx goes; nil: into the Answer.
type call struct {
	name  string
	limit int
	into  any
}

// do sends req through the SDK, which adds the token and its User-Agent, and
// reads the answer. Errors and texts come back without token and URL.
func (c *Client) do(call call, req *http.Request) Answer {
	resp, err := c.api.Do(req)
	if err != nil {
		return Answer{Err: c.redact(call.name, err)}
	}
	defer resp.Body.Close()
	return c.read(call, resp)
}
