package templating

import (
	"strings"
	"unicode/utf8"
)

// percentFormat is one run of Python's % operator on a text.
type percentFormat struct {
	st     *state
	format string
	i      int
	b      strings.Builder
	args   []value
	used   int
	named  *dict // for %(name)s
	open   bool  // leftover arguments are no error
}

// percent is format % v.
func (st *state) percent(format string, v value) (value, error) {
	f := &percentFormat{st: st, format: format}
	switch v.k {
	case kTuple:
		f.args = v.list().items
	case kDict:
		f.args, f.named, f.open = []value{v}, v.dict(), true
	default:
		f.args, f.open = []value{v}, v.k == kList || v.k == kUndefined
	}
	if err := f.run(); err != nil {
		return value{}, err
	}
	if f.used < len(f.args) && !f.open {
		return value{}, typeError("not all arguments converted during string formatting")
	}
	return st.made(f.b.String())
}

func (f *percentFormat) run() error {
	for f.i < len(f.format) {
		n := strings.IndexByte(f.format[f.i:], '%')
		if n < 0 {
			n = len(f.format) - f.i
		}
		f.b.WriteString(f.format[f.i : f.i+n])
		if f.i += n; f.i == len(f.format) {
			break
		}
		f.i++
		if err := f.conversion(); err != nil {
			return err
		}
		if f.b.Len() > MaxString {
			_, err := f.st.made(f.b.String())
			return err
		}
	}
	return nil
}

// conversion reads and writes what follows a %.
func (f *percentFormat) conversion() error {
	arg, err := f.mappingKey()
	if err != nil {
		return err
	}
	spec := formatSpec{fill: " ", precision: -1}
	f.flags(&spec)
	if spec.width, err = f.size("width"); err != nil {
		return err
	}
	if spec.width < 0 && spec.width != noSize {
		spec.left, spec.width = true, -spec.width
	}
	spec.width = max(spec.width, 0)
	if f.skip('.') {
		if spec.precision, err = f.size("precision"); err != nil {
			return err
		}
		spec.precision = max(spec.precision, 0)
	}
	if f.i < len(f.format) && strings.IndexByte("hlL", f.format[f.i]) >= 0 {
		f.i++
	}
	if f.i >= len(f.format) {
		return valueError("incomplete format")
	}
	r, size := utf8.DecodeRuneInString(f.format[f.i:])
	f.i += size
	if r == '%' {
		f.b.WriteByte('%')
		return nil
	}
	var v value
	if arg != nil {
		v = *arg
	} else if v, err = f.next(); err != nil {
		return err
	}
	return f.write(r, v, spec)
}

// mappingKey reads (name).
func (f *percentFormat) mappingKey() (*value, error) {
	if !f.skip('(') {
		return nil, nil
	}
	depth, start := 1, f.i
	for f.i < len(f.format) && depth > 0 {
		switch f.format[f.i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		f.i++
	}
	switch {
	case f.named == nil:
		return nil, typeError("format requires a mapping")
	case depth > 0:
		return nil, valueError("incomplete format key")
	}
	name := f.format[start : f.i-1]
	v, ok := f.named.get(str(name))
	if !ok {
		return nil, valueError("there is no '%s' to format", shorten(name, 40))
	}
	return &v, nil
}

func (f *percentFormat) skip(b byte) bool {
	if f.i < len(f.format) && f.format[f.i] == b {
		f.i++
		return true
	}
	return false
}

func (f *percentFormat) flags(spec *formatSpec) {
	for ; f.i < len(f.format); f.i++ {
		switch f.format[f.i] {
		case '-':
			spec.left = true
		case '+':
			spec.sign = '+'
		case ' ':
			if spec.sign == 0 {
				spec.sign = ' '
			}
		case '#':
			spec.alternate = true
		case '0':
			spec.zero = true
		default:
			return
		}
	}
}

// noSize says that a width was left out.
const noSize = -1 << 30

// size reads a width or precision: digits, or * for an argument.
func (f *percentFormat) size(what string) (int, error) {
	if f.skip('*') {
		v, err := f.next()
		if err != nil {
			return 0, err
		}
		n, ok := asInt(v)
		if !ok {
			return 0, typeError("* wants int")
		}
		return n, checkSize(what, max(n, -n))
	}
	n, digits := 0, 0
	for ; f.i < len(f.format) && '0' <= f.format[f.i] && f.format[f.i] <= '9'; f.i++ {
		if n = n*10 + int(f.format[f.i]-'0'); n > MaxString {
			return 0, checkSize(what, n)
		}
		digits++
	}
	if digits == 0 && what == "width" {
		return noSize, nil
	}
	return n, nil
}

func checkSize(what string, n int) error {
	if n > MaxString {
		return valueError("%s of %d is too big", what, n)
	}
	return nil
}

func (f *percentFormat) next() (value, error) {
	if f.used >= len(f.args) {
		return value{}, typeError("not enough arguments for format string")
	}
	f.used++
	return f.args[f.used-1], nil
}
