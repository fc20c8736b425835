package simulator

import (
	"bytes"
	"net/http"

	"github.com/google/uuid"
)

// RetryKeyHeader is LINE's, in net/http's spelling.
const retryKeyHeader = "X-Line-Retry-Key"

// push answers POST /v2/bot/message/push and multicast.
func push(c *request) reply {
	check := checker{multicast: c.route.kind == kindMulticast, toNeeded: true}
	if bad := check.check(c.body); bad != nil {
		return *bad
	}
	to, ok := c.knownRecipients(check.to)
	if !ok {
		return failure(http.StatusBadRequest, textFailed)
	}
	return c.account.accept(message{
		kind: c.route.kind, body: c.body, hash: c.hash, to: to, messages: check.messages,
		quotable: check.quotable, unit: check.unit, keyed: c.keyed, key: c.key, request: c.number,
	})
}

// validate answers POST /v2/bot/message/validate/…: only the messages count.
func validate(c *request) reply {
	check := checker{}
	if bad := check.check(c.body); bad != nil {
		return *bad
	}
	return reply{status: http.StatusOK, body: []byte("{}")}
}

// knownRecipients leaves out, or refuses because of, ids that do not exist.
func (c *request) knownRecipients(to []personID) ([]personID, bool) {
	if len(c.plan.badIDs) == 0 && c.account.channel.Unknown == nil {
		return to, true
	}
	skip := c.route.kind == kindMulticast && c.account.channel.SkipUnknown
	known := to[:0]
	for _, id := range to {
		if !c.unknown(id) {
			known = append(known, id)
		} else if !skip {
			return nil, false
		}
	}
	return known, true
}

// unknown reports an id that does not exist for the provider.
func (c *request) unknown(id personID) bool {
	_, bad := c.plan.badIDs[id]
	return bad || c.account.channel.Unknown != nil && c.account.channel.Unknown(id.String())
}

// readRetryKey reads the retry key's header. LINE refuses it where it has no
// meaning, and wants a UUID in its hexadecimal form.
func (c *request) readRetryKey() *reply {
	values, present := c.http.Header[retryKeyHeader]
	if !present {
		return nil
	}
	if !c.route.sends {
		r := failure(http.StatusBadRequest, textNoKeyHere)
		return &r
	}
	key, err := uuid.Parse(values[0])
	if err != nil || len(values[0]) != len(key.String()) || len(values) > 1 {
		r := failure(http.StatusBadRequest, textBadKey)
		return &r
	}
	c.key, c.keyed = key, true
	return nil
}

// readJSON reads a body of at most 2 MB into c.body.
func (c *request) readJSON(buf *bytes.Buffer) *reply {
	if t := c.http.Header.Get("Content-Type"); !isJSON(t) {
		r := failure(http.StatusUnsupportedMediaType, "The content type, "+t+", is not supported")
		return &r
	}
	limited := http.MaxBytesReader(nil, c.http.Body, maxBody)
	if _, err := buf.ReadFrom(limited); err != nil {
		r := failure(http.StatusRequestEntityTooLarge, textTooLarge)
		return &r
	}
	c.body = buf.Bytes()
	return nil
}

// isJSON reports application/json with or without parameters.
func isJSON(contentType string) bool {
	const want = "application/json"
	return len(contentType) >= len(want) && contentType[:len(want)] == want
}
