package segment

import (
	"strconv"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// moment is a point of time as an author writes it: a datetime, or so many
// units before or after the evaluation's clock.
type moment struct {
	text string // a datetime; "" when relative
	span span
}

// span is a length of time, with its direction.
type span struct {
	key  string // "last" or "next"
	n    int
	unit string
}

// units of spans. Days and longer keep the wall clock of the time zone, hours
// are exact. most keeps every result within the years PostgreSQL knows.
var units = []struct {
	name string
	most int
	add  func(t time.Time, n int) time.Time
}{
	{"hours", 1_000_000, func(t time.Time, n int) time.Time { return t.Add(time.Duration(n) * time.Hour) }},
	{"days", 100_000, func(t time.Time, n int) time.Time { return onDay(t, civilOf(t).add(n)) }},
	{"weeks", 10_000, func(t time.Time, n int) time.Time { return onDay(t, civilOf(t).add(7*n)) }},
	{"months", 10_000, func(t time.Time, n int) time.Time { return onDay(t, civilOf(t).addMonths(n)) }},
}

// addMonths keeps the day, or takes the month's last when it has none such: a
// month before 31 March is 28 February, not 3 March as for time.AddDate.
func (d civil) addMonths(n int) civil {
	first := civilOf(time.Date(d.year, d.month+time.Month(n), 1, 0, 0, 0, 0, time.UTC))
	first.day = min(d.day, first.monthLength())
	return first
}

// onDay is the time of day of t on the day d, in t's time zone.
func onDay(t time.Time, d civil) time.Time {
	hour, minute, second := t.Clock()
	return wallTime(time.Date(d.year, d.month, d.day, hour, minute, second, t.Nanosecond(), time.UTC), t.Location())
}

// from is the span's other end, seen from t.
func (s span) from(t time.Time) time.Time {
	n := s.n
	if s.key == "last" {
		n = -n
	}
	for _, u := range units {
		if u.name == s.unit {
			return u.add(t, n)
		}
	}
	return t // Parse lets no other unit through
}

// first is the moment's first microsecond: a date's is its first moment.
func (m moment) first(e *evaluation) time.Time {
	if m.text == "" {
		return m.span.from(e.now.In(e.zone))
	}
	t, _ := parseDatetime(m.text, e.zone)
	return t.In(e.zone)
}

// after is the first microsecond after the moment: a date lasts all day.
func (m moment) after(e *evaluation) time.Time {
	if d, ok := parseDate(m.text); ok && len(m.text) == len(time.DateOnly) {
		return d.add(1).start(e.zone)
	}
	return m.first(e).Add(time.Microsecond)
}

func parseMoment(v value) (moment, *errs.Error) {
	if v.kind == '{' {
		s, err := parseSpan(v, "last", "next")
		return moment{span: s}, err
	}
	if _, ok := parseDatetime(v.text, time.UTC); !ok {
		return moment{}, errs.New("segment.bad_value", v.String(),
			`it is not a datetime; write "2026-12-01", "2026-12-01T09:00:00+07:00" or {"last": 7, "unit": "days"}`)
	}
	return moment{text: v.text}, nil
}

// parseSpan reads {"last": n, "unit": "days"}, where keys says which words may
// stand for last.
func parseSpan(v value, keys ...string) (span, *errs.Error) {
	s := span{}
	for _, key := range keys {
		n, ok := v.member(key)
		if !ok {
			continue
		}
		s.key = key
		whole, err := strconv.Atoi(n.text)
		if n.kind != '0' || err != nil || whole < 1 {
			return s, errs.New("segment.bad_value", n.String(), "it must be a whole number from 1").At("/" + key)
		}
		s.n = whole
	}
	unit, _ := v.member("unit")
	s.unit = unit.text
	if s.key == "" || len(v.names) != 2 || unit.kind != '"' {
		return s, errs.New("segment.bad_value", v.String(), `write {"`+keys[0]+`": 7, "unit": "days"}`)
	}
	return s, s.check()
}

func (s span) check() *errs.Error {
	names := make([]string, 0, len(units))
	for _, u := range units {
		if u.name == s.unit && s.n > u.most {
			return errs.New("segment.bad_value", strconv.Itoa(s.n), "at most "+strconv.Itoa(u.most)+" "+u.name).At("/" + s.key)
		}
		if u.name == s.unit {
			return nil
		}
		names = append(names, u.name)
	}
	return errs.New("segment.unknown_value", "unit", shorten(s.unit), strings.Join(names, ", "), nearest.Hint(s.unit, names)).At("/unit")
}
