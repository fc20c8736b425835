// Package audience owns who is known and what is known of them: users and
// their two ids, attributes with their types and limits, the patches that
// change them, friendships with channels, and the rows of imported files.
//
// Every way in (API, file, followers sync) ends in a Patch, and every Patch is
// applied by the same Book: identity, limits and counts have one reading, in
// Go, and the database only stores its result.
//
// The package refuses what could not be kept exactly: text that PostgreSQL
// cannot store, numbers that would lose digits, ids that are not LINE's. It
// knows nothing of HTTP, of SQL or of queues.
package audience
