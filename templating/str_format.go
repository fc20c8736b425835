package templating

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// strFormat is one call of Python's str.format.
type strFormat struct {
	st   *state
	a    args
	auto int // next automatic argument
	mode byte
}

func (st *state) strFormat(format string, a args) (value, error) {
	f := &strFormat{st: st, a: a}
	text, err := f.expand(format, 0)
	if err != nil {
		return value{}, err
	}
	return st.made(text)
}

// expand replaces the fields of format; depth 1 is a field within a field.
func (f *strFormat) expand(format string, depth int) (string, error) {
	var b strings.Builder
	for i := 0; i < len(format); {
		c := format[i]
		switch {
		case c == '}' && depth == 0 && i+1 < len(format) && format[i+1] == '}', c == '{' && i+1 < len(format) && format[i+1] == '{' && depth == 0:
			b.WriteByte(c)
			i += 2
		case c == '}':
			return "", valueError("Single '}' encountered in format string")
		case c == '{':
			end := fieldEnd(format, i)
			if end < 0 {
				return "", valueError("expected '}' before end of string")
			}
			text, err := f.field(format[i+1:end], depth)
			if err != nil {
				return "", err
			}
			b.WriteString(text)
			i = end + 1
		default:
			b.WriteByte(c)
			i++
		}
		if b.Len() > MaxString {
			return "", errs.New("template.string_too_long", MaxString)
		}
	}
	return b.String(), nil
}

// fieldEnd is the offset of the brace that closes the field opened at i.
func fieldEnd(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// field is name!conversion:spec.
func (f *strFormat) field(text string, depth int) (string, error) {
	if depth > 1 {
		return "", valueError("Max string recursion exceeded")
	}
	name, spec := text, ""
	if i := strings.IndexAny(text, ":!"); i >= 0 {
		name, spec = text[:i], text[i:]
	}
	v, err := f.lookup(name)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(spec, "!") {
		if v, spec, err = f.convert(v, spec[1:]); err != nil {
			return "", err
		}
	}
	spec = strings.TrimPrefix(spec, ":")
	if strings.Contains(spec, "{") {
		if spec, err = f.expand(spec, depth+1); err != nil {
			return "", err
		}
	}
	return f.st.format(v, spec)
}

func (f *strFormat) convert(v value, rest string) (value, string, error) {
	if rest == "" || len(rest) > 1 && rest[1] != ':' {
		return v, "", valueError("expected ':' after conversion specifier")
	}
	var text string
	var err error
	switch rest[0] {
	case 's':
		text, err = f.st.text(v)
	case 'r', 'a':
		w := writer{st: f.st, max: MaxString}
		w.repr(v, 0)
		text, err = string(w.b), w.err
	default:
		err = valueError("Unknown conversion specifier '%c'", rest[0])
	}
	return str(text), rest[1:], err
}

// lookup finds the argument and its members: "0", "name", "0.city[zip]".
func (f *strFormat) lookup(name string) (value, error) {
	n := strings.IndexAny(name, ".[")
	if n < 0 {
		n = len(name)
	}
	v, err := f.argument(name[:n])
	for rest := name[n:]; rest != "" && err == nil; {
		var key value
		var dot bool
		if key, dot, rest, err = nextMember(rest); err == nil {
			v, err = f.st.member(v, key, &getExpr{dot: dot})
		}
	}
	return v, err
}

func nextMember(rest string) (key value, dot bool, after string, err error) {
	if rest[0] == '.' {
		end := strings.IndexAny(rest[1:], ".[")
		if end < 0 {
			end = len(rest) - 1
		}
		if name := rest[1 : end+1]; name != "" && !strings.HasPrefix(name, "_") {
			return str(name), true, rest[end+1:], nil
		}
		return value{}, false, "", valueError("Empty attribute in format string")
	}
	end := strings.IndexByte(rest, ']')
	if rest[0] != '[' || end < 2 {
		return value{}, false, "", valueError("Missing ']' in format string")
	}
	inner := rest[1:end]
	if n, err := strconv.Atoi(inner); err == nil && n >= 0 {
		return integer(int64(n)), false, rest[end+1:], nil
	}
	return str(inner), false, rest[end+1:], nil
}

func (f *strFormat) argument(name string) (value, error) {
	n, err := strconv.Atoi(name)
	mode := byte('m')
	if name == "" {
		n, err, mode = f.auto, nil, 'a'
		f.auto++
	}
	if err == nil {
		if f.mode != 0 && f.mode != mode {
			return value{}, valueError("cannot switch between automatic and manual field numbering")
		}
		f.mode = mode
		if n < 0 || n >= len(f.a.rest) {
			return value{}, valueError("Replacement index %d out of range for positional args tuple", n)
		}
		return f.a.rest[n], nil
	}
	if v, ok := f.a.named(name); ok {
		return v, nil
	}
	return value{}, valueError("there is no '%s' to format", shorten(name, 40))
}

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
