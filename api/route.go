package api

import (
	"time"

	"github.com/linecast/linecast/internal/access"
)

// route is a row of the table of routes. One row, a function and its entry in
// the OpenAPI document are all that a new route needs; a test compares the
// table with the document.
type route struct {
	Method string
	Path   string // with {name} for parameters, as the document writes it
	Scope  access.Scope
	ID     string // operationId in the document, and the action in the audit log
	do     endpoint
	traits traits
}

// traits is what a route is besides the usual.
type traits uint8

const (
	// idempotent routes honour an Idempotency-Key: they create or start
	// something.
	idempotent traits = 1 << iota
	// quiet routes write no line to the audit log although they change
	// something: there would be one for each message of a busy program.
	quiet
	// streams marks routes whose body or answer may take as long as it keeps
	// moving. Instead of a time limit for the whole, each read and each write
	// has one.
	streams
)

func (t traits) has(want traits) bool { return t&want != 0 }

// Limits of a request, unless a route's input says otherwise.
const (
	bodyLimit   = 1 << 20          // bytes of a JSON body
	timeLimit   = 30 * time.Second // for everything between the first byte and the answer
	moveLimit   = 30 * time.Second // for each read or write of a route that streams
	headerLimit = 64 << 10         // bytes of all headers
)
