package web

import (
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/linecast/linecast/errs"
)

// response is the writer of one answer and what has to be known of it
// afterwards.
type response struct {
	http.ResponseWriter
	requestID string
	reader    reader
	err       error // of the route's handler
	status    int
	started   bool // the header is written: no other answer can be given
	brokenOff bool // the handler failed after that
}

func (w *response) WriteHeader(status int) {
	if !w.started {
		w.status, w.started = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	w.started = true
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find deadlines and Flush.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

var saneID = regexp.MustCompile(`^[A-Za-z0-9._:-]{8,64}$`)

// identify gives the request its id: the one a handler in front of this one
// has set, the caller's when it is sane, or a new one.
func (s *Web) identify(w http.ResponseWriter, r *http.Request) string {
	for _, id := range []string{w.Header().Get("X-Request-Id"), r.Header.Get("X-Request-Id")} {
		if saneID.MatchString(id) {
			w.Header().Set("X-Request-Id", id)
			return id
		}
	}
	var random [10]byte
	if _, err := io.ReadFull(s.deps.Random, random[:]); err != nil {
		return "" // an id is not worth refusing to answer
	}
	id := hex.EncodeToString(random[:])
	w.Header().Set("X-Request-Id", id)
	return id
}

// recovered turns a panic of a handler into its error.
func recovered(err *error) {
	if value := recover(); value != nil {
		*err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
	}
}

// policy allows our own style sheet, module, icon and streams, and nothing
// else: a script that got into a page does not run.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// protect sets the headers that keep an answer what it is.
func (s *Web) protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// Not no-referrer: that makes browsers send "Origin: null" with our own
	// forms, which over plain HTTP is all there is to tell them from others'.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if s.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// log writes one line for each request: no query, no cookie, and instead of
// the path, which may hold a sign-in token, its route.
func (s *Web) log(w *response, r *http.Request, err error, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("request_id", w.requestID), slog.String("method", r.Method),
		slog.String("route", r.Pattern), slog.String("id", r.PathValue("id")),
		slog.Int("code", w.status), slog.Int64("duration_ms", took.Milliseconds()),
	}
	if w.reader.name != "" {
		attrs = append(attrs, slog.String("key", w.reader.name))
	}
	if err != nil && r.Context().Err() == nil {
		attrs = append(attrs, slog.String("err_class", errs.From(err).Code))
		if w.status >= http.StatusInternalServerError || w.brokenOff {
			level = slog.LevelError
			attrs = append(attrs, slog.Any("error", err))
		}
	}
	s.deps.Log.LogAttrs(r.Context(), level, "page request", attrs...)
}
