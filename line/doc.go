// Package line owns calling the LINE Messaging API: the client, what each of
// LINE's answers means for a recipient, user ids, and the signature and events
// of LINE's webhook.
//
// It refuses three things. It never changes the bytes of a message: they reach
// LINE as they were rendered, because the SDK's message types drop unknown
// fields and add others. It never retries, waits or limits a rate: one call is
// one request, so that whoever counts requests counts all of them. And it
// never lets a channel access token or a user id into an error or a log.
package line
