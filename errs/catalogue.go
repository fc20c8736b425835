package errs

import (
	"maps"
	"slices"
)

// Lookup returns the catalogue row of code.
func Lookup(code string) (Entry, bool) {
	e, ok := catalogue[code]
	return e, ok
}

// Codes lists every catalogued code in alphabetical order.
func Codes() []string { return slices.Sorted(maps.Keys(catalogue)) }

// catalogue is every error a person may see. One row is all that a new error
// needs; docs/errors.md is generated from it (go test ./errs -update).
var catalogue = map[string]Entry{
	// Requests, whatever they ask for.
	"request.malformed":     {Malformed, "The request body is not valid JSON", "the body could not be read as JSON: %s", "Send one UTF-8 JSON value; check commas, quotes and brackets near the place named."},
	"request.unknown_field": {Invalid, "The request has a field this route does not know", "unknown field %q%s", "Remove the field or correct its name; /docs lists the fields of each route."},
	"request.wrong_type":    {Invalid, "A field has a value of the wrong type", "expected %s, got %s", "Send the type named; /docs shows an example for each route."},
	"request.invalid":       {Invalid, "The request breaks several rules", "%d fields are invalid", "Mend each entry of errors; each has its own pointer and detail."},
	"request.required":      {Invalid, "A required field is missing", "%s: field is required", "Send the field with a value that is not empty."},
	"request.bad_value":     {Invalid, "A field has a value that is not allowed", "%s: %s", "Send one of the values or the form named in the detail."},
	"request.too_large":     {TooLarge, "The request body is too large", "the body is larger than %s", "Send less at once; POST /users/batch streams NDJSON of any length and POST /imports takes files."},
	"request.media_type":    {Unsupported, "This route does not read that media type", "cannot read %q; this route reads %s", "Set Content-Type to the type named."},
	"request.bad_cursor":    {Malformed, "The cursor is not one of ours", "the cursor %q cannot be read or belongs to another list", "Start again without cursor and follow next_cursor as it is given."},
	"request.bad_limit":     {Invalid, "limit is out of range", "limit is %q; it must be a whole number from 1 to %d", "Ask for fewer at once and follow next_cursor."},
	"request.bad_id":        {Malformed, "That is not an id of this kind", "%q is not an id of this kind; it should look like %s", "Copy the id from the answer that created it, or from the list."},
	"request.too_many":      {TooMany, "Too many requests with this key", "more than %d requests in %s", "Wait as long as Retry-After says."},
	"request.timeout":       {Unavailable, "The request took too long", "not finished after %s", "Try again; ask for less at once if it happens again."},
	"route.not_found":       {NotFound, "There is no such route", "no route %s %s", "See /docs for the routes."},
	"route.method":          {NotAllowed, "The route does not answer this method", "%s does not answer %s", "Use a method that the Allow header names."},

	// Keys and scopes.
	"auth.missing":   {Unauthorized, "An API key is needed", "no Authorization header with a Bearer key", "Send Authorization: Bearer lcs_… ; POST /api/v1/api-keys or `linecast apikey create` makes a key."},
	"auth.unknown":   {Unauthorized, "The API key is not known", "the key is unknown, expired or revoked", "Check for a missing character, or make a new key."},
	"auth.scope":     {Forbidden, "The key may not do this", "this needs the scope %s; the key has %s", "Use a key with the scope named."},
	"auth.bad_scope": {Invalid, "There is no such scope", "unknown scope %q; scopes are %s", "Use scopes from the list."},
	"key.not_found":  {NotFound, "There is no such API key", "no API key %s", "GET /api/v1/api-keys lists the keys."},

	// Idempotency and versions.
	"idempotency.reused":   {Invalid, "The Idempotency-Key was used with another request", "the key %q was used for a different request body or route", "Use a new key for a new request."},
	"idempotency.running":  {Conflict, "The first request with this key is still running", "the request with Idempotency-Key %q has not finished", "Wait a second and send it again; the stored answer is replayed."},
	"idempotency.bad_key":  {Invalid, "The Idempotency-Key is not usable", "the key is %d characters long; it must be 1 to 255 printable ASCII characters", "Use a UUID."},
	"version.mismatch":     {Precondition, "Somebody else changed it meanwhile", "If-Match names version %s; the present version is %s", "Read it again, apply your change to the present version and send its ETag."},
	"version.bad_if_match": {Malformed, "If-Match cannot be read", "If-Match is %q; it should look like \"3\"", "Send the ETag of the answer you read, as it was."},

	// The program itself.
	"internal.error":       {Internal, "Internal error", "something went wrong on our side", "Try again; when it stays, look for the request id in the log of linecast."},
	"database.unavailable": {Unavailable, "The database cannot be reached", "the database does not answer", "linecast tries again by itself; check that PostgreSQL runs and that LINECAST_DATABASE_URL is right."},
	"schema.newer":         {Unavailable, "The database is newer than this program", "the schema is at version %d, this binary knows up to %d", "Start a newer linecast; an old one never runs on a newer schema."},
	"schema.older":         {Unavailable, "The database needs migrations", "the schema is at version %d, this binary needs %d", "Run `linecast migrate up`."},
}
