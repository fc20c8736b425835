package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/client"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPartly      = 3 // done, but some rows were rejected
	exitInterrupted = 130
)

var (
	// errInterrupted is why the context of an interrupted program ended.
	errInterrupted = errors.New("interrupted")
	// errPartly ends a command that has said what was rejected.
	errPartly = errors.New("some rows were rejected")
)

// finish prints an error and gives the exit code. It is the only place that
// turns one into the other.
func (c *cli) finish(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errPartly):
		return exitPartly
	case errors.Is(context.Cause(ctx), errInterrupted) && errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	p := explain(err)
	if c.json {
		fmt.Fprintln(c.talk, encoded(p))
	} else {
		fmt.Fprint(c.talk, text(p))
	}
	if subject, _, _ := strings.Cut(p.Code, "."); slices.Contains([]string{"cli", "config"}, subject) {
		return exitUsage
	}
	return exitFailed
}

// explain is err as a problem, whoever found it: the server or this program.
func explain(err error) *client.Problem {
	var p *client.Problem
	if errors.As(err, &p) {
		return p
	}
	e := errs.From(err)
	p = &client.Problem{Code: e.Code, Title: e.Title(), Detail: e.Detail, Fix: e.Fix()}
	if e.Line > 0 {
		p.Detail = e.Where() + e.Detail
	}
	if e.Code == "internal.error" { // here the reader of the log and of the answer are one
		p.Detail, p.Fix = err.Error(), ""
		if cause := errors.Unwrap(e); cause != nil {
			p.Detail = cause.Error()
		}
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, client.Place{Pointer: f.Pointer, Code: f.Code, Detail: f.Detail, Line: f.Line, Column: f.Column})
	}
	return p
}

// text says what is wrong, where, and what to do.
func text(p *client.Problem) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Error: %s: %s", p.Title, p.Detail)
	if p.Title == "" {
		b.Reset()
		fmt.Fprintf(&b, "Error: %s", p.Detail)
	}
	b.WriteString("\n")
	for _, place := range p.Errors {
		switch {
		case p.Detail != place.Detail && p.Detail != placeText(place):
			fmt.Fprintf(&b, "  %s\n", placeText(place))
		case place.Pointer != "": // the error itself
			fmt.Fprintf(&b, "  At:  %s\n", place.Pointer)
		}
	}
	if p.Fix != "" {
		fmt.Fprintf(&b, "  Fix: %s\n", p.Fix)
	}
	if p.RequestID != "" {
		fmt.Fprintf(&b, "  (%s, request %s)\n", p.Code, p.RequestID)
	}
	return b.String()
}

func placeText(p client.Place) string {
	switch {
	case p.Line > 0:
		return fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, p.Detail)
	case p.Pointer != "":
		return p.Pointer + ": " + p.Detail
	}
	return p.Detail
}

// encoded is v as JSON on one line.
func encoded(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprintf("%q", err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
