package templating

import (
	"strconv"
	"strings"

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
