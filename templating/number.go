package templating

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// parseNumber reads a number literal of the language or of JSON. An integer
// may have any size up to MaxDigits; text beyond float64 is infinite, as in
// Python.
func parseNumber(s string) (value, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return integer(n), true
	}
	if strings.ContainsAny(s, ".eE") && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "0X") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil && !math.IsInf(f, 0) {
			return value{}, false
		}
		return number(f), true
	}
	if len(s) > MaxDigits {
		return value{}, false
	}
	base := 10
	if len(s) > 1 && s[0] == '0' {
		base = 0
	}
	b, ok := new(big.Int).SetString(s, base)
	if !ok {
		return value{}, false
	}
	return bigOf(b), true
}

// boundedBig is b as a value unless it has too many digits.
func boundedBig(b *big.Int) (value, error) {
	if b.BitLen() > maxBits {
		return value{}, errs.New("template.number_too_large", MaxDigits)
	}
	return bigOf(b), nil
}

// maxBits is MaxDigits in bits, a little below: log2(10) is 3.3219.
const maxBits = MaxDigits * 33219 / 10000

// appendFloat writes f as Python's repr does: the shortest text that reads
// back, with a point or an exponent.
func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "nan"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if slices.Contains(dst[start:], '.') {
		return dst
	}
	return append(dst, '.', '0')
}

// asFloat is a number as float64; ok is false when an integer is too large.
func asFloat(v value) (f float64, ok bool) {
	switch v.k {
	case kFloat:
		return v.float(), true
	case kBig:
		f, _ = new(big.Float).SetInt(v.big()).Float64()
		return f, !math.IsInf(f, 0)
	}
	return float64(v.int()), true
}

// asInt is an integer value that fits an int, for counts and indexes.
func asInt(v value) (int, bool) {
	if v.k != kInt && v.k != kBool {
		return 0, false
	}
	return int(v.int()), true
}
