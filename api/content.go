package api

import (
	"bytes"
	"errors"
	"hash"
	"io"
	"mime/multipart"
	"net/textproto"
	"time"

	"github.com/linecast/linecast/errs"
)

// content is a body as it comes, for handlers that read more than fits into
// memory. Every read has moveLimit: a sender may take all day and may not
// stand still.
type content struct {
	Media  string // the media type, one of those the route accepts
	params map[string]string
	from   io.Reader
	extend func(time.Duration) // moves the read deadline
	digest hash.Hash           // of what was read, or of the parts' contents
}

// Read reads the body. A body that breaks off is request.incomplete.
func (c *content) Read(p []byte) (int, error) {
	n, err := c.move(p)
	c.digest.Write(p[:n])
	return n, err
}

func (c *content) move(p []byte) (int, error) {
	c.extend(moveLimit)
	n, err := c.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errs.New("request.incomplete").Because(err)
	}
	return n, err
}

// Parts reads a multipart body part by part.
func (c *content) Parts() *parts {
	raw := &rawBody{c: c}
	return &parts{multipart.NewReader(raw, c.params["boundary"]), raw, c}
}

// rawBody reads the body without noting it in the digest, and remembers how it
// ended: multipart.Reader says io.EOF for a form's end and also for a body
// that ends within a part's headers.
type rawBody struct {
	c    *content
	tail []byte
}

// tailSize is more than multipart.Reader reads ahead.
const tailSize = 16 << 10

func (b *rawBody) Read(p []byte) (int, error) {
	n, err := b.c.move(p)
	b.tail = append(b.tail, p[max(0, n-tailSize):n]...)
	b.tail = b.tail[max(0, len(b.tail)-tailSize):]
	return n, err
}

type parts struct {
	from *multipart.Reader
	raw  *rawBody
	c    *content
}

// complete reports whether the boundary that ends the form was read.
func (p *parts) complete() bool {
	return bytes.Contains(p.raw.tail, []byte("--"+p.c.params["boundary"]+"--"))
}

// part is one field of a form. File is the file's name, "" for a plain field.
type part struct {
	Name, File string
	io.Reader
}

// Next is the next part, or io.EOF. The part before it need not have been
// read to its end; what was not read is not part of the digest.
func (p *parts) Next() (part, error) {
	next, err := p.from.NextRawPart()
	var known *errs.Error
	switch {
	case errors.Is(err, io.EOF) && p.complete():
		return part{}, io.EOF
	case errors.As(err, &known):
		return part{}, known
	case errors.Is(err, io.EOF):
		return part{}, errs.New("request.bad_form", "it ends before its last boundary")
	case err != nil:
		return part{}, errs.New("request.bad_form", err.Error())
	}
	writeHeader(p.c.digest, next.Header)
	return part{next.FormName(), next.FileName(), io.TeeReader(partReader{next}, p.c.digest)}, nil
}

func writeHeader(to io.Writer, h textproto.MIMEHeader) {
	_, _ = io.WriteString(to, "\x00part "+h.Get("Content-Disposition")+"\x00") // a hash takes everything
}

// partReader names a body that ends inside a part for what it is.
type partReader struct{ from io.Reader }

func (r partReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errs.New("request.incomplete").Because(err)
	}
	return n, err
}
