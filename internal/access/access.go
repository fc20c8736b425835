// Package access owns who may call linecast and what is remembered of a call:
// API keys with their scopes, the audit log's entries, and the stored answers
// of requests that carried an Idempotency-Key.
//
// It refuses to keep a key readable: a token exists in the answer that made it
// and in its owner's hands, here only as a digest.
package access

import (
	"context"
	"encoding/json"
	"time"

	"github.com/linecast/linecast/ref"
)

// Key is an API key without its token.
type Key struct {
	ID         ref.Key    `json:"id" db:"id"`
	Name       string     `json:"name" db:"name"`
	Last4      string     `json:"last4" db:"last4"`
	Scopes     []Scope    `json:"scopes" db:"scopes"`
	CreatedAt  time.Time  `json:"created_at" db:"created_at"`
	ExpiresAt  *time.Time `json:"expires_at" db:"expires_at"` // nil: never
	RevokedAt  *time.Time `json:"revoked_at" db:"revoked_at"`
	LastUsedAt *time.Time `json:"last_used_at" db:"last_used_at"` // exact to a minute
}

// NewKey is what a key is made of; the database adds the rest.
type NewKey struct {
	Name      string
	Digest    Digest
	Last4     string
	Scopes    []Scope
	ExpiresAt *time.Time
}

// Entry is one line of the audit log.
type Entry struct {
	ID        int64           `json:"id" db:"id"`
	At        time.Time       `json:"at" db:"at"`
	Actor     string          `json:"actor" db:"actor"`   // a key's id, or "system"
	Action    string          `json:"action" db:"action"` // the operationId of the route
	Object    string          `json:"object" db:"object"` // the id of what was changed
	Detail    json.RawMessage `json:"detail" db:"detail"`
	RequestID string          `json:"request_id" db:"request_id"`
}

// AuditFilter picks entries; an empty field picks all.
type AuditFilter struct{ Object, Actor, Action string }

// How long answers are kept and how long a request may be silent before it is
// taken for dead. A running one gives a sign of life every TouchEvery.
const (
	KeepAnswers = 24 * time.Hour
	StaleAfter  = 60 * time.Second
	TouchEvery  = 15 * time.Second
)

// Claim names one request that carried an Idempotency-Key.
type Claim struct {
	Key     ref.Key // the API key it came with: callers do not share names
	Name    string  // the Idempotency-Key itself
	Request Digest  // of method, route and, unless it streams, the body
}

// Stored is an answer that was given and may be given again.
type Stored struct {
	Request Digest
	Status  int // 0 while the first request runs
	Headers map[string]string
	Body    []byte
}

// Caller is who a request comes from.
type Caller struct {
	Key       ref.Key
	Scopes    []Scope
	RequestID string
}

// Actor is the caller's name in the audit log.
func (c Caller) Actor() string {
	if c.Key == 0 {
		return "system"
	}
	return c.Key.String()
}

// May reports whether the caller has the scope want, by itself or included in
// another.
func (c Caller) May(want Scope) bool { return Allows(c.Scopes, want) }

type callerKey struct{}

// With returns a ctx that carries who calls.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From gives the caller in ctx, and the zero Caller when there is none.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
