// Package delivery owns what becomes of one message to one person: runs,
// batches, outcomes, retry keys, the composition of a message, the sending of
// a batch, and the arithmetic that must hold between them.
//
// Its promise: every recipient of a run's frozen audience ends in exactly one
// final State with a reason, and LINE accepts at most one message for each.
// It refuses to guess. A request whose answer was lost is asked again with the
// same retry key; when LINE's 24 hours for that key run out, the outcome is
// Unknown and a person decides.
//
// The package knows neither PostgreSQL nor River: package worker feeds it
// batches, package postgres keeps what it finds out.
package delivery
