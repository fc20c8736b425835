package templating

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func (f *percentFormat) write(c rune, v value, spec formatSpec) error {
	text, err := f.st.percentText(c, v, &spec)
	if err != nil {
		return err
	}
	f.b.WriteString(spec.pad(text))
	return f.st.charge(len(text) + spec.width)
}

// percentText is v converted by c, before padding.
func (st *state) percentText(c rune, v value, spec *formatSpec) (string, error) {
	switch c {
	case 's', 'r', 'a':
		spec.zero = false
		return st.percentString(c, v, spec)
	case 'c':
		spec.zero = false
		return st.percentRune(v)
	case 'd', 'i', 'u', 'o', 'x', 'X':
		return st.percentInteger(c, v, spec)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		if err := st.required(v); err != nil {
			return "", err
		}
		if !v.isNumber() {
			return "", typeError("must be real number, not %s", v.typeName())
		}
		if spec.precision < 0 {
			spec.precision = 6
		}
		spec.kind = byte(c)
		return spec.float(v)
	}
	return "", valueError("unsupported format character '%c' (0x%x)", c, c)
}

func (st *state) percentString(c rune, v value, spec *formatSpec) (string, error) {
	var s string
	err := st.required(v)
	if err != nil {
		return "", err
	}
	if c == 's' {
		s, err = st.text(v)
	} else {
		w := writer{st: st, max: MaxString}
		w.repr(v, 0)
		s, err = string(w.b), w.err
	}
	if err == nil && spec.precision >= 0 {
		s = firstRunes(s, spec.precision)
	}
	return s, err
}

func (st *state) percentRune(v value) (string, error) {
	if v.k == kString && utf8.RuneCountInString(v.s) == 1 {
		return v.s, nil
	}
	if n, ok := asInt(v); ok {
		if n < 0 || n > utf8.MaxRune {
			return "", valueError("%%c arg not in range(0x110000)")
		}
		return string(rune(n)), nil
	}
	return "", typeError("%%c requires int or char")
}

func (st *state) percentInteger(c rune, v value, spec *formatSpec) (string, error) {
	if err := st.required(v); err != nil {
		return "", err
	}
	if v.k == kFloat && strings.ContainsRune("diu", c) {
		whole, err := truncated(v.float(), none)
		if err != nil || whole.k == kNone {
			return "", valueError("cannot convert float %s to integer", appendFloat(nil, v.float()))
		}
		v = whole
	}
	if !v.isInteger() {
		wanted := "a real number"
		if strings.ContainsRune("oxX", c) {
			wanted = "an integer"
		}
		return "", typeError("%%%c format: %s is required, not %s", c, wanted, v.typeName())
	}
	base := map[rune]int{'o': 8, 'x': 16, 'X': 16}[c]
	if base == 0 {
		base = 10
	}
	digits := v.big().Text(base)
	negative := strings.HasPrefix(digits, "-")
	digits = strings.TrimPrefix(digits, "-")
	if spec.precision >= 0 && len(digits) < spec.precision {
		digits = strings.Repeat("0", spec.precision-len(digits)) + digits
	}
	prefix := ""
	if spec.alternate && base != 10 {
		prefix = fmt.Sprintf("0%c", c)
	}
	if c == 'X' {
		digits = strings.ToUpper(digits)
	}
	spec.prefix = len(prefix)
	return spec.signed(negative, prefix+digits), nil
}
