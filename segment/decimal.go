package segment

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
)

// decimal is an exact number: sign times 0.digits times 10 to the exponent.
// digits has no zero at either end; it is "" for zero. The work of a comparison
// is that of comparing two strings, whatever the exponent: 1e131071, the
// largest number jsonb can hold, costs no more than 1.
type decimal struct {
	sign     int // -1, 0, 1
	digits   string
	exponent int
}

// parseDecimal reads a JSON number.
func parseDecimal(text string) decimal {
	mantissa, negative := strings.CutPrefix(text, "-")
	exponent := 0
	if at := strings.IndexAny(mantissa, "eE"); at >= 0 {
		exponent = clampedInt(mantissa[at+1:])
		mantissa = mantissa[:at]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent += len(whole) - (len(whole) + len(fraction) - len(digits))
	digits = strings.TrimRight(digits, "0")
	switch {
	case digits == "":
		return decimal{}
	case negative:
		return decimal{-1, digits, exponent}
	}
	return decimal{1, digits, exponent}
}

// clampedInt reads an exponent; one that no int holds becomes the largest.
func clampedInt(s string) int {
	const most = 1 << 40
	n, err := strconv.Atoi(s)
	switch {
	case err == nil:
		return max(-most, min(most, n))
	case strings.HasPrefix(s, "-"):
		return -most
	}
	return most
}

// compare is -1, 0 or 1 for d less than, equal to or greater than o.
func (d decimal) compare(o decimal) int {
	if d.sign != o.sign || d.sign == 0 {
		return cmp.Compare(d.sign, o.sign)
	}
	return d.sign * cmp.Or(cmp.Compare(d.exponent, o.exponent), strings.Compare(d.digits, o.digits))
}

// storable reports whether jsonb can hold d: 131,072 digits before the point
// and 16,383 after it (PostgreSQL manual, Numeric Types).
func (d decimal) storable() bool {
	return d.exponent <= 131072 && len(d.digits)-d.exponent <= 16383
}

// json is d as a JSON number, never longer than its digits ask for.
func (d decimal) json() string {
	if d.sign == 0 {
		return "0"
	}
	text := d.digits
	if shift := d.exponent - len(d.digits); shift != 0 {
		text += "e" + strconv.Itoa(shift)
	}
	if d.sign < 0 {
		return "-" + text
	}
	return text
}

// numberOf is got as a number, when it is one. Attributes decoded with
// DecodeAttributes hold json.Number; float64 and int are taken too, so that
// hand-made users cannot silently miss every comparison.
func numberOf(got any) (decimal, bool) {
	switch n := got.(type) {
	case json.Number:
		return parseDecimal(n.String()), true
	case float64:
		return parseDecimal(strconv.FormatFloat(n, 'g', -1, 64)), true
	case int:
		return parseDecimal(strconv.Itoa(n)), true
	}
	return decimal{}, false
}
