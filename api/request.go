package api

import (
	"crypto/sha256"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linecast/linecast/errs"
)

// request is a call of a route on its way to the handler.
type request struct {
	c       echo.Context
	route   *route
	body    []byte   // the whole body, of routes that read JSON
	content *content // the body as it comes, of routes that take it so
}

// read checks the body's media type and reads the body, or makes its content
// ready to be read.
func (r *request) read() error {
	plan := r.route.do.plan
	in := r.c.Request()
	if in.Method == http.MethodGet || in.Method == http.MethodHead {
		return nil
	}
	media, params, err := r.media(plan)
	if err != nil {
		return err
	}
	if plan.streams {
		r.content = &content{Media: media, params: params, digest: sha256.New(), from: in.Body,
			extend: func(d time.Duration) { _ = r.control().SetReadDeadline(time.Now().Add(d)) }}
		return nil
	}
	r.body, err = io.ReadAll(http.MaxBytesReader(r.c.Response(), in.Body, bodyLimit))
	if err != nil && !errors.As(err, new(*http.MaxBytesError)) {
		return errs.New("request.incomplete").Because(err)
	}
	return err
}

// media is the body's media type, when the route reads it. No Content-Type is
// fine for a request without a body.
func (r *request) media(plan *inputPlan) (media string, params map[string]string, err error) {
	h := r.c.Request().Header
	if coding := h.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return "", nil, errs.New("request.media_type", coding, "bodies that are not compressed")
	}
	given := h.Get("Content-Type")
	if len(plan.accepts) == 0 || given == "" && r.c.Request().ContentLength == 0 {
		return "", nil, nil
	}
	media, params, err = mime.ParseMediaType(given)
	charset := strings.ToLower(params["charset"])
	if err != nil || !slices.Contains(plan.accepts, media) || charset != "" && charset != "utf-8" {
		return "", nil, errs.New("request.media_type", given, strings.Join(plan.accepts, " and "))
	}
	return media, params, nil
}

func (r *request) control() *http.ResponseController {
	return http.NewResponseController(r.c.Response())
}

// digest names the request for its Idempotency-Key: method, path with its
// query, and the body as far as it was read. The parts of a multipart body
// count and not the boundary between them, which clients draw anew each time.
func (r *request) digest() (sum [sha256.Size]byte) {
	h := sha256.New()
	in := r.c.Request()
	_, _ = io.WriteString(h, in.Method+" "+in.URL.RequestURI()+"\n") // a hash takes everything
	h.Write(r.body)
	if r.content != nil {
		h.Write(r.content.digest.Sum(nil))
	}
	return [sha256.Size]byte(h.Sum(nil))
}
