package templating

import (
	"math/big"

	"github.com/linecast/linecast/errs"
)

func (st *state) unary(op string, v value) (value, error) {
	if v.k == kUndefined {
		return st.operandMissing(v)
	}
	switch {
	case v.k == kFloat && op == "-":
		return number(-v.float()), nil
	case v.k == kFloat:
		return v, nil
	case v.isInteger() && op == "-":
		return bigOf(new(big.Int).Neg(v.big())), nil
	case v.isInteger():
		return bigOf(v.big()), nil
	}
	return v, typeError("bad operand type for unary %s: '%s'", op, v.typeName())
}

// operandMissing is the result of an operation on a missing value: the
// recipient is skipped, or, when missing values print as nothing, it stays
// missing.
func (st *state) operandMissing(v value) (value, error) {
	return v, st.missingValue(v)
}

// binary is l op r with Python's meaning.
func (st *state) binary(op string, l, r value) (value, error) {
	if err := st.step(1); err != nil {
		return value{}, err
	}
	if op == "%" && l.k == kString {
		return st.percent(l.s, r)
	}
	for _, v := range [2]value{l, r} {
		if v.k == kUndefined || v.k == kNone && v.s != "" {
			return st.operandMissing(v)
		}
	}
	if l.isNumber() && r.isNumber() {
		return st.arithmetic(op, l, r)
	}
	switch op {
	case "+":
		return st.plus(l, r)
	case "*":
		if l.isInteger() {
			l, r = r, l
		}
		if r.isInteger() && (l.k == kString || l.isSequence()) {
			return st.repeat(l, r)
		}
	}
	return value{}, typeError("unsupported operand type(s) for %s: '%s' and '%s'", op, l.typeName(), r.typeName())
}

// plus joins two texts or two lists.
func (st *state) plus(l, r value) (value, error) {
	switch {
	case l.k == kString && r.k == kString:
		return st.joined(l.s, r.s)
	case l.k == kString:
		return value{}, typeError("can only concatenate str (not \"%s\") to str", r.typeName())
	case l.isSequence() && l.k == r.k:
		a, b := l.list().items, r.list().items
		if len(a)+len(b) > MaxItems {
			return value{}, errs.New("template.list_too_long", "a list", MaxItems)
		}
		items := append(append(make([]value, 0, len(a)+len(b)), a...), b...)
		return value{k: l.k, p: &list{items}}, st.step(len(items))
	}
	return value{}, typeError("unsupported operand type(s) for +: '%s' and '%s'", l.typeName(), r.typeName())
}

func (st *state) joined(a, b string) (value, error) {
	if len(a)+len(b) > MaxString {
		return value{}, errs.New("template.string_too_long", MaxString)
	}
	return str(a + b), st.charge(len(a) + len(b))
}

// repeat is text or list times a number.
func (st *state) repeat(l, times value) (value, error) {
	n, ok := asInt(times)
	if !ok {
		return value{}, valueError("cannot fit 'int' into an index-sized integer")
	}
	n = min(max(n, 0), MaxString+1)
	if l.k == kString {
		if len(l.s)*n > MaxString {
			return value{}, errs.New("template.string_too_long", MaxString)
		}
		return str(repeatText(l.s, n)), st.charge(len(l.s) * n)
	}
	items := l.list().items
	if len(items)*n > MaxItems {
		return value{}, errs.New("template.list_too_long", "a list", MaxItems)
	}
	out := make([]value, 0, len(items)*n)
	for range n {
		out = append(out, items...)
	}
	return value{k: l.k, p: &list{out}}, st.step(len(out))
}

// arithmetic is l op r of two numbers.
func (st *state) arithmetic(op string, l, r value) (value, error) {
	if l.k == kFloat || r.k == kFloat || op == "/" {
		return st.floats(op, l, r)
	}
	if l.k != kBig && r.k != kBig {
		if v, ok := smallIntegers(op, l.int(), r.int()); ok {
			return v, nil
		}
	}
	return st.integers(op, l, r)
}

// smallIntegers does what cannot overflow 64 bits.
func smallIntegers(op string, a, b int64) (value, bool) {
	const safe = 1 << 31
	if a <= -safe || a >= safe || b <= -safe || b >= safe {
		return value{}, false
	}
	switch op {
	case "+":
		return integer(a + b), true
	case "-":
		return integer(a - b), true
	case "*":
		return integer(a * b), true
	}
	return value{}, false
}

// integers is exact; // and % round towards minus infinity, as in Python.
func (st *state) integers(op string, l, r value) (value, error) {
	a, b, z := l.big(), r.big(), new(big.Int)
	if err := st.charge(a.BitLen() + b.BitLen()); err != nil {
		return value{}, err
	}
	switch op {
	case "+":
		return boundedBig(z.Add(a, b))
	case "-":
		return boundedBig(z.Sub(a, b))
	case "*":
		return boundedBig(z.Mul(a, b))
	case "**":
		return st.power(l, r)
	}
	if b.Sign() == 0 {
		if op == "//" {
			return value{}, errs.New("template.zero_division", "integer division or modulo by zero")
		}
		return value{}, errs.New("template.zero_division", "integer modulo by zero")
	}
	m := new(big.Int)
	z.DivMod(a, b, m) // Euclid's: the remainder is never negative
	if m.Sign() != 0 && b.Sign() < 0 {
		z.Sub(z, big.NewInt(1))
		m.Add(m, b)
	}
	if op == "//" {
		return bigOf(z), nil
	}
	return bigOf(m), nil
}

func (st *state) power(l, r value) (value, error) {
	a, b := l.big(), r.big()
	if b.Sign() < 0 {
		return st.floats("**", l, r)
	}
	if a.BitLen() > 1 && (!b.IsInt64() || b.Int64()*int64(a.BitLen()-1) > maxBits) {
		return value{}, errs.New("template.number_too_large", MaxDigits)
	}
	if a.BitLen() <= 1 { // 0, 1 and -1 stay small whatever the exponent
		return bigOf(smallPower(a, b)), nil
	}
	return boundedBig(new(big.Int).Exp(a, b, nil))
}

func smallPower(a, b *big.Int) *big.Int {
	switch {
	case b.Sign() == 0:
		return big.NewInt(1)
	case a.Sign() < 0 && b.Bit(0) == 0:
		return big.NewInt(1)
	}
	return a
}
