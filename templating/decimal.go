package templating

import (
	"math"
	"strconv"

	"github.com/linecast/linecast/errs"
)

// numberFilter writes a number as a language does: with separators between the
// thousands, and its own decimal point.
func numberFilter(st *state, in value, a args) (value, error) {
	if err := st.required(in); err != nil {
		return value{}, err
	}
	if in.k == kString {
		v, ok := parsePythonInt(in.s, 10)
		if f, isFloat := parsePythonFloat(in.s); !ok && isFloat {
			v, ok = number(f), true
		}
		if !ok {
			return value{}, valueError("%q is not a number", shorten(in.s, 40))
		}
		in = v
	}
	if !in.isNumber() {
		return value{}, typeError("'%s' is not a number", in.typeName())
	}
	lang, err := st.language(a.fixed[1])
	if err != nil {
		return value{}, err
	}
	text, err := st.fixedDecimals(in, a.fixed[0])
	if err != nil {
		return value{}, err
	}
	return st.made(grouped(text, lang.thousands, lang.decimal))
}

// fixedDecimals is v in plain decimal notation.
func (st *state) fixedDecimals(v, decimals value) (string, error) {
	n := -1
	if decimals.k != kNone {
		var err error
		if n, err = st.wholeNumber(decimals); err != nil {
			return "", err
		}
		if n < 0 || n > 100 {
			return "", valueError("number takes 0 to 100 decimals, got %d", n)
		}
	}
	if v.k != kFloat {
		if n > 0 {
			return v.big().String() + "." + repeatText("0", n), nil
		}
		return v.big().String(), nil
	}
	f := v.float()
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return "", valueError("%s is not a number", appendFloat(nil, f))
	}
	if math.Abs(f) >= 1e100 {
		return "", errs.New("template.number_too_large", 100)
	}
	return strconv.FormatFloat(f, 'f', n, 64), nil
}

// grouped puts separators between the thousands of a decimal text.
func grouped(text, thousands, point string) string {
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	whole, fraction := text, ""
	for i := range text {
		if text[i] == '.' {
			whole, fraction = text[:i], point+text[i+1:]
			break
		}
	}
	return sign + group(whole, 3, thousands) + fraction
}

// group puts sep between groups of n digits, counted from the right.
func group(digits string, n int, sep string) string {
	if sep == "" || len(digits) <= n {
		return digits
	}
	var b []byte
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%n == 0 {
			b = append(b, sep...)
		}
		b = append(b, digits[i])
	}
	return string(b)
}
