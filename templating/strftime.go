package templating

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
)

// formatter writes a time by a strftime pattern, as Python does on Linux: the
// directives of C99, with glibc's - and _ for padding and E for eras.
type formatter struct {
	t    time.Time
	lang *locale
	b    strings.Builder
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

func (f *formatter) number(c, flag byte) bool {
	isoYear, isoWeek := f.t.ISOWeek()
	width := 2
	var n int
	switch c {
	case 'd':
		n = f.t.Day()
	case 'e':
		n = f.t.Day()
		if flag == 0 {
			flag = '_'
		}
	case 'm':
		n = int(f.t.Month())
	case 'y':
		n = ((f.t.Year() % 100) + 100) % 100
	case 'Y':
		n, width = f.t.Year(), 1
	case 'C':
		n = f.t.Year() / 100
	case 'H':
		n = f.t.Hour()
	case 'k':
		n = f.t.Hour()
		if flag == 0 {
			flag = '_'
		}
	case 'I':
		n = (f.t.Hour()+11)%12 + 1
	case 'l':
		n = (f.t.Hour()+11)%12 + 1
		if flag == 0 {
			flag = '_'
		}
	case 'M':
		n = f.t.Minute()
	case 'S':
		n = f.t.Second()
	case 'f':
		n, width = f.t.Nanosecond()/1000, 6
	case 'j':
		n, width = f.t.YearDay(), 3
	case 'w':
		n, width = int(f.t.Weekday()), 1
	case 'u':
		n, width = (int(f.t.Weekday())+6)%7+1, 1
	case 'U':
		n = (f.t.YearDay() + 6 - int(f.t.Weekday())) / 7
	case 'W':
		n = (f.t.YearDay() + 6 - (int(f.t.Weekday())+6)%7) / 7
	case 'V':
		n = isoWeek
	case 'G':
		n, width = isoYear, 4
	case 'g':
		n = isoYear % 100
	case 's':
		f.b.WriteString(strconv.FormatInt(f.t.Unix(), 10))
		return true
	default:
		return false
	}
	f.padded(n, width, flag)
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
