package segment

import (
	"math"
	"strconv"
	"time"
)

// The texts that are a datetime: an RFC 3339 full-date, or a date-time with T,
// t or a space between, seconds to 59, any number of decimals and a zone to
// ±15:59, at most 35 characters in all. segment_is_datetime in
// migrations/0006_segment_functions.up.sql says the same in SQL; the two are
// compared by the differential test.
const maxDatetime = 35

// parseDatetime reads a datetime; a date is its first moment in zone. The
// result has whole microseconds, rounded as PostgreSQL does.
func parseDatetime(s string, zone *time.Location) (time.Time, bool) {
	date, ok := parseDate(s)
	if !ok || len(s) > maxDatetime {
		return time.Time{}, false
	}
	if len(s) == len(time.DateOnly) {
		return date.start(zone), true
	}
	return parseClock(date, s[len(time.DateOnly):])
}

// civil is a day of the calendar, whatever the time zone.
type civil struct {
	year  int
	month time.Month
	day   int
}

// parseDate reads the YYYY-MM-DD that s starts with.
func parseDate(s string) (civil, bool) {
	if len(s) < len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return civil{}, false
	}
	century, ok1 := twoDigits(s[0:])
	year, ok2 := twoDigits(s[2:])
	month, ok3 := twoDigits(s[5:])
	day, ok4 := twoDigits(s[8:])
	d := civil{century*100 + year, time.Month(month), day}
	ok := ok1 && ok2 && ok3 && ok4 && d.year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= d.monthLength()
	return d, ok
}

func twoDigits(s string) (int, bool) {
	tens, ones := s[0]-'0', s[1]-'0'
	return int(tens)*10 + int(ones), tens <= 9 && ones <= 9
}

func (d civil) monthLength() int {
	return time.Date(d.year, d.month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func (d civil) add(days int) civil { return civilOf(d.utc().AddDate(0, 0, days)) }

func (d civil) utc() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

// civilOf is the day of t in t's own location.
func civilOf(t time.Time) civil {
	y, m, d := t.Date()
	return civil{y, m, d}
}

// start is the day's first moment in zone. Where midnight does not exist, or
// comes twice, it is what PostgreSQL's "date at time zone" makes of it: the
// moment the clocks jump, or the second midnight.
func (d civil) start(zone *time.Location) time.Time { return wallTime(d.utc(), zone) }

// wallTime is the moment at which clocks in zone show what wall shows in UTC.
// A time that was skipped is read with the offset before the jump, one that
// came twice with the offset after it (PostgreSQL manual, B.3; Go leaves open
// which one time.Date takes).
func wallTime(wall time.Time, zone *time.Location) time.Time {
	dayBefore := wall.Add(-24 * time.Hour).In(zone)
	_, before := dayBefore.Zone()
	_, change := dayBefore.ZoneBounds()
	early := wall.Add(-time.Duration(before) * time.Second)
	if change.IsZero() {
		return early.In(zone)
	}
	_, after := change.Zone()
	late := wall.Add(-time.Duration(after) * time.Second)
	if late.Before(change) {
		return early.In(zone)
	}
	return late.In(zone)
}

// parseClock reads the part of a date-time behind its date.
func parseClock(d civil, s string) (time.Time, bool) {
	if len(s) < len("T00:00:00Z") || s[0] != 'T' && s[0] != 't' && s[0] != ' ' || s[3] != ':' || s[6] != ':' {
		return time.Time{}, false
	}
	hour, ok1 := twoDigits(s[1:])
	minute, ok2 := twoDigits(s[4:])
	second, ok3 := twoDigits(s[7:])
	micro, rest, ok4 := parseFraction(s[9:])
	offset, ok5 := parseOffset(rest)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(d.year, d.month, d.day, hour, minute, second, 0, time.UTC)
	return t.Add(time.Duration(micro)*time.Microsecond - time.Duration(offset)*time.Second), true
}

// parseFraction reads ".digits" in microseconds, by the very steps of
// PostgreSQL's ParseFractionalSecond: strtod, times a million, rint.
func parseFraction(s string) (micro int, rest string, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	end := 1
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	fraction, err := strconv.ParseFloat("0"+s[:end], 64)
	return int(math.RoundToEven(fraction * 1e6)), s[end:], err == nil && end > 1
}

// parseOffset reads Z or ±HH:MM as seconds east of UTC.
func parseOffset(s string) (seconds int, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != len("+00:00") || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hours, ok1 := twoDigits(s[1:])
	minutes, ok2 := twoDigits(s[4:])
	seconds = hours*3600 + minutes*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, ok1 && ok2 && hours <= 15 && minutes <= 59
}
