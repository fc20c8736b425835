package simulator

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// request is a request of LINE's API on its way through the simulator.
type request struct {
	http    *http.Request
	route   *route
	account *Account
	plan    *plan  // the faults when it came
	number  uint64 // of the request; its id and its messages' ids follow from it
	body    []byte // valid until it is answered
	hash    uint64
	key     uuid.UUID
	keyed   bool
	lot     uint64 // what the dice of the faults fall on
}

// requestBuffers holds the buffers that bodies are read into.
var requestBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// serve answers one request to a route.
func (s *Simulator) serve(w http.ResponseWriter, h *http.Request, route *route) {
	c := &request{http: h, route: route, number: s.requests.Add(1)}
	a, refused := s.authenticate(h)
	if refused != nil {
		s.write(w, c.number, *refused)
		return
	}
	c.account, c.plan = a, a.plan.Load()
	a.stats.requests.Add(1)
	buf := requestBuffers.Get().(*bytes.Buffer)
	buf.Reset()
	r := c.decide(buf)
	requestBuffers.Put(buf)
	if wait := c.plan.delay(c.lot); wait > 0 {
		s.wait(h, wait)
	}
	status := r.status
	if r.cut {
		status = statusCut
	}
	a.stats.statuses[status].Add(1)
	s.write(w, c.number, r)
}

// authenticate finds the channel of the Bearer token.
func (s *Simulator) authenticate(h *http.Request) (*Account, *reply) {
	header := h.Header.Get("Authorization")
	token, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		r := failure(http.StatusUnauthorized, textNoHeader)
		return nil, &r
	}
	a := s.byToken[token]
	if a == nil {
		r := failure(http.StatusUnauthorized, textUnauthorized)
		return nil, &r
	}
	return a, nil
}

// decide finds the answer: what stands before LINE's gate, the dice of the
// faults, LINE's own answer, and the faults that follow an acceptance.
func (c *request) decide(buf *bytes.Buffer) reply {
	if r := c.atTheGate(buf); r != nil {
		return *r
	}
	strike := strikeNone
	if c.lot = c.castLot(); c.plan.rates {
		strike = c.plan.draw(c.lot)
	}
	switch strike {
	case strikeError:
		return c.plan.errorReply()
	case strikeDrop:
		return reply{cut: true}
	case strikeLimit:
		return c.plan.limitReply()
	}
	r := c.route.answer(c)
	if r.status/100 != 2 {
		return r
	}
	switch strike {
	case strikeLate:
		return c.plan.errorReply()
	case strikeCut:
		return reply{cut: true}
	case strikeBroken:
		r.body = r.body[:len(r.body)-1]
	}
	return r
}

// atTheGate refuses what never gets to an endpoint.
func (c *request) atTheGate(buf *bytes.Buffer) *reply {
	a := c.account
	switch c.plan.outage(a.sim.options.Clock()) {
	case OutageUnavailable:
		r := failure(http.StatusServiceUnavailable, textInternal)
		return &r
	case OutageCut:
		return &reply{cut: true}
	}
	if c.plan.Revoked {
		r := failure(http.StatusUnauthorized, textUnauthorized)
		return &r
	}
	if !a.arrive(c.route) {
		a.stats.rateLimited.Add(1)
		r := failure(http.StatusTooManyRequests, textRate)
		return &r
	}
	if r := c.readRetryKey(); r != nil || !c.route.body {
		return r
	}
	return c.readJSON(buf)
}

// castLot makes the number the dice fall on: by the bytes sent and how often
// they came with their key, so that a repeated run meets the same faults
// whatever the order of arrival. Without a key, the order decides.
func (c *request) castLot() uint64 {
	if c.route.body {
		c.hash = bodyHash(c.body)
	}
	nth := c.number
	switch {
	case c.keyed && c.plan.rates:
		nth = uint64(c.account.try(c.key))
	case c.keyed:
		nth = 0
	}
	return mix(mix(c.account.sim.options.Seed^c.hash) + nth)
}

// wait keeps an answer back, unless the client gave up.
func (s *Simulator) wait(h *http.Request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-h.Context().Done():
	case <-s.stopping():
	}
}
