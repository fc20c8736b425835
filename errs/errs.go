// Package errs owns every failure a person may see: one catalogue row for
// each, with its kind, its sentence and what to do about it.
//
// It refuses to know how an error is shown. The api package alone turns a Kind
// into an HTTP status and cmd/linecast alone turns one into an exit code, so
// an error is made once, wrapped on its way up and answered in one place.
//
// An error without a catalogue row is internal: its text goes to the log and
// never to the caller.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure an error is. A new Kind needs a row in
// api's status table; a test there walks Kinds.
type Kind string

// The kinds, from "the caller can mend it" to "we must".
const (
	Malformed    Kind = "malformed"    // the request cannot be read at all
	Invalid      Kind = "invalid"      // it can be read and breaks a rule
	Unauthorized Kind = "unauthorized" // no credentials, or unknown ones
	Forbidden    Kind = "forbidden"    // known credentials without the scope
	NotFound     Kind = "not_found"    // the thing named does not exist
	NotAllowed   Kind = "not_allowed"  // the route exists, not with this method
	Conflict     Kind = "conflict"     // the thing's present state forbids it
	Precondition Kind = "precondition" // If-Match named an older version
	TooLarge     Kind = "too_large"    // over a documented limit of size
	Unsupported  Kind = "unsupported"  // a media type or encoding we do not read
	TooMany      Kind = "too_many"     // a rate limit, ours or LINE's
	Upstream     Kind = "upstream"     // LINE refused or could not be reached
	Unavailable  Kind = "unavailable"  // the database or a needed part is away
	Internal     Kind = "internal"     // our fault; details only in the log
)

// Kinds lists every Kind, for tests that must cover all of them.
func Kinds() []Kind {
	return []Kind{Malformed, Invalid, Unauthorized, Forbidden, NotFound, NotAllowed, Conflict,
		Precondition, TooLarge, Unsupported, TooMany, Upstream, Unavailable, Internal}
}

// Entry is a row of the catalogue.
type Entry struct {
	Kind   Kind
	Title  string // the same for every occurrence; no trailing full stop
	Detail string // fmt format; says what and where, naming the offending value
	Fix    string // what the reader should do; a full sentence
}

// Error is a catalogued failure. The zero value is not useful; make one with
// New. An Error is immutable: At, AtLine and Because return changed copies.
type Error struct {
	Code    string
	Detail  string
	Pointer string // RFC 6901 JSON pointer to the offending part, when there is one
	Line    int    // 1-based line in the author's text; 0 when it has none
	Column  int    // 1-based column, counted in runes
	Fields  []*Error
	cause   error
}

// New makes an error from the catalogue row code; args fill its Detail. A code
// that is not catalogued is a programming mistake and yields internal.error
// (a test keeps that from happening: it checks every errs.New in the tree).
func New(code string, args ...any) *Error {
	entry, ok := catalogue[code]
	if !ok {
		return &Error{Code: "internal.error", Detail: catalogue["internal.error"].Detail,
			cause: fmt.Errorf("uncatalogued error code %q %v", code, args)}
	}
	return &Error{Code: code, Detail: fmt.Sprintf(entry.Detail, args...)}
}

// Several joins the failures of one request under code, which should be a row
// that speaks of the whole ("request.invalid"). One failure keeps its own code
// and stands in Fields too. It returns nil when there are none.
func Several(code string, fields []*Error) error {
	if len(fields) == 0 {
		return nil
	}
	e := New(code, len(fields))
	if len(fields) == 1 {
		only := *fields[0]
		e = &only
	}
	e.Fields = fields
	return e
}

// Under lists the failures that err joins, or err alone, as those of a part that
// stands at pointer.
func Under(pointer string, err error) []*Error {
	if err == nil {
		return nil
	}
	e := From(err)
	if len(e.Fields) == 0 {
		return []*Error{e.At(pointer)}
	}
	list := make([]*Error, len(e.Fields))
	for i, f := range e.Fields {
		list[i] = f.At(pointer)
	}
	return list
}

// At returns a copy that points at a part of the request, as an RFC 6901
// pointer such as "/attributes/tier". A pointer already set is put behind it,
// so that a caller can prefix where its part stood.
func (e *Error) At(pointer string) *Error {
	c := *e
	c.Pointer = pointer + c.Pointer
	return &c
}

// AtLine returns a copy that names a place in the author's text, both 1-based,
// the column counted in runes.
func (e *Error) AtLine(line, column int) *Error {
	c := *e
	c.Line, c.Column = line, column
	return &c
}

// Because returns a copy that carries cause for the log and for errors.Is; its
// text is never shown to the caller.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error is the text for logs: code, place, detail and cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code + ": " + e.Where() + e.Detail)
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Where is the place as a prefix for people, such as "line 3, column 7: ", or
// "" when the error has none.
func (e *Error) Where() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("line %d, column %d: ", e.Line, e.Column)
	case e.Pointer != "":
		return e.Pointer + ": "
	}
	return ""
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// Kind is the kind of the error's catalogue row.
func (e *Error) Kind() Kind { return catalogue[e.Code].Kind }

// Title is the row's short sentence, the same for every occurrence.
func (e *Error) Title() string { return catalogue[e.Code].Title }

// Fix says what the reader should do.
func (e *Error) Fix() string { return catalogue[e.Code].Fix }

// From finds the catalogued error in err's chain. An err without one becomes
// internal.error with err as its cause. From(nil) is nil.
func From(err error) *Error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return e
	}
	return New("internal.error").Because(err)
}

// Is reports whether err is, or wraps, the catalogued error code.
func Is(err error, code string) bool {
	return err != nil && From(err).Code == code
}
