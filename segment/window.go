package segment

import (
	"fmt"
	"slices"
	"time"
)

// window is a stretch of time: from is in it, to is not. A nil end is open.
type window struct{ from, to *time.Time }

func between(from, to time.Time) window { return window{&from, &to} }

func (w window) has(t time.Time) bool {
	return (w.from == nil || !t.Before(*w.from)) && (w.to == nil || t.Before(*w.to))
}

// dayOf is the calendar day that t falls on, in t's time zone.
func dayOf(t time.Time) window {
	d := civilOf(t)
	return between(d.start(t.Location()), d.add(1).start(t.Location()))
}

// maxShift is more than any zone of a datetime differs from UTC.
const maxShift = 16 * time.Hour

// prefilter are two pairs of texts that bound the datetimes in the window
// when compared by code point. Every datetime in the window lies between outer
// and beyond; every datetime between inner and within lies in the window. They
// let most rows be judged without a cast, which costs as much as all the rest
// of a sequential scan, and can be served by an index on the text.
func (w window) prefilter() (outer, beyond, inner, within string) {
	outer, beyond, inner, within = "0", ":", "0", ":" // before and after every digit
	if w.from != nil {
		outer = dateText(w.from.Add(-maxShift), 0)
		inner = dateText(w.from.Add(maxShift), 1)
	}
	if w.to != nil {
		beyond = dateText(w.to.Add(maxShift), 1)
		within = dateText(w.to.Add(-maxShift), 0)
	}
	return outer, beyond, inner, within
}

// dateText is the day of t, in UTC, some days later. Texts of datetimes begin
// with four digits of a year; other years stand before or behind them all.
func dateText(t time.Time, days int) string {
	d := civilOf(t.UTC()).add(days)
	switch {
	case d.year < 1:
		return "0"
	case d.year > 9999:
		return ":"
	}
	return d.utc().Format(time.DateOnly)
}

// timestamps are the window's ends for PostgreSQL, whose ranges may be empty
// but not the wrong way round.
func (w window) timestamps() (from, to string) {
	from, to = "-infinity", "infinity"
	if w.from != nil {
		from = timestamp(*w.from)
	}
	if w.to != nil {
		to = timestamp(*w.to)
	}
	if w.from != nil && w.to != nil && w.to.Before(*w.from) {
		to = from
	}
	return from, to
}

// timestamp writes t so that PostgreSQL reads the same moment, in the years
// before 1 too.
func timestamp(t time.Time) string {
	t = t.UTC()
	if year := t.Year(); year < 1 {
		return fmt.Sprintf("%04d-%s BC", 1-year, t.Format("01-02T15:04:05.999999Z"))
	}
	return t.Format("2006-01-02T15:04:05.999999Z")
}

// anniversaries are the MM-DD that the present day is the anniversary of.
func anniversaries(e *evaluation) []string {
	today := civilOf(e.now.In(e.zone))
	days := []string{today.utc().Format("01-02")}
	if days[0] == "02-28" && today.monthLength() == 28 {
		days = append(days, "02-29")
	}
	return days
}

// nearby are the days with those around them: what the date in a datetime's
// text can be when its day in the segment's zone is one of days.
func nearby(days []string) []string {
	var list []string
	for _, day := range days {
		for _, year := range []string{"2023-", "2024-"} { // with and without a 29 February
			d, ok := parseDate(year + day)
			for shift := -1; ok && shift <= 1; shift++ {
				list = append(list, d.add(shift).utc().Format("01-02"))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
