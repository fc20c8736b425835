package simulator

import "slices"

// bodies keeps the request bodies accepted last, up to limit of them.
type bodies struct {
	limit     int
	order     []uint64 // requests, a ring once it is full
	next      int
	byRequest map[uint64][]byte
}

// keep copies body.
func (b *bodies) keep(request uint64, body []byte) {
	if b.limit <= 0 {
		return
	}
	if b.byRequest == nil {
		b.byRequest = map[uint64][]byte{}
	}
	if len(b.order) < b.limit {
		b.order = append(b.order, request)
	} else {
		delete(b.byRequest, b.order[b.next])
		b.order[b.next] = request
		b.next = (b.next + 1) % b.limit
	}
	b.byRequest[request] = slices.Clone(body)
}

// get is the body of a request, or nil when it is not kept any more.
func (b *bodies) get(request uint64) []byte { return b.byRequest[request] }
