package audience

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxNumber is how many characters a number may have, as written and written
// out in full: PostgreSQL prints 1e131071 with 131,072 digits.
const MaxNumber = 40

// plainNumber writes a JSON number out without exponent and without a zero's
// sign, as PostgreSQL will print it; no digit is lost, not even the last zero
// of 1.50. why is "" or says why it is refused.
func plainNumber(raw string) (plain, why string) {
	if len(raw) > MaxNumber {
		return "", fmt.Sprintf("it has %d characters; a number may have %d", len(raw), MaxNumber)
	}
	mantissa, exponent := raw, 0
	if at := strings.IndexAny(raw, "eE"); at >= 0 {
		mantissa = raw[:at]
		n, err := strconv.Atoi(raw[at+1:])
		if err != nil || n > MaxNumber || n < -MaxNumber {
			return "", fmt.Sprintf("written out it has more than %d digits", MaxNumber)
		}
		exponent = n
	}
	plain = mantissa
	if exponent != 0 {
		plain = shift(mantissa, exponent)
	}
	if len(plain) > MaxNumber {
		return "", fmt.Sprintf("written out it has %d characters; a number may have %d", len(plain), MaxNumber)
	}
	if strings.HasPrefix(plain, "-") && strings.Trim(plain, "-0.") == "" {
		plain = plain[1:]
	}
	return plain, ""
}

// shift moves the decimal point of a JSON number without exponent.
func shift(number string, places int) string {
	number, negative := strings.CutPrefix(number, "-")
	whole, fraction, _ := strings.Cut(number, ".")
	digits, point := whole+fraction, len(whole)+places
	if point < 1 {
		digits = strings.Repeat("0", 1-point) + digits
		point = 1
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	whole, fraction = strings.TrimLeft(digits[:point], "0"), digits[point:]
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative {
		whole = "-" + whole
	}
	return whole
}

// isNumber reports whether s is a JSON number, so that +5, 0x1F, .5, 007 and
// "1,000" are none.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		n := digits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s == "" {
		return true
	}
	if s[0]|0x20 != 'e' {
		return false
	}
	if s = s[1:]; s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

// digits is how many decimal digits s starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
