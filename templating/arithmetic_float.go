package templating

import (
	"math"
	"math/big"

	"github.com/linecast/linecast/errs"
)

// floats is l op r in float64.
func (st *state) floats(op string, l, r value) (value, error) {
	a, ok := asFloat(l)
	b, ok2 := asFloat(r)
	if !ok || !ok2 {
		return value{}, valueError("int too large to convert to float")
	}
	switch op {
	case "+":
		return number(a + b), nil
	case "-":
		return number(a - b), nil
	case "*":
		return number(a * b), nil
	case "**":
		return floatPower(a, b)
	}
	if b == 0 {
		return value{}, errs.New("template.zero_division", zeroDivision(op, l, r))
	}
	switch op {
	case "/":
		return quotient(l, r, a, b)
	case "//":
		return number(floorDivide(a, b)), nil
	}
	return number(floatModulo(a, b)), nil
}

// quotient of two integers is rounded once, as Python's is.
func quotient(l, r value, a, b float64) (value, error) {
	const exact = 1 << 53 // float64 holds integers up to here
	if a != 0 && l.k != kFloat && r.k != kFloat && (math.Abs(a) >= exact || math.Abs(b) >= exact) {
		q, _ := new(big.Rat).SetFrac(l.big(), r.big()).Float64()
		return number(q), nil
	}
	return number(a / b), nil
}

func zeroDivision(op string, l, r value) string {
	switch {
	case op == "/" && l.k != kFloat && r.k != kFloat:
		return "division by zero"
	case op == "%":
		return "float modulo"
	case op == "//":
		return "float floor division by zero"
	}
	return "float division by zero"
}

func floatModulo(a, b float64) float64 {
	m := math.Mod(a, b)
	if m != 0 && (b < 0) != (m < 0) {
		m += b
	}
	if m == 0 {
		m = math.Copysign(0, b)
	}
	return m
}

// floorDivide follows CPython's float_floor_div, whose result agrees with its
// modulo.
func floorDivide(a, b float64) float64 {
	m := math.Mod(a, b)
	div := (a - m) / b
	if m != 0 && (b < 0) != (m < 0) {
		div--
	}
	if div == 0 {
		return math.Copysign(0, a/b)
	}
	floor := math.Floor(div)
	if div-floor > 0.5 {
		floor++
	}
	return floor
}

// pow is C's pow for the exponents people write: Go's math.Pow may be off by
// one in the last digit, which printing would show.
func pow(a, b float64) float64 {
	const most = 256
	switch {
	case b == 0.5 && a > 0:
		return math.Sqrt(a)
	case b != math.Trunc(b) || b > most || b < -most || a == 0 || math.IsInf(a, 0) || math.IsNaN(a):
		return math.Pow(a, b)
	}
	x, z := new(big.Float).SetPrec(200).SetFloat64(a), new(big.Float).SetPrec(200).SetInt64(1)
	for range int(math.Abs(b)) {
		z.Mul(z, x)
	}
	if b < 0 {
		z.Quo(new(big.Float).SetPrec(200).SetInt64(1), z)
	}
	f, _ := z.Float64()
	return f
}

func floatPower(a, b float64) (value, error) {
	switch {
	case a == 0 && b < 0:
		return value{}, errs.New("template.zero_division", "0.0 cannot be raised to a negative power")
	case a < 0 && b != math.Trunc(b) && !math.IsInf(b, 0):
		return value{}, valueError("a negative number cannot be raised to the power %v", b)
	}
	f := pow(a, b)
	if math.IsInf(f, 0) && !math.IsInf(a, 0) && !math.IsInf(b, 0) {
		return value{}, valueError("the power is too large for a float")
	}
	return number(f), nil
}
