// Package client owns how linecast's own commands talk to a server: the same
// HTTP interface that everybody else uses.
//
// It refuses to do a thing twice. A GET is repeated while the server is away;
// a POST carries an Idempotency-Key and is repeated under that same key, which
// the server replays; an upload is sent once.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/errs"
)

// Options says whom a Client talks to.
type Options struct {
	URL       string // such as "http://127.0.0.1:8080"
	APIKey    string // "" is enough for /healthz and /readyz
	UserAgent string
	HTTP      *http.Client                               // nil: http.DefaultClient
	Sleep     func(context.Context, time.Duration) error // between tries; nil: real time
}

// Client talks to one server. It is safe for concurrent use.
type Client struct{ o Options }

// New makes a client; nothing is sent yet.
func New(o Options) *Client {
	o.URL = strings.TrimSuffix(o.URL, "/")
	if o.HTTP == nil {
		o.HTTP = http.DefaultClient
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return &Client{o}
}

// URL is the server's address, without a slash at its end.
func (c *Client) URL() string { return c.o.URL }

// Prefix is the path before every route of the API.
const Prefix = "/api/v1"

// tries is how often a request is sent; the pauses between them add up to
// about four seconds.
const (
	tries      = 5
	firstPause = 250 * time.Millisecond
)

// Do sends in as JSON, unless it is nil, and reads the answer's JSON into out,
// unless that is nil. path is relative to Prefix unless it begins with a
// slash, and may have a query.
//
// The error is a *Problem when the server answered with one, and
// client.unreachable, client.foreign or ctx's otherwise.
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = encode(in); err != nil {
			return err
		}
	}
	key := ""
	if method == http.MethodPost {
		key = uuid.NewString()
	}
	for try, pause := 1, firstPause; ; try, pause = try+1, 2*pause {
		err := c.once(ctx, method, path, key, body, out)
		if err == nil || try == tries || ctx.Err() != nil || !worthAnotherTry(err) {
			return err
		}
		if err := c.o.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// encode is JSON as we write it everywhere: << stays <<.
func encode(in any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(in)
	return b.Bytes(), err
}

// worthAnotherTry reports failures that may be gone in a moment. Every
// request of Do may be repeated: it reads, or it carries a key, or doing it
// twice is doing it once.
func worthAnotherTry(err error) bool {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Status == http.StatusServiceUnavailable || p.Code == "idempotency.running"
	}
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF)
}

func (c *Client) once(ctx context.Context, method, path, key string, body []byte, out any) error {
	r, err := c.request(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	answer, err := c.send(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return c.read(answer, out)
}

func (c *Client) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	if !strings.HasPrefix(path, "/") {
		path = Prefix + "/" + path
	}
	r, err := http.NewRequestWithContext(ctx, method, c.o.URL+path, body)
	if err != nil {
		return nil, errs.New("client.unreachable", c.o.URL, err).Because(err)
	}
	r.Header.Set("Accept", "application/json")
	if c.o.APIKey != "" {
		r.Header.Set("Authorization", "Bearer "+c.o.APIKey)
	}
	if c.o.UserAgent != "" {
		r.Header.Set("User-Agent", c.o.UserAgent)
	}
	return r, nil
}

// send sends r. A refusal is its error; the caller closes the body of anything
// else.
func (c *Client) send(r *http.Request) (*http.Response, error) {
	answer, err := c.o.HTTP.Do(r)
	switch {
	case err == nil:
	case r.Context().Err() != nil:
		return nil, r.Context().Err()
	default:
		if inner, ok := errors.AsType[*url.Error](err); ok { // it repeats method and address
			err = inner.Err
		}
		return nil, errs.New("client.unreachable", c.o.URL, err).Because(err)
	}
	if answer.StatusCode/100 != 2 {
		defer answer.Body.Close()
		return nil, c.problem(answer)
	}
	return answer, nil
}

// read decodes a successful answer.
func (c *Client) read(answer *http.Response, out any) error {
	if out == nil || answer.StatusCode == http.StatusNoContent {
		return nil
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return errs.New("client.unreachable", c.o.URL, err).Because(err)
	}
	if text, ok := out.(*[]byte); ok {
		*text = raw
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return errs.New("client.foreign", c.o.URL, answer.StatusCode).Because(err)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
