package templating

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// parsePythonInt reads s as Python's int(s, base): whitespace around it, a
// sign, single underscores between digits, digits of any script.
func parsePythonInt(s string, base int) (value, bool) {
	s, ok := numeral(s)
	if !ok || len(s) > MaxDigits || base != 0 && (base < 2 || base > 36) {
		return value{}, false
	}
	sign := ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = s[:1], s[1:]
	}
	s, base, ok = withoutPrefix(s, base)
	if !ok || s == "" || s[0] == '+' || s[0] == '-' {
		return value{}, false
	}
	b, ok := new(big.Int).SetString(sign+s, base)
	if !ok {
		return value{}, false
	}
	return bigOf(b), true
}

// withoutPrefix takes 0x, 0o or 0b off s where base allows it.
func withoutPrefix(s string, base int) (string, int, bool) {
	for prefix, b := range map[string]int{"0x": 16, "0o": 8, "0b": 2} {
		if len(s) > 2 && strings.EqualFold(s[:2], prefix) && (base == b || base == 0) {
			return s[2:], b, true
		}
	}
	if base == 0 {
		return s, 10, s == "" || s[0] != '0' || strings.Trim(s, "0") == ""
	}
	return s, base, true
}

// numeral trims s, turns digits of other scripts into ASCII and drops single
// underscores between digits; ok is false when an underscore is astray.
func numeral(s string) (string, bool) {
	var b strings.Builder
	var last rune
	for _, r := range strings.TrimFunc(s, isSpace) {
		if r == '_' {
			if !isAlnum(last) {
				return "", false
			}
			last = r
			continue
		}
		if last == '_' && !isAlnum(r) {
			return "", false
		}
		last = r
		if r > unicode.MaxASCII && unicode.IsDigit(r) {
			r = '0' + decimalValue(r)
		}
		b.WriteRune(r)
	}
	return b.String(), last != '_'
}

func isAlnum(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z' || r > unicode.MaxASCII && unicode.IsDigit(r)
}

// decimalValue is the value of a decimal digit: the digits of a script stand
// in runs of ten, and some runs follow each other.
func decimalValue(r rune) rune {
	n := rune(0)
	for unicode.IsDigit(r - n - 1) {
		n++
	}
	return n % 10
}

// parsePythonFloat reads s as Python's float(s).
func parsePythonFloat(s string) (float64, bool) {
	s, ok := numeral(s)
	if !ok || s == "" {
		return 0, false
	}
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "inf", "infinity", "nan":
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	}
	for _, c := range []byte(s) {
		if ('0' > c || c > '9') && !strings.ContainsRune("+-.eE", rune(c)) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !strings.Contains(err.Error(), "range") {
		return 0, false
	}
	return f, true
}
