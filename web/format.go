package web

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/linecast/linecast/delivery"
)

// functions are what templates may call. They turn values into the words
// people read; whatever decides is done before.
func (s *Web) functions() template.FuncMap {
	return template.FuncMap{
		"asset":   func(name string) string { return s.assets.path[name] },
		"number":  number[int64],
		"count":   number[int],
		"percent": percent,
		"speed":   speed,
		"clock":   func(t time.Time) string { return t.In(s.deps.Zone).Format("2 Jan 2006, 15:04") },
		"exact":   func(t time.Time) string { return t.In(s.deps.Zone).Format("2 Jan 2006, 15:04:05") },
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"meaning": func(reason string) string { return delivery.Reasons[reason] },
		"words":   func(code any) string { return words(fmt.Sprint(code)) },
	}
}

// number is n with commas between thousands.
func number[N int | int64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// percent is a share of one with a decimal. Only all is 100 and only nothing
// is 0: what is nearly done is not done.
func percent(share float64) string {
	tenths := math.Round(share * 1000)
	switch {
	case tenths >= 1000 && share < 1:
		tenths = 999
	case tenths == 0 && share > 0:
		return "<0.1 %"
	}
	return strings.TrimSuffix(strconv.FormatFloat(tenths/10, 'f', 1, 64), ".0") + " %"
}

// speed is messages a second; slow ones have a decimal.
func speed(perSecond float64) string {
	if perSecond > 0 && perSecond < 10 {
		return strconv.FormatFloat(perSecond, 'f', 1, 64)
	}
	return number(int64(math.Round(perSecond)))
}

// span is a length of time in its two largest units.
func span(d time.Duration) string {
	d = d.Round(time.Second)
	days, hours, minutes, seconds := d/(24*time.Hour), d/time.Hour%24, d/time.Minute%60, d/time.Second%60
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(0, seconds))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", minutes, seconds)
	case days == 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return fmt.Sprintf("%d d %d h", days, hours)
}

// words is a code, such as no_line_id, as words.
func words(code string) string { return strings.ReplaceAll(code, "_", " ") }

// sentence is an error's detail with a capital letter at its beginning and a
// full stop at its end.
func sentence(detail string) string {
	first, size := utf8.DecodeRuneInString(detail)
	if size == 0 || first == utf8.RuneError {
		return detail
	}
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(detail[size:], ".") + "."
}

// masked is a LINE user id as those see it who may read numbers and not users.
func masked(lineID string) string {
	if len(lineID) <= 8 {
		return ""
	}
	return lineID[:4] + "…" + lineID[len(lineID)-4:]
}
