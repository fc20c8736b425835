package simulator

import "maps"

import "time"

// Meter is how many requests came when. Its times are the simulator's clock.
type Meter struct {
	Total uint64 `json:"total"`
	// SlidingMax is the most within any one second, wherever it begins: what a
	// rate limiter must keep below its rate.
	SlidingMax int `json:"sliding_max"`
	// PerSecond counts by whole second of Unix time; seconds without requests
	// are left out.
	PerSecond map[int64]int `json:"per_second"`
}

// meter counts as Meter shows. Its window holds the times of the last second.
type meter struct {
	total      uint64
	slidingMax int
	perSecond  map[int64]int
	second     int64 // the one being counted
	current    int

	window []int64 // ring of times in ns; its length is a power of two
	first  int     // index of the oldest
	held   int
}

// add counts a request at now, which must not be before the last one.
func (m *meter) add(now time.Time) {
	m.total++
	if s := now.Unix(); s != m.second {
		m.close()
		m.second = s
	}
	m.current++
	m.slide(now.UnixNano())
}

// close moves the running second into perSecond.
func (m *meter) close() {
	if m.perSecond == nil {
		m.perSecond = map[int64]int{}
	}
	if m.current > 0 {
		m.perSecond[m.second] += m.current
	}
	m.current = 0
}

// slide drops what is a second old and remembers the newest.
func (m *meter) slide(ns int64) {
	for m.held > 0 && m.window[m.first] <= ns-int64(time.Second) {
		m.first, m.held = (m.first+1)&(len(m.window)-1), m.held-1
	}
	if m.held == len(m.window) {
		m.grow()
	}
	m.window[(m.first+m.held)&(len(m.window)-1)] = ns
	m.held++
	m.slidingMax = max(m.slidingMax, m.held)
}

// grow doubles the ring and puts its oldest time first.
func (m *meter) grow() {
	bigger := make([]int64, max(64, 2*len(m.window)))
	for i := range m.held {
		bigger[i] = m.window[(m.first+i)&(len(m.window)-1)]
	}
	m.window, m.first = bigger, 0
}

// show is the Meter of now.
func (m *meter) show() Meter {
	m.close()
	shown := make(map[int64]int, len(m.perSecond))
	maps.Copy(shown, m.perSecond)
	return Meter{Total: m.total, SlidingMax: m.slidingMax, PerSecond: shown}
}
