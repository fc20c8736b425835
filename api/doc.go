// Package api is linecast's interface for programs: JSON over HTTP, described
// by the OpenAPI document it serves, which its tests hold against every route
// and every answer.
//
// One table (routes.go) names each route with the scope it needs; a handler is
// a function from an input struct to an output value and knows nothing of
// HTTP. Around the handlers stand the only three places that do: bind reads
// the input, encode writes the output, and problemFor turns an error into an
// RFC 9457 problem document.
//
// The package refuses to store anything itself: it declares, subject by
// subject, the few methods it needs (Keys, Audit, Users, …), and package
// postgres has them. It also refuses to be lenient: an unknown field, a
// misspelt query parameter or a wrong type is named, never ignored.
package api
