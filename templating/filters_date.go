package templating

import (
	"math"
	"time"

	"github.com/linecast/linecast/errs"
)

// dateFilters work on points in time: "now", and what can be read as a date.
// MoEngage's, which have other rules for zones, are with its filters.
var dateFilters = []filter{
	{name: "date", doc: "a date in a form, in the recipient's time zone or another, with the names of a language", example: [2]string{`{{ '2026-11-22'|date('%A %-d %B %EY', language='th') }}`, "วันอาทิตย์ 22 พฤศจิกายน พ.ศ. 2569"},
		params: []param{opt("format", str("%Y-%m-%d")).with(advisePattern), opt("timezone", none).with(adviseZone), opt("language", none).with(adviseLanguage)}, clock: true, fn: dateFilter},
	{name: "datetime", doc: "a text or number as a point in time, to compare with now", example: [2]string{`{{ 'past' if '2026-01-31'|datetime < now else 'future' }}`, "past"},
		params: []param{opt("timezone", none).with(adviseZone)}, clock: true, fn: datetimeFilter},
	{name: "shift", doc: "a point in time so many days, hours and minutes later, or earlier when negative", example: [2]string{`{{ '2026-02-27'|shift(days=3)|date('%-d %B') }}`, "2 March"},
		params: []param{opt("days", integer(0)), opt("hours", integer(0)), opt("minutes", integer(0))}, clock: true, fn: shiftFilter},
}

func dateFilter(st *state, in value, a args) (value, error) {
	m, err := st.moment(in)
	if err != nil {
		return value{}, err
	}
	zone, err := st.zoneNamed(a.fixed[1])
	if err != nil {
		return value{}, err
	}
	lang, err := st.language(a.fixed[2])
	if err != nil {
		return value{}, err
	}
	return st.strftime(a.fixed[0], m.in(zone), lang)
}

// strftime is t in the form of the text pattern.
func (st *state) strftime(pattern value, t time.Time, lang *locale) (value, error) {
	p, err := st.text(pattern)
	if err != nil {
		return value{}, err
	}
	if y := t.Year(); y < 1 || y > 9999 {
		return value{}, errs.New("template.bad_date", t.Format(time.DateOnly))
	}
	s, err := strftime(p, t, lang)
	if err != nil {
		return value{}, err
	}
	return st.made(s)
}

func datetimeFilter(st *state, in value, a args) (value, error) {
	m, err := st.moment(in)
	if err != nil {
		return value{}, err
	}
	zone, err := st.zoneNamed(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	return timeOf(m.in(zone)), nil
}

func shiftFilter(st *state, in value, a args) (value, error) {
	m, err := st.moment(in)
	if err != nil {
		return value{}, err
	}
	var by [3]int
	for i, v := range a.fixed {
		if by[i], err = st.wholeNumber(v); err != nil {
			return value{}, err
		}
		if by[i] > 1e6 || by[i] < -1e6 {
			return value{}, valueError("a shift of %d is too far", by[i])
		}
	}
	t := m.in(st.zone()).AddDate(0, 0, by[0]) // days of the calendar: the clock stays over a change of time
	return timeOf(t.Add(time.Duration(by[1])*time.Hour + time.Duration(by[2])*time.Minute)), nil
}

func dateFormatterFilter(st *state, in value, a args) (value, error) {
	m, err := st.moment(in)
	if err != nil {
		return value{}, err
	}
	lang, err := st.language(none)
	if err != nil {
		return value{}, err
	}
	return st.strftime(a.fixed[0], m.t, lang)
}

// dateTimeFormatterFilter: tzOffset, in minutes, wins over timeZone; -1000
// stands for none. A text without an offset is taken as UTC.
func dateTimeFormatterFilter(st *state, in value, a args) (value, error) {
	m, err := st.moment(in)
	if err != nil {
		return value{}, err
	}
	lang, err := st.language(none)
	if err != nil {
		return value{}, err
	}
	t := m.t
	minutes, given, err := st.offset(a.fixed[2])
	switch {
	case err != nil:
		return value{}, err
	case given:
		t = t.In(time.FixedZone("", minutes*60))
	case !a.fixed[1].missing():
		zone, err := st.zoneNamed(a.fixed[1])
		if err != nil {
			return value{}, err
		}
		t = t.In(zone)
	}
	return st.strftime(a.fixed[0], t, lang)
}

func (st *state) offset(v value) (minutes int, given bool, err error) {
	if v.missing() {
		return 0, false, nil
	}
	n, err := intFilter(st, v, args{fixed: []value{none, integer(10)}})
	if err != nil {
		return 0, false, err
	}
	minutes, ok := asInt(n)
	if !ok || minutes != unknownOffset && !knownOffset(minutes) {
		return 0, false, valueError("tzOffset is a number of minutes from -%[1]d to %[1]d", mostOffset)
	}
	return minutes, minutes != unknownOffset, nil
}

func daysFilter(st *state, in value, a args) (value, error) {
	from, err := st.moment(in)
	if err != nil {
		return value{}, err
	}
	to, err := st.moment(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	return integer(int64(math.Floor(to.t.Sub(from.t).Hours() / 24))), nil
}

func todayFilter(st *state, in value, a args) (value, error) {
	zone, err := st.zoneNamed(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	lang, err := st.language(none)
	if err != nil {
		return value{}, err
	}
	return st.strftime(in, st.d.Now.In(zone), lang)
}
