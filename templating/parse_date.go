package templating

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
)

// moment is a date as it was written: zoned says whether it names a point in
// time (an offset, Z, a number of seconds) or only a reading of the clock.
type moment struct {
	t     time.Time
	zoned bool
}

// in is the moment in zone: a point in time is shown there, a reading of the
// clock is taken to be one there.
func (m moment) in(zone *time.Location) time.Time {
	if m.zoned {
		return m.t.In(zone)
	}
	t := m.t
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

// moment reads v as a date: a time, seconds or milliseconds since 1970, or a
// text in one of the usual forms, the day first where day and month are both
// numbers.
func (st *state) moment(v value) (moment, error) {
	if err := st.required(v); err != nil {
		return moment{}, err
	}
	switch v.k {
	case kTime:
		return moment{v.time(), true}, nil
	case kInt, kFloat:
		return epoch(v)
	case kUndefined: // missing values print as nothing
		return moment{}, errs.New("template.bad_date", "")
	}
	s, err := st.text(v)
	if err != nil {
		return moment{}, err
	}
	if err := st.charge(len(s)); err != nil {
		return moment{}, err
	}
	m, ok := parseDate(s)
	if !ok {
		return m, errs.New("template.bad_date", shorten(s, 60))
	}
	return m, nil
}

// epoch reads seconds, or milliseconds when seconds would lie beyond the year
// 5138.
func epoch(v value) (moment, error) {
	const milliseconds = 1e11
	f, _ := asFloat(v)
	if f >= milliseconds || f <= -milliseconds {
		f /= 1000
	}
	if !(f > -1e11 && f < 1e11) {
		return moment{}, errs.New("template.bad_date", string(appendFloat(nil, f)))
	}
	whole := math.Floor(f)
	micros := math.Round((f - whole) * 1e6)
	return moment{time.Unix(int64(whole), int64(micros)*1000).UTC(), true}, nil
}

// parseDate reads a date, and a time and zone behind it.
func parseDate(s string) (moment, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return moment{}, false
	}
	p := &dateParser{s: s}
	if !p.date() {
		return moment{}, false
	}
	if p.rest() != "" && !p.clock() {
		return moment{}, false
	}
	zone, zoned, ok := p.zone()
	if !ok {
		return moment{}, false
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nano, zone)
	return moment{t, zoned}, t.Day() == p.day || p.hour == 24
}

type dateParser struct {
	s                          string
	i                          int
	year, month, day           int
	hour, minute, second, nano int
}

func (p *dateParser) rest() string { return p.s[p.i:] }

// number reads between least and most digits.
func (p *dateParser) number(least, most int) (int, bool) {
	j := p.i
	for j < len(p.s) && j < p.i+most && '0' <= p.s[j] && p.s[j] <= '9' {
		j++
	}
	n, err := strconv.Atoi(p.s[p.i:j])
	ok := err == nil && j-p.i >= least
	if ok {
		p.i = j
	}
	return n, ok
}

// any passes one byte of set.
func (p *dateParser) any(set string) bool {
	if p.i < len(p.s) && strings.IndexByte(set, p.s[p.i]) >= 0 {
		p.i++
		return true
	}
	return false
}

// date reads year-month-day, day/month/year, 20261122, 22 November 2026 or
// November 22, 2026, perhaps behind a weekday.
func (p *dateParser) date() bool {
	p.weekday()
	switch digits := p.digitRun(); digits {
	case 8:
		p.year, _ = p.number(4, 4)
		p.month, _ = p.number(2, 2)
		p.day, _ = p.number(2, 2)
	case 4:
		p.year, _ = p.number(4, 4)
		if !p.monthAndDay() {
			return false
		}
	case 1, 2:
		if !p.dayFirst() {
			return false
		}
	default:
		if !p.monthName() || !p.named() {
			return false
		}
	}
	return p.month >= 1 && p.month <= 12 && p.day >= 1 && p.day <= 31
}

func (p *dateParser) digitRun() int {
	n := 0
	for p.i+n < len(p.s) && '0' <= p.s[p.i+n] && p.s[p.i+n] <= '9' {
		n++
	}
	return n
}

func (p *dateParser) monthAndDay() bool {
	ok := p.any("-/.")
	if ok {
		p.month, ok = p.number(1, 2)
	}
	if ok = ok && p.any("-/."); ok {
		p.day, ok = p.number(1, 2)
	}
	return ok
}

func (p *dateParser) dayFirst() bool {
	p.day, _ = p.number(1, 2)
	if p.any(" ") || strings.HasPrefix(p.rest(), "-") && len(p.rest()) > 1 && p.rest()[1] > '9' && p.any("-") {
		if !p.monthName() {
			return false
		}
		p.any(" -,")
		p.any(" ")
		var ok bool
		p.year, ok = p.number(4, 4)
		return ok
	}
	ok := p.any("-/.")
	if ok {
		p.month, ok = p.number(1, 2)
	}
	if ok = ok && p.any("-/."); ok {
		p.year, ok = p.number(4, 4)
	}
	if p.month > 12 && p.day <= 12 { // only the American order makes sense
		p.month, p.day = p.day, p.month
	}
	return ok
}

// named reads "22, 2026" behind a month's name.
func (p *dateParser) named() bool {
	p.any(" ")
	var ok bool
	if p.day, ok = p.number(1, 2); !ok {
		return false
	}
	p.any(",")
	p.any(" ")
	p.year, ok = p.number(4, 4)
	return ok
}

func (p *dateParser) word() string {
	j := p.i
	for j < len(p.s) && 'a' <= p.s[j]|0x20 && p.s[j]|0x20 <= 'z' {
		j++
	}
	return p.s[p.i:j]
}

func (p *dateParser) monthName() bool {
	w := p.word()
	for i := range 12 {
		if strings.EqualFold(w, languages["en"].months[i]) || strings.EqualFold(w, languages["en"].shortMonths[i]) {
			p.month = i + 1
			p.i += len(w)
			p.any(".")
			return true
		}
	}
	return false
}

func (p *dateParser) weekday() {
	w := p.word()
	for i := range 7 {
		if strings.EqualFold(w, languages["en"].days[i]) || strings.EqualFold(w, languages["en"].shortDays[i]) {
			p.i += len(w)
			p.any(",")
			p.any(" ")
			return
		}
	}
}
