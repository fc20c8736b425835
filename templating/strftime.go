package templating

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// formatter writes a time by a strftime pattern, as Python does on Linux: the
// directives of C99, with glibc's - and _ for padding and E for eras.
type formatter struct {
	t    time.Time
	lang *locale
	b    strings.Builder

	unknown string // the first directive that there is not
}

// strftime is t in the form of pattern.
func strftime(pattern string, t time.Time, lang *locale) (string, error) {
	f := formatter{t: t, lang: lang}
	if err := f.pattern(pattern, 0); err != nil {
		return "", err
	}
	return f.b.String(), nil
}

func (f *formatter) pattern(pattern string, depth int) error {
	for i := 0; i < len(pattern); i++ {
		if f.b.Len() > MaxString {
			return errs.New("template.string_too_long", MaxString)
		}
		if pattern[i] != '%' || i+1 == len(pattern) {
			f.b.WriteByte(pattern[i])
			continue
		}
		start := i
		i++
		var flag byte
		if strings.IndexByte("-_0", pattern[i]) >= 0 && i+1 < len(pattern) {
			flag = pattern[i]
			i++
		}
		era := false
		if (pattern[i] == 'E' || pattern[i] == 'O') && i+1 < len(pattern) {
			era = pattern[i] == 'E'
			i++
		}
		if !f.directive(pattern[i], flag, era, depth) {
			f.b.WriteString(pattern[start : i+1])
			_, size := utf8.DecodeRuneInString(pattern[i:])
			f.unknown = cmp.Or(f.unknown, pattern[start:i+size])
		}
	}
	return nil
}

// composed are directives that stand for several.
var composed = map[byte]string{'c': "%a %b %e %H:%M:%S %Y", 'D': "%m/%d/%y", 'F': "%Y-%m-%d", 'R': "%H:%M", 'T': "%H:%M:%S",
	'r': "%I:%M:%S %p", 'h': "%b", 'n': "\n", 't': "\t", '%': "%%"}

// directive writes %c; an unknown one is left to be written as it is.
func (f *formatter) directive(c, flag byte, era bool, depth int) bool {
	switch {
	case c == '%':
		f.b.WriteByte('%')
	case era && f.lang.era != nil && strings.IndexByte("yYC", c) >= 0:
		f.era(c, flag)
	case c == 'x' && depth == 0:
		_ = f.pattern(f.lang.date, 1) // bounded: the rows name no %x
	case c == 'X' && depth == 0:
		_ = f.pattern(f.lang.time, 1)
	case composed[c] != "" && depth < 2:
		_ = f.pattern(composed[c], depth+1)
	default:
		return f.name(c) || f.number(c, flag) || f.zone(c)
	}
	return true
}

func (f *formatter) era(c, flag byte) {
	name, year := f.lang.era(f.t.Year(), int(f.t.Month()), f.t.Day())
	switch c {
	case 'C':
		f.b.WriteString(name)
	case 'y':
		f.padded(year, 1, flag)
	default:
		if strings.HasSuffix(name, ".") {
			name += " "
		}
		f.b.WriteString(name)
		f.padded(year, 1, flag)
		if !strings.HasSuffix(name, " ") {
			f.b.WriteString("年")
		}
	}
}

func (f *formatter) name(c byte) bool {
	switch c {
	case 'a':
		f.b.WriteString(f.lang.shortDays[f.t.Weekday()])
	case 'A':
		f.b.WriteString(f.lang.days[f.t.Weekday()])
	case 'b':
		f.b.WriteString(f.lang.shortMonths[f.t.Month()-1])
	case 'B':
		f.b.WriteString(f.lang.months[f.t.Month()-1])
	case 'p', 'P':
		text := f.lang.am
		if f.t.Hour() >= 12 {
			text = f.lang.pm
		}
		if c == 'P' {
			text = strings.ToLower(text)
		}
		f.b.WriteString(text)
	default:
		return false
	}
	return true
}

// numbers are the directives that print a number, padded with zeros, or with
// spaces where pad says so.
var numbers = map[byte]struct {
	width int
	pad   byte
	of    func(t time.Time) int
}{
	'd': {2, 0, time.Time.Day},
	'e': {2, '_', time.Time.Day},
	'm': {2, 0, func(t time.Time) int { return int(t.Month()) }},
	'y': {2, 0, func(t time.Time) int { return t.Year() % 100 }},
	'Y': {1, 0, time.Time.Year},
	'C': {2, 0, func(t time.Time) int { return t.Year() / 100 }},
	'H': {2, 0, time.Time.Hour},
	'k': {2, '_', time.Time.Hour},
	'I': {2, 0, hour12},
	'l': {2, '_', hour12},
	'M': {2, 0, time.Time.Minute},
	'S': {2, 0, time.Time.Second},
	'f': {6, 0, func(t time.Time) int { return t.Nanosecond() / 1000 }},
	'j': {3, 0, time.Time.YearDay},
	'w': {1, 0, func(t time.Time) int { return int(t.Weekday()) }},
	'u': {1, 0, func(t time.Time) int { return fromMonday(t) + 1 }},
	'U': {2, 0, func(t time.Time) int { return (t.YearDay() + 6 - int(t.Weekday())) / 7 }},
	'W': {2, 0, func(t time.Time) int { return (t.YearDay() + 6 - fromMonday(t)) / 7 }},
	'V': {2, 0, func(t time.Time) int { _, week := t.ISOWeek(); return week }},
	'G': {4, 0, isoYear},
	'g': {2, 0, func(t time.Time) int { return isoYear(t) % 100 }},
	's': {1, 0, func(t time.Time) int { return int(t.Unix()) }},
}

func hour12(t time.Time) int { return (t.Hour()+11)%12 + 1 }

// fromMonday is the day of the week with Monday as 0.
func fromMonday(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }

func isoYear(t time.Time) int {
	year, _ := t.ISOWeek()
	return year
}

func (f *formatter) number(c, flag byte) bool {
	n, ok := numbers[c]
	if !ok {
		return false
	}
	if flag == 0 {
		flag = n.pad
	}
	f.padded(n.of(f.t), n.width, flag)
	return true
}

func (f *formatter) padded(n, width int, flag byte) {
	switch flag {
	case '-':
		fmt.Fprintf(&f.b, "%d", n)
	case '_':
		fmt.Fprintf(&f.b, "%*d", width, n)
	default:
		fmt.Fprintf(&f.b, "%0*d", width, n)
	}
}

func (f *formatter) zone(c byte) bool {
	switch c {
	case 'z':
		f.b.WriteString(f.t.Format("-0700"))
	case 'Z':
		f.b.WriteString(f.t.Format("MST"))
	default:
		return false
	}
	return true
}

// advisePattern is the advice of a parameter that is a pattern: what has no
// meaning in one is printed as it stands, to everybody.
func advisePattern(pattern string) (mistake *errs.Error, lint string) {
	f := formatter{t: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), lang: languages["en"]}
	switch err := f.pattern(pattern, 0); {
	case err != nil:
		return nil, ""
	case f.unknown != "":
		return nil, f.unknown + " has no meaning in a date and is printed as it stands; write %% for a percent sign"
	case pattern != "" && !strings.Contains(pattern, "%"):
		return nil, "this form of a date has no % and is printed as it stands; YYYY-MM-DD is written %Y-%m-%d"
	}
	return nil, ""
}
