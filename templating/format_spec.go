package templating

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formatSpec is how a value is laid out, by % or by Python's format
// mini-language.
type formatSpec struct {
	fill      string
	left      bool
	right     bool // the default of numbers
	center    bool
	inner     bool // "=": fill between sign and digits
	sign      byte // '+', ' ', '-' or 0
	alternate bool
	zero      bool
	width     int
	grouping  byte // ',' or '_'
	precision int  // -1 when left out
	kind      byte
	prefix    int // bytes of 0x and the like behind the sign
}

// signed puts the sign before digits.
func (s *formatSpec) signed(negative bool, digits string) string {
	switch {
	case negative:
		return "-" + digits
	case s.sign == '+' || s.sign == ' ':
		return string(s.sign) + digits
	}
	return digits
}

// pad fills text up to the width.
func (s *formatSpec) pad(text string) string {
	n := s.width - utf8.RuneCountInString(text)
	if n <= 0 {
		return text
	}
	switch {
	case s.left:
		return text + strings.Repeat(s.fill, n)
	case s.center:
		return strings.Repeat(s.fill, n/2) + text + strings.Repeat(s.fill, n-n/2)
	case s.zero || s.inner:
		fill := s.fill
		if s.zero {
			fill = "0"
		}
		at := s.prefix
		if text != "" && strings.IndexByte("+- ", text[0]) >= 0 {
			at++
		}
		return text[:at] + strings.Repeat(fill, n) + text[at:]
	}
	return strings.Repeat(s.fill, n) + text
}

// float is v by the kinds e f g %, and 0 for Python's default.
func (s *formatSpec) float(v value) (string, error) {
	f, ok := asFloat(v)
	if !ok {
		return "", valueError("int too large to convert to float")
	}
	kind, precision := s.kind|0x20, s.precision
	if s.kind == '%' {
		kind, f = 'f', f*100
	}
	negative := math.Signbit(f) && !math.IsNaN(f)
	f = math.Abs(f)
	var digits string
	switch {
	case math.IsInf(f, 0):
		digits = "inf"
	case math.IsNaN(f):
		digits = "nan"
	case s.kind == 0 && precision < 0:
		digits = s.withPoint(string(appendFloat(nil, f)))
	case kind == 'g' || s.kind == 0 || s.kind == 'n':
		digits = s.general(f)
	default:
		if precision < 0 {
			precision = 6
		}
		digits = s.withPoint(strconv.FormatFloat(f, kind, precision, 64))
	}
	digits = s.groupFloat(digits)
	if s.kind == '%' {
		digits += "%"
	}
	if 'A' <= s.kind && s.kind <= 'Z' {
		digits = strings.ToUpper(digits)
	}
	return s.signed(negative, digits), nil
}

// general is C's %g: precision significant digits, trailing zeros dropped
// unless alternate; without a kind Python keeps one digit behind the point.
func (s *formatSpec) general(f float64) string {
	p := s.precision
	if p < 0 {
		p = 6
	}
	p = max(p, 1)
	text := strconv.FormatFloat(f, 'e', p-1, 64)
	exp, _ := strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
	limit := p
	if s.kind == 0 {
		limit = p - 1 // so that "{:.3}" of 123.0 has room for ".0"
	}
	if exp >= -4 && exp < max(limit, 0) || s.kind != 0 && exp >= -4 && exp < p {
		text = strconv.FormatFloat(f, 'f', max(p-1-exp, 0), 64)
		if !s.alternate {
			text = trimZeros(text)
		}
		if s.kind == 0 && !strings.Contains(text, ".") {
			text += ".0"
		}
		return s.withPoint(text)
	}
	mantissa, power, _ := strings.Cut(text, "e")
	if !s.alternate {
		mantissa = trimZeros(mantissa)
	}
	return s.withPoint(mantissa + "e" + power)
}

// withPoint is digits with a decimal point even where none is needed, when the
// alternate form was asked for.
func (s *formatSpec) withPoint(digits string) string {
	if !s.alternate || strings.Contains(digits, ".") {
		return digits
	}
	if i := strings.IndexByte(digits, 'e'); i >= 0 {
		return digits[:i] + "." + digits[i:]
	}
	return digits + "."
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// groupFloat puts separators into the whole part of digits.
func (s *formatSpec) groupFloat(digits string) string {
	if s.grouping == 0 {
		return digits
	}
	n := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	if n < 0 {
		n = len(digits)
	}
	behind := len(digits) - n
	if s.kind == '%' {
		behind++ // its sign is put behind later
	}
	return s.groupDigits(digits[:n], 3, behind) + digits[n:]
}

// groupDigits groups whole digits; with zero fill the zeros are grouped too.
// behind is how many characters follow.
func (s *formatSpec) groupDigits(digits string, every, behind int) string {
	sep := ""
	if s.grouping != 0 {
		sep = string(s.grouping)
	}
	out := group(digits, every, sep)
	if !s.zero && (!s.inner || s.fill != "0") || s.grouping == 0 {
		return out
	}
	signs := 0
	if s.sign == '+' || s.sign == ' ' {
		signs = 1
	}
	for len(out)+behind+signs+s.prefix < s.width {
		digits = "0" + digits
		out = group(digits, every, sep)
	}
	return out
}
