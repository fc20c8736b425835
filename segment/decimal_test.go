package segment

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDecimalsCompareAsRationals compares with math/big on random numbers in
// every way JSON can write them.
func TestDecimalsCompareAsRationals(t *testing.T) {
	t.Parallel()
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?`)
	rapid.Check(t, func(r *rapid.T) {
		a, b := number.Draw(r, "a"), number.Draw(r, "b")
		if rapid.Bool().Draw(r, "same digits") {
			b = a + strings.Repeat("0", rapid.IntRange(0, 3).Draw(r, "zeros"))
		}
		if !json.Valid([]byte(b)) {
			b = a
		}
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if got := parseDecimal(a).compare(parseDecimal(b)); got != x.Cmp(y) {
			r.Fatalf("%s against %s is %d, want %d", a, b, got, x.Cmp(y))
		}
		back, ok := new(big.Rat).SetString(parseDecimal(a).json())
		if !ok || back.Cmp(x) != 0 {
			r.Fatalf("%s is written as %s", a, parseDecimal(a).json())
		}
	})
}

func TestDecimalLimits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0": true, "0e99999999999999999999": true, "1e131071": true, "9.99e131071": true, "1e131072": false, "-1e131072": false,
		"1e-16383": true, "12e-16384": false, "1e-16384": false, "1e-99999999999999999999": false, "1e99999999999999999999": false,
		"1." + strings.Repeat("0", 20000): true, "1." + strings.Repeat("0", 16382) + "1": true, "1." + strings.Repeat("0", 16383) + "1": false,
	} {
		if got := parseDecimal(text).storable(); got != want {
			t.Errorf("%.30s: storable is %v", text, got)
		}
	}
}

func TestNumberOf(t *testing.T) {
	t.Parallel()
	for _, got := range []any{json.Number("1e2"), 100.0, 100} {
		if n, ok := numberOf(got); !ok || n.compare(parseDecimal("100")) != 0 {
			t.Errorf("%T is %v %v", got, n, ok)
		}
	}
	for _, got := range []any{"100", true, nil, []any{100}} {
		if _, ok := numberOf(got); ok {
			t.Errorf("%T counts as a number", got)
		}
	}
}
