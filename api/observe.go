package api

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/linecast/linecast/ref"
)

// What the request carries for its log line.
const (
	idOfRequest    = "linecast.request_id"
	keyOfRequest   = "linecast.key"
	routeOfRequest = "linecast.route"
)

// statusGone is what logs and metrics show for a client that went away before
// its answer (nginx's 499). It is sent into the void; without it net/http
// would send 200.
const statusGone = 499

var saneID = regexp.MustCompile(`^[A-Za-z0-9._:-]{8,64}$`)

// identifyRequest gives the request its id: the caller's X-Request-Id when it
// is sane, so that a trace can go through, and a new one otherwise.
func (a *API) identifyRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get("X-Request-Id")
		if !saneID.MatchString(id) {
			var random [10]byte
			if _, err := io.ReadFull(a.deps.Random, random[:]); err != nil {
				return fmt.Errorf("read randomness for a request id: %w", err)
			}
			id = hex.EncodeToString(random[:])
		}
		c.Set(idOfRequest, id)
		c.Response().Header().Set("X-Request-Id", id)
		return next(c)
	}
}

func requestID(c echo.Context) string {
	id, _ := c.Get(idOfRequest).(string)
	return id
}

// observe answers what failed, and writes the log line and the metrics of
// every request.
func (a *API) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := a.deps.Now()
		err := recovered(next, c)
		status := a.answerFailure(c, err)
		a.metrics.observe(c, status, a.deps.Now().Sub(start))
		a.logRequest(c, status, err, a.deps.Now().Sub(start))
		if errors.As(err, new(brokenOff)) {
			panic(http.ErrAbortHandler) // closes the connection: the reader sees that the answer is not whole
		}
		return nil
	}
}

// panicked is a programming mistake that a handler met.
type panicked struct {
	value any
	stack []byte
}

func (p panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

func recovered(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = panicked{value, debug.Stack()}
			if c.Response().Committed {
				err = brokenOff{err}
			}
		}
	}()
	return next(c)
}

// answerFailure writes the problem document of err and returns the status that
// logs and metrics show.
func (a *API) answerFailure(c echo.Context, err error) int {
	switch {
	case err == nil:
		return c.Response().Status
	case gone(err, c):
		if !c.Response().Committed {
			c.Response().WriteHeader(statusGone)
		}
		return statusGone
	case c.Response().Committed:
		return http.StatusInternalServerError
	}
	if writeErr := a.writeProblem(c, err); writeErr != nil {
		return statusGone
	}
	return c.Response().Status
}

// gone reports that err is the client's leaving. A cancelled context alone
// does not say so: net/http cancels it when a body's read runs out of time,
// and that sender may still be there to read the answer.
func gone(err error, c echo.Context) bool {
	return errors.Is(err, errGone) ||
		errors.Is(err, context.Canceled) && c.Request().Context().Err() == context.Canceled
}

// logRequest writes one line for each request: no body, no query, no token,
// and LINE user ids shortened. The cause of a failure of ours stands here and
// nowhere else.
func (a *API) logRequest(c echo.Context, status int, err error, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("request_id", requestID(c)), slog.String("method", c.Request().Method),
		slog.String("route", routeOf(c)), slog.String("path", shorten(c.Request().URL.EscapedPath())),
		slog.Int("code", status), slog.Int64("bytes", c.Response().Size),
		slog.Int64("duration_ms", took.Milliseconds()), slog.String("ip", c.RealIP()),
	}
	if key, ok := c.Get(keyOfRequest).(ref.Key); ok {
		attrs = append(attrs, slog.String("key", key.String()))
	}
	if err != nil && status != statusGone {
		attrs = append(attrs, slog.String("err_class", catalogued(err, c).Code))
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", safe(err)))
	}
	a.log.LogAttrs(c.Request().Context(), level, "http request", attrs...)
}

// routeOf is the path as the table of routes has it, so that logs and metrics
// know few different ones.
func routeOf(c echo.Context) string {
	if rt, ok := c.Get(routeOfRequest).(*route); ok {
		return rt.Path
	}
	return "none"
}

var (
	lineID  = regexp.MustCompile(`U[0-9a-f]{32}`)
	anyKey  = regexp.MustCompile(`lcs_[0-9A-Za-z]{4,}`)
	fromKey = regexp.MustCompile(`(?:line|user)(?::|%3A).*`)
)

// shorten takes out of a path what names a person.
func shorten(path string) string { return fromKey.ReplaceAllString(withoutSecrets(path), "…") }

// safe is an error's text for the log.
func safe(err error) string { return withoutSecrets(fmt.Sprint(err)) }

func withoutSecrets(s string) string {
	s = lineID.ReplaceAllStringFunc(s, func(id string) string { return id[:4] + "…" + id[29:] })
	return anyKey.ReplaceAllString(s, "lcs_…")
}

// protect sets the headers that keep an answer what it is. The document pages
// loosen the policy for their own style sheet.
func (a *API) protect(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-store")
		if a.deps.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}
