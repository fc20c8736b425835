package line

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// redacted stands where a token stood.
const redacted = "[redacted]"

// redact names the call an error came from. It takes the URL away, which may
// hold a user id, and should the text hold the token, as after a proxy that
// echoes requests, it keeps only the text without it and whether time ran out.
func (c *Client) redact(name string, err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		err = withURL.Err
	}
	if text := err.Error(); strings.Contains(text, c.token) {
		err = &plainError{text: strings.ReplaceAll(text, c.token, redacted), cause: contextCause(err)}
	}
	return fmt.Errorf("calling LINE's %s: %w", name, err)
}

// plainError is a text without the errors it came from, which still hold the
// token, except for a harmless cause.
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
