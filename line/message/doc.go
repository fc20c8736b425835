// Package message owns what LINE accepts in the body of a send: every message
// type, its fields, their limits, and the sentence that says what is wrong
// with a body before LINE does.
//
// [Check] reads a body once and returns everything it finds. An [Error] is
// something that LINE's documents, or its answers quoted in public issues, show
// to be refused, or an image that could never appear; one refused message
// refuses the whole request, so a body with an Error must not be sent. A
// [Warning] is something LINE accepts but does not show, something LINE's
// documents leave open, or a name we do not know: LINE adds message types and
// fields without notice, so an unknown one is never an Error.
//
// The rules are rows of tables (rows_*.go): one row adds a field, a type, an
// action or a place where an action may stand, and docs/messages.md is
// generated from the same rows. A new row needs a body in testdata, ok-*.json or
// bad-*.json; go test -update writes the findings beside it and the reference,
// both to be read before they are committed. The rows' source is the LINE Messaging API
// reference of August 2026 (sections "Message objects" and "Action objects")
// and the guides "Character counting in a text" and "Flex Message layout".
//
// Lengths are UTF-16 code units, or grapheme clusters for the fields where
// LINE counts those. Sizes in KB are 1,024 bytes.
//
// The package refuses to fetch anything: whether an image exists, is JPEG or
// under 10 MB, whether a sticker or coupon is ours, and how long LINE counts
// the hidden text of a LINE emoji cannot be told from the body. It refuses to
// know where a body goes, too: "to" is checked for its form, and may still be
// a placeholder. LINE's own validate endpoint stays the final authority; run
// it once for each version of a template.
//
// Check runs once for every recipient and is made for it: the body becomes one
// flat list of nodes, no maps, two allocations. The best of 25 runs of
// go test -bench . ./line/message on two shared cores of a Xeon: a text of 90
// bytes 1.2 µs, the 3.1 KB coupon of examples/messages 16 µs, a Thai text of
// 4,900 letters (15 KB) 40 µs. For that coupon json.Valid takes 12 µs and
// json.Unmarshal into any 44 µs. On busy cores all of them take two to three
// times as long.
package message
