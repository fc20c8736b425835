package audience

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPlainNumber(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "-0.00": "0.00", "12": "12", "-7.50": "-7.50",
		"1e3": "1000", "1E+2": "100", "1.5e3": "1500", "1.50e1": "15.0", "100e-2": "1.00",
		"1.5e-3": "0.0015", "-12.25e1": "-122.5", "0e5": "0", "0.000e2": "0.0", "1e-3": "0.001",
		"9007199254740993": "9007199254740993", "0.1": "0.1",
		strings.Repeat("9", 40): strings.Repeat("9", 40), "1e39": "1" + strings.Repeat("0", 39),
		strings.Repeat("9", 41): "", "1e40": "", "1e131071": "", "1e-40": "", "1e400": "", "1e99999999999999999999": "",
	} {
		got, why := plainNumber(in)
		if got != want || (why == "") != (want != "") {
			t.Errorf("%s: got %q (%s), want %q", in, got, why, want)
		}
	}
}

// A number written out has the value it had.
func TestPlainNumberKeepsTheValue(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		raw := fmt.Sprintf("%d.%de%d", random.IntN(2000)-1000, random.IntN(1000), random.IntN(50)-25)
		plain, why := plainNumber(raw)
		if why != "" {
			continue
		}
		a, _ := new(big.Rat).SetString(raw)
		b, ok := new(big.Rat).SetString(plain)
		if !ok || a.Cmp(b) != 0 || !isNumber(plain) {
			t.Fatalf("%s became %s", raw, plain)
		}
	}
}

func TestIsNumber(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"0": true, "-1": true, "10.50": true, "1e5": true, "1E-5": true, "1.2e+3": true,
		"": false, "-": false, "+5": false, "007": false, ".5": false, "5.": false, "1,000": false,
		"0x1F": false, "NaN": false, "1e": false, "1e+-5": false, "1 ": false, "１": false, "--1": false,
	} {
		if isNumber(in) != want {
			t.Errorf("%q: got %v", in, !want)
		}
	}
}
