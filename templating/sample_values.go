package templating

import (
	"math/rand/v2"
	"time"
)

// hostile is a display name that tries to add a message; every sample prints
// it somewhere.
const hostile = "\"},{\"type\":\"text\",\"text\":\"pwned\\ \u2028\n\x01{{ 7*7 }}"

// sampler makes the values of one sample user.
type sampler struct {
	r    *rand.Rand
	fill int // how many of 10 values are there
	list int // items of lists; -1 for any number
	pick int // which constant; -1 for any
}

// sample is the i-th sample user: first the plain ones, then random ones.
func (s *shapes) sample(i int, r *rand.Rand) *Data {
	m := sampler{r: r, fill: 8, list: -1, pick: -1}
	switch i {
	case 0:
		m.fill, m.list, m.pick = 10, 2, 0
	case 1:
		m.fill = 0
	case 2:
		m.fill, m.list, m.pick = 10, 0, 0
	case 3:
		m.fill, m.list, m.pick = 10, 1, 1
	case 4:
		m.fill, m.list, m.pick = 10, 3, 2
	}
	return &Data{
		LineID: "U00000000000000000000000000000000", UserID: "sample",
		Attributes: Map(m.object(s.roots[rootUser])),
		Event:      Map(m.object(s.roots[rootEvent])),
		Campaign:   Map(m.object(s.roots[rootCampaign])),
		Now:        time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
	}
}

func (m sampler) object(s *shape) map[string]any {
	out := map[string]any{}
	for _, name := range s.names {
		if m.r.IntN(10) < m.fill {
			out[name] = m.value(s.members[name], 0)
		}
	}
	return out
}

func (m sampler) value(s *shape, depth int) any {
	switch {
	case depth > 6:
		return "deep"
	case s.item != nil && len(s.names) == 0:
		return m.items(s, depth)
	case len(s.names) > 0:
		out := map[string]any{}
		for _, name := range s.names {
			out[name] = m.value(s.members[name], depth+1)
		}
		return out
	case s.date:
		return "2026-11-22T10:00:00Z"
	case len(s.consts) > 0 && (m.pick >= 0 || m.r.IntN(3) > 0):
		return m.constant(s)
	case s.number:
		return []any{0, 1, 2, 3, 10, 100}[m.r.IntN(6)]
	}
	return []any{"sample", hostile, "", true, false, 7}[m.plain(6)]
}

// plain is a choice of n; the first of the plain samples take the first.
func (m sampler) plain(n int) int {
	if m.pick >= 0 {
		return m.pick % n
	}
	return m.r.IntN(n)
}

func (m sampler) items(s *shape, depth int) []any {
	n := m.list
	if n < 0 {
		n = m.r.IntN(4)
	}
	out := make([]any, n)
	for i := range out {
		out[i] = m.value(s.item, depth+1)
	}
	return out
}

// constant is one of the values compared with, or a number next to it, so that
// < and >= come out both ways.
func (m sampler) constant(s *shape) any {
	c := s.consts[m.plain(len(s.consts))]
	switch c.k {
	case kString:
		return c.s
	case kBool:
		return c.n == 1
	case kFloat:
		return c.float() + float64(m.r.IntN(3)-1)
	case kInt:
		return int(c.int()) + m.r.IntN(3) - 1
	}
	return c.truth()
}
