package simulator

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// keyLife is how long a retry key is valid, counted from the first request
// (LINE docs, Retry failed API requests). After that it is a new request.
const keyLife = 24 * time.Hour

// usedKey is what is known of a retry key. A key that was only refused is not
// used up.
type usedKey struct {
	first int64  // ns, of the first request seen
	place uint32 // of the first entry accepted, plus 1; 0: not accepted
	tries uint32 // requests that met a fault's dice
}

// message is a message request on its way to acceptance.
type message struct {
	kind     kind
	body     []byte
	hash     uint64
	to       []personID
	messages int
	quotable uint8
	unit     []byte // of customAggregationUnits, or empty
	keyed    bool
	key      uuid.UUID
	request  uint64
}

// bodyHash is the first 8 bytes of SHA-256.
func bodyHash(body []byte) uint64 {
	sum := sha256.Sum256(body)
	return binary.BigEndian.Uint64(sum[:8])
}

// try counts one more request with key and returns how many came before.
func (a *Account) try(key uuid.UUID) uint32 {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.sim.options.Clock()
	k := a.keyLocked(key, now)
	k.tries++
	a.keys[key] = k
	return k.tries - 1
}

// keyLocked is the state of key at now; an expired key is like a new one.
func (a *Account) keyLocked(key uuid.UUID, now time.Time) usedKey {
	k, ok := a.keys[key]
	if !ok || now.UnixNano()-k.first >= int64(keyLife) {
		return usedKey{first: now.UnixNano()}
	}
	return k
}

// accept decides a request that LINE has nothing against: conflict, quota, or
// accepted and recorded. It is one step under one lock, so of several requests
// with one key, in flight together or not, exactly one is accepted.
func (a *Account) accept(m message) reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.sim.options.Clock()
	k := usedKey{}
	if m.keyed {
		if k = a.keyLocked(m.key, now); k.place > 0 {
			return a.conflictLocked(m, a.record.at(k.place-1))
		}
	}
	counted := a.countedLocked(m.to)
	a.thisMonthLocked(now)
	if quota := a.quota.Load(); quota != 0 && a.used+int64(counted) > max(0, quota) {
		return failure(http.StatusTooManyRequests, textQuota)
	}
	a.used += int64(counted)
	a.countUnitLocked(m.unit, len(m.to))
	place := a.recordLocked(m, now)
	if m.keyed {
		k.place = place + 1
		a.keys[m.key] = k
	}
	a.accepted[m.kind].add(now)
	a.bodies.keep(m.request, m.body)
	return sent(http.StatusOK, m.kind, m.request, m.messages, m.quotable)
}

// countUnitLocked counts recipients to a unit name. The month's 1,001st name is
// dropped without a word, as LINE does.
func (a *Account) countUnitLocked(unit []byte, recipients int) {
	if _, known := a.units[string(unit)]; len(unit) > 0 && (known || len(a.units) < maxUnitNames) {
		a.units[string(unit)] += recipients
	}
}

// countedLocked is how many of to the quota counts: people who do not block.
func (a *Account) countedLocked(to []personID) (n int) {
	if len(a.friends.blocked) == 0 {
		return len(to)
	}
	for _, id := range to {
		if _, blocked := a.friends.blocked[id]; !blocked {
			n++
		}
	}
	return n
}

// recordLocked writes one entry a recipient and returns the place of the first.
func (a *Account) recordLocked(m message, now time.Time) uint32 {
	first := uint32(a.record.n)
	e := entry{kind: m.kind, keyed: m.keyed, messages: uint8(m.messages), quotable: m.quotable,
		key: m.key, hash: m.hash, request: m.request, at: now.UnixNano()}
	for _, id := range m.to {
		_, blocked := a.friends.blocked[id]
		e.to, e.counted = id, !blocked
		a.record.add(e)
		a.sim.log.write(a.channel.ID, &e)
	}
	return first
}

// conflictLocked answers a key that was accepted before.
func (a *Account) conflictLocked(m message, before *entry) reply {
	a.stats.conflicts.Add(1)
	if before.hash != m.hash {
		a.stats.wrongBodies.Add(1)
	}
	r := sent(http.StatusConflict, before.kind, before.request, int(before.messages), before.quotable)
	r.acceptedID = requestID(before.request)
	return r
}

// sent is the answer that shows a push's messages: of a 200, or of a 409
// ("sentMessages" of the request accepted before). A multicast shows none.
func sent(status int, kind kind, request uint64, messages int, quotable uint8) reply {
	b := make([]byte, 0, 128)
	b = append(b, '{')
	if status == http.StatusConflict {
		b = append(b, `"message":"`+textConflict+`"`...)
	}
	if kind == kindPush {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = appendSent(b, request, messages, quotable)
	}
	return reply{status: status, body: append(b, '}')}
}

// appendSent writes the "sentMessages" member.
func appendSent(b []byte, request uint64, messages int, quotable uint8) []byte {
	b = append(b, `"sentMessages":[`...)
	for i := range messages {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":"`...)
		b = strconv.AppendUint(b, messageID(request, i), 10)
		if quotable&(1<<i) != 0 {
			b = append(b, `","quoteToken":"q`...)
			b = strconv.AppendUint(b, mix(messageID(request, i)), 36)
		}
		b = append(b, `"}`...)
	}
	return append(b, ']')
}
