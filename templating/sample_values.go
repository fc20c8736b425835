package templating

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// hostile is a display name that tries to add a message; samples print it
// wherever a text is expected.
const hostile = "\"},{\"type\":\"text\",\"text\":\"pwned\\ \u2028\n\x01{{ 7*7 }}"

// sampler writes the values of one sample user as JSON.
type sampler struct {
	r    *rand.Rand
	b    []byte
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
		Attributes: m.root(s.roots[rootUser]),
		Event:      m.root(s.roots[rootEvent]),
		Campaign:   m.root(s.roots[rootCampaign]),
		Now:        time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
	}
}

func (m *sampler) root(s *shape) Values {
	start := len(m.b)
	m.object(s, 0, func() bool { return m.r.IntN(10) < m.fill })
	return Values(m.b[start:len(m.b):len(m.b)])
}

// object writes those members of s that there says are there.
func (m *sampler) object(s *shape, depth int, there func() bool) {
	m.b = append(m.b, '{')
	for _, name := range s.names {
		if !there() {
			continue
		}
		if m.b[len(m.b)-1] != '{' {
			m.b = append(m.b, ',')
		}
		m.b = append(jsontext.AppendQuoted(m.b, name), ':')
		m.value(s.members[name], depth+1)
	}
	m.b = append(m.b, '}')
}

func (m *sampler) value(s *shape, depth int) {
	switch {
	case depth > 6:
		m.b = append(m.b, `"deep"`...)
	case s.item != nil && len(s.names) == 0:
		m.items(s, depth)
	case len(s.names) > 0:
		m.object(s, depth, func() bool { return true })
	case s.date:
		m.b = append(m.b, `"2026-11-22T10:00:00Z"`...)
	case len(s.consts) > 0 && (m.pick >= 0 || m.r.IntN(3) > 0):
		m.constant(s.consts[m.choose(len(s.consts))])
	case s.number:
		m.b = strconv.AppendInt(m.b, []int64{0, 1, 2, 3, 10, 100}[m.choose(6)], 10)
	default:
		m.plain()
	}
}

// plain is a value of which nothing is known; the plain samples have no null.
func (m *sampler) plain() {
	switch m.choose(7) {
	case 0, 2:
		m.b = jsontext.AppendQuoted(m.b, hostile)
	case 1:
		m.b = append(m.b, "false"...)
	case 3:
		m.b = append(m.b, `""`...)
	case 4:
		m.b = append(m.b, "true"...)
	case 5:
		m.b = append(m.b, "null"...)
	default:
		m.b = append(m.b, '7')
	}
}

// choose is one of n; the plain samples take one after the other.
func (m *sampler) choose(n int) int {
	if m.pick >= 0 {
		return m.pick % n
	}
	return m.r.IntN(n)
}

func (m *sampler) items(s *shape, depth int) {
	n := m.list
	if n < 0 {
		n = m.r.IntN(4)
	}
	m.b = append(m.b, '[')
	for i := range n {
		if i > 0 {
			m.b = append(m.b, ',')
		}
		m.value(s.item, depth+1)
	}
	m.b = append(m.b, ']')
}

// constant writes one of the values compared with, or a number next to it, so
// that < and >= come out both ways.
func (m *sampler) constant(c value) {
	switch c.k {
	case kString:
		m.b = jsontext.AppendQuoted(m.b, c.s)
	case kBool:
		m.b = strconv.AppendBool(m.b, c.n == 1)
	case kFloat:
		m.b = appendFloat(m.b, c.float()+float64(m.r.IntN(3)-1))
	case kInt:
		m.b = strconv.AppendInt(m.b, c.int()+int64(m.r.IntN(3)-1), 10)
	default:
		m.b = append(m.b, c.big().String()...)
	}
}
