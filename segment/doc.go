// Package segment owns the segment language: a JSON tree that answers "which
// users", exactly, at one moment. It parses the tree, compiles it to SQL and
// reads it on one user in Go, which also explains why somebody is in or not.
//
//	{"time_zone": "Asia/Bangkok",
//	 "all": [
//	   {"attribute": "tier", "is": "in", "value": ["gold", "platinum"]},
//	   {"attribute": "signup", "is": "in_the_last", "value": {"last": 30, "unit": "days"}},
//	   {"not": {"segment": "seg_7"}},
//	   {"friend_of": "ch_1", "state": "reachable"}]}
//
// The conditions are the rows of a table in node.go, the operators the rows of
// a table in operators.go, each with its SQL reading beside its Go reading. The
// two must agree on every user; a differential test on PostgreSQL holds them
// to it.
//
// # Meaning
//
// A comparison is true only for a value of its own type: "abc" is never
// greater than 5, and never an error. A negative operator (not_equals, not_in,
// not_empty …) is the exact complement of its positive one, so it also holds
// for users who lack the attribute. An attribute that is null is missing; one
// that is "" exists.
//
// Strings are equal code point by code point; nothing is normalized. With
// ignore_case two characters are equal when Unicode's simple case folding
// makes them so (as in strings.EqualFold): "STRASSE" is not "straße", and the
// Turkish İ and ı equal only themselves. Numbers compare by their exact decimal
// value.
//
// A datetime is a string that is an RFC 3339 date-time or full-date; a date
// means its first moment in the segment's time zone. Seconds have six decimals,
// as PostgreSQL keeps them. The time zone is the root's "time_zone", else
// the one given by the caller; it is an IANA name. A 29 February is remembered
// on the 28th in other years.
//
// "user_id" and "line_id" name the user's ids. A dotted name such as
// "address.city" means the attribute of that very name; a user without it is
// asked for "city" in the object "address" (the first dot divides).
//
// # What it refuses
//
// Parse refuses unknown fields, operators and kinds of conditions, values of a
// wrong type, more than 10 levels or 500 conditions, each with a JSON pointer
// to the place and the nearest valid name. The package knows no SQL driver: its
// SQL has every name and value as an argument, and its text depends only on the
// shape of the tree.
package segment
