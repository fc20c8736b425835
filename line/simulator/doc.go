// Package simulator owns a LINE Messaging API to run against: for tests, the
// demo, benchmarks and a user's own staging. LINE forbids load tests on its
// platform (LINE docs, Development guidelines), so this is where they go.
//
// It keeps LINE's promises exactly where a sender depends on them: the retry
// key (accepted once, 409 afterwards, 24 hours), all-or-nothing multicasts,
// token buckets per channel and endpoint, the monthly quota counted by people,
// LINE's texts. It can fail on command in the ways LINE and networks do, and
// it remembers what every recipient got.
//
// It refuses to be LINE where nobody depends on it: it does not draw messages,
// and its check of message objects finds common mistakes, not all of them.
// Everything is in memory, about 230 bytes for a message accepted; Reset frees
// it. /_simulator/ is open to whoever reaches the port: keep it on loopback.
package simulator
