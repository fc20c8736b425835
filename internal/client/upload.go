package client

import (
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/google/uuid"
)

// Upload posts a form of options, as JSON, and a file that is read as it is
// sent, whatever its size. It is sent once: a file that comes from a pipe
// cannot be read again.
func (c *Client) Upload(ctx context.Context, path string, options any, name string, file io.Reader, out any) error {
	from, to := io.Pipe()
	defer from.Close() // ends the writer when the server stops reading
	form := multipart.NewWriter(to)
	r, err := c.request(ctx, http.MethodPost, path, from)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Idempotency-Key", uuid.NewString())
	written := make(chan struct{})
	go func() {
		defer close(written)
		to.CloseWithError(writeForm(form, options, name, file))
	}()
	answer, err := c.send(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	err = c.read(answer, out)
	from.Close()
	<-written
	return err
}

func writeForm(form *multipart.Writer, options any, name string, file io.Reader) error {
	part, err := form.CreateFormField("options")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(part).Encode(options); err != nil {
		return err
	}
	if part, err = form.CreateFormFile("file", name); err != nil {
		return err
	}
	if _, err := io.Copy(part, file); err != nil {
		return err
	}
	return form.Close()
}
