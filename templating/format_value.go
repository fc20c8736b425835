package templating

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// format is Python's format(v, spec).
func (st *state) format(v value, spec string) (string, error) {
	if spec == "" || v.missing() && v.s != "" {
		return st.text(v)
	}
	if v.k == kTime {
		lang, err := st.language(none)
		if err != nil {
			return "", err
		}
		return strftime(spec, v.time(), lang)
	}
	s, err := parseSpec(spec)
	if err != nil {
		return "", err
	}
	text, err := st.formatKind(v, &s)
	if err != nil {
		return "", err
	}
	return s.pad(text), st.charge(s.width)
}

func (st *state) formatKind(v value, s *formatSpec) (string, error) {
	switch {
	case v.k == kString:
		return formatText(v.s, s)
	case v.k == kFloat || v.isInteger() && strings.IndexByte("eEfFgG%", s.kind) >= 0 && s.kind != 0:
		if s.kind == 'n' && s.grouping != 0 {
			return "", valueError("Cannot specify '%c' with 'n'.", s.grouping)
		}
		if s.kind != 0 && strings.IndexByte("eEfFgGn%", s.kind) < 0 {
			return "", valueError("Unknown format code '%c' for object of type 'float'", s.kind)
		}
		return s.float(v)
	case v.isInteger():
		return formatInteger(v, s)
	}
	return "", typeError("unsupported format string passed to %s.__format__", v.typeName())
}

func formatText(text string, s *formatSpec) (string, error) {
	switch {
	case s.kind != 0 && s.kind != 's':
		return "", valueError("Unknown format code '%c' for object of type 'str'", s.kind)
	case s.sign != 0:
		return "", valueError("Sign not allowed in string format specifier")
	case s.alternate:
		return "", valueError("Alternate form (#) not allowed in string format specifier")
	case s.inner:
		return "", valueError("'=' alignment not allowed in string format specifier")
	case s.grouping != 0:
		return "", valueError("Cannot specify '%c' with 's'.", s.grouping)
	}
	if s.zero && !s.left && !s.center {
		s.left, s.zero, s.fill = true, false, "0"
	}
	if !s.center && !s.left && !s.explicit() {
		s.left = true
	}
	if s.precision >= 0 {
		text = firstRunes(text, s.precision)
	}
	return text, nil
}

func formatInteger(v value, s *formatSpec) (string, error) {
	base, prefix, every := 10, "", 3
	switch s.kind {
	case 0, 'd', 'n':
	case 'b':
		base, prefix, every = 2, "0b", 4
	case 'o':
		base, prefix, every = 8, "0o", 4
	case 'x', 'X':
		base, prefix, every = 16, "0"+string(s.kind), 4
	case 'c':
		return string(rune(v.int())), nil
	default:
		return "", valueError("Unknown format code '%c' for object of type 'int'", s.kind)
	}
	switch {
	case s.precision >= 0:
		return "", valueError("Precision not allowed in integer format specifier")
	case s.grouping == ',' && base != 10, s.grouping != 0 && s.kind == 'n':
		return "", valueError("Cannot specify '%c' with '%c'.", s.grouping, s.kind)
	}
	digits := v.big().Text(base)
	negative := strings.HasPrefix(digits, "-")
	digits = strings.TrimPrefix(digits, "-")
	if s.kind == 'X' {
		digits = strings.ToUpper(digits)
	}
	if !s.alternate {
		prefix = ""
	}
	if s.prefix = len(prefix); negative {
		s.prefix++ // the sign counts in the width that zeros fill
	}
	digits = s.groupDigits(digits, every, 0)
	s.prefix = len(prefix)
	return s.signed(negative, prefix+digits), nil
}

// parseSpec reads [[fill]align][sign][z][#][0][width][grouping][.precision][type].
func parseSpec(spec string) (formatSpec, error) {
	s := formatSpec{fill: " ", precision: -1}
	i := 0
	_, size := utf8.DecodeRuneInString(spec)
	filled := len(spec) > size && strings.IndexByte("<>=^", spec[size]) >= 0
	if filled {
		s.fill, i = spec[:size], size
	}
	if i < len(spec) && strings.IndexByte("<>=^", spec[i]) >= 0 {
		s.align(spec[i])
		i++
	}
	next := func(set string) byte {
		if i < len(spec) && strings.IndexByte(set, spec[i]) >= 0 {
			i++
			return spec[i-1]
		}
		return 0
	}
	s.sign = next("+- ")
	s.alternate = next("#") != 0
	if next("0") != 0 && !filled {
		s.fill, s.zero = "0", !s.explicit()
	}
	digits := func() (n int, ok bool) {
		for c := next("0123456789"); c != 0; c = next("0123456789") {
			n, ok = min(n*10+int(c-'0'), MaxString+1), true
		}
		return n, ok
	}
	s.width, _ = digits()
	s.grouping = next(",_")
	if next(".") != 0 {
		var ok bool
		if s.precision, ok = digits(); !ok {
			return s, valueError("Format specifier missing precision")
		}
	}
	s.kind = next("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
	if i < len(spec) {
		return s, valueError("Invalid format specifier")
	}
	if s.width > MaxString || s.precision > MaxString {
		return s, errs.New("template.string_too_long", MaxString)
	}
	return s, nil
}

func (s *formatSpec) align(c byte) {
	s.left, s.center, s.inner, s.right = c == '<', c == '^', c == '=', c == '>'
}

// explicit says whether an alignment was written.
func (s *formatSpec) explicit() bool { return s.left || s.center || s.inner || s.right }
