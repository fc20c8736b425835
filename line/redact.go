package line

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// redacted stands where a token stood.
const redacted = "[redacted]"

// personInText finds ids of users, groups and rooms.
var personInText = regexp.MustCompile(`[UCR][0-9a-f]{32}`)

// scrub takes the token out of a text that came from outside and shortens the
// ids of people. Servers, and proxies more so, put requests into their answers.
func (c *Client) scrub(s string) string {
	s = strings.ReplaceAll(s, c.token, redacted)
	return personInText.ReplaceAllStringFunc(s, func(id string) string { return id[:4] + "…" + id[29:] })
}

// redact names the call an error came from. It takes the URL away, which may
// hold a user id, and when the text holds a secret all the same, it keeps only
// the text without it and whether time ran out.
func (c *Client) redact(name string, err error) error {
	if withURL, ok := errors.AsType[*url.Error](err); ok {
		err = withURL.Err
	}
	text := err.Error()
	if clean := c.scrub(text); clean != text {
		err = &plainError{text: clean, cause: contextCause(err)}
	}
	return fmt.Errorf("calling LINE's %s: %w", name, err)
}

// plainError is a text without the errors it came from, which still hold the
// secret, except for a harmless cause.
type plainError struct {
	text  string
	cause error
}

func (e *plainError) Error() string { return e.text }
func (e *plainError) Unwrap() error { return e.cause }

// contextCause is the context error that err stands for, or nil.
func contextCause(err error) error {
	for _, cause := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, cause) {
			return cause
		}
	}
	return nil
}
