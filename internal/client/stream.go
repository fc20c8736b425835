package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/linecast/linecast/errs"
)

// Stream posts to path and calls each with every line of the NDJSON that
// answers, as it comes. It is sent once. An answer that breaks off is
// client.unreachable; each's error ends it.
func (c *Client) Stream(ctx context.Context, path string, each func(json.RawMessage) error) error {
	r, err := c.request(ctx, http.MethodPost, path, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := c.send(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	lines := bufio.NewReader(answer.Body)
	for {
		line, err := lines.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !errors.Is(err, io.EOF):
			return errs.New("client.unreachable", c.o.URL, err).Because(err)
		case !json.Valid(line):
			return errs.New("client.foreign", c.o.URL, answer.StatusCode)
		}
		if err := each(line); err != nil {
			return err
		}
	}
}
