package templating

import (
	"math"
	"math/big"
	"strconv"
)

// numberFilters work on numbers.
var numberFilters = []filter{
	{name: "int", doc: "as a whole number; what is none becomes the default", example: [2]string{`{{ '42.9'|int }}`, "42"},
		params: []param{opt("default", integer(0)), opt("base", integer(10))}, fn: intFilter},
	{name: "float", doc: "as a number with a fraction; what is none becomes the default", example: [2]string{`{{ '3.7'|float }}`, "3.7"},
		params: []param{opt("default", number(0))}, fn: floatFilter},
	{name: "round", doc: "rounded to so many decimals: common (half to even), ceil or floor", example: [2]string{`{{ 42.55|round(1, 'floor') }}`, "42.5"},
		params: []param{opt("precision", integer(0)), opt("method", str("common"))}, fn: roundFilter},
	{name: "abs", doc: "without its sign", example: [2]string{`{{ -3|abs }}`, "3"}, fn: absFilter},
	{name: "number", doc: "with thousands separators of a language, and so many decimals", example: [2]string{`{{ 1234567.5|number(2) }}`, "1,234,567.50"},
		params: []param{opt("decimals", none), opt("language", none)}, fn: numberFilter},
	{name: "filesizeformat", doc: "as a size of a file", example: [2]string{`{{ 13000|filesizeformat }}`, "13.0 kB"},
		params: []param{opt("binary", boolean(false))}, fn: filesizeFilter},
}

// required ends the rendering when in is missing.
func (st *state) required(in value) error {
	if in.k == kUndefined || in.k == kNone && in.s != "" {
		return st.missingValue(in)
	}
	return nil
}

func intFilter(st *state, in value, a args) (value, error) {
	if err := st.required(in); err != nil {
		return value{}, err
	}
	switch in.k {
	case kInt, kBig, kBool:
		return bigOf(in.big()), nil
	case kFloat:
		return truncated(in.float(), a.fixed[0])
	case kString:
		base, err := st.wholeNumber(a.fixed[1])
		if err != nil {
			return value{}, err
		}
		if err := st.charge(16 * len(in.s)); err != nil { // long integers take their time
			return value{}, err
		}
		if v, ok := parsePythonInt(in.s, base); ok {
			return v, st.charge(len(in.s))
		}
		if f, ok := parsePythonFloat(in.s); ok && !math.IsInf(f, 0) {
			return truncated(f, a.fixed[0])
		}
	}
	return a.fixed[0], nil
}

// truncated is f without its fraction; infinity has no whole number.
func truncated(f float64, other value) (value, error) {
	switch {
	case math.IsNaN(f):
		return other, nil
	case math.IsInf(f, 0):
		return value{}, valueError("cannot convert float infinity to integer")
	}
	b, _ := big.NewFloat(f).Int(nil)
	return bigOf(b), nil
}

func floatFilter(st *state, in value, a args) (value, error) {
	if err := st.required(in); err != nil {
		return value{}, err
	}
	switch {
	case in.isNumber():
		f, ok := asFloat(in)
		if !ok {
			return value{}, valueError("int too large to convert to float")
		}
		return number(f), nil
	case in.k == kString:
		if f, ok := parsePythonFloat(in.s); ok {
			return number(f), st.charge(len(in.s))
		}
	}
	return a.fixed[0], nil
}

func absFilter(st *state, in value, _ args) (value, error) {
	if err := st.required(in); err != nil {
		return value{}, err
	}
	switch {
	case in.k == kFloat:
		return number(math.Abs(in.float())), nil
	case in.isInteger():
		return bigOf(new(big.Int).Abs(in.big())), nil
	}
	return value{}, typeError("bad operand type for abs(): '%s'", in.typeName())
}

func roundFilter(st *state, in value, a args) (value, error) {
	if err := st.required(in); err != nil {
		return value{}, err
	}
	if !in.isNumber() {
		return value{}, typeError("type %s doesn't define __round__ method", in.typeName())
	}
	digits, err := st.wholeNumber(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	digits = min(max(digits, -400), 400) // beyond that nothing changes
	switch method := a.fixed[1]; {
	case method.k == kString && method.s == "common":
		return roundHalfEven(in, digits)
	case method.k == kString && (method.s == "ceil" || method.s == "floor"):
		return st.roundTowards(in, digits, method.s)
	}
	return value{}, valueError("the method of round must be common, ceil or floor")
}

// roundHalfEven is Python's round(v, digits).
func roundHalfEven(v value, digits int) (value, error) {
	if v.k == kFloat {
		return roundFloat(v.float(), digits), nil
	}
	if digits >= 0 {
		return bigOf(v.big()), nil
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil)
	q, m := new(big.Int).DivMod(v.big(), unit, new(big.Int))
	if c := new(big.Int).Lsh(m, 1).Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return boundedBigValue(q.Mul(q, unit))
}

func boundedBigValue(b *big.Int) (value, error) { return boundedBig(b) }

func roundFloat(f float64, digits int) value {
	if math.IsInf(f, 0) || math.IsNaN(f) || digits > 323 {
		return number(f)
	}
	if digits >= 0 {
		r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', digits, 64), 64)
		return number(r)
	}
	unit := math.Pow(10, float64(-digits))
	if math.IsInf(unit, 0) {
		return number(math.Copysign(0, f))
	}
	return number(math.RoundToEven(f/unit) * unit)
}

// roundTowards follows Jinja: func(v * 10**digits) / 10**digits.
func (st *state) roundTowards(v value, digits int, method string) (value, error) {
	unit, err := st.power(integer(10), integer(int64(digits)))
	if err != nil {
		return value{}, err
	}
	scaled, err := st.arithmetic("*", v, unit)
	if err != nil {
		return value{}, err
	}
	if scaled.k == kFloat {
		f := math.Floor(scaled.float())
		if method == "ceil" {
			f = math.Ceil(scaled.float())
		}
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return value{}, valueError("cannot convert float infinity to integer")
		}
		b, _ := big.NewFloat(f).Int(nil)
		scaled = bigOf(b)
	}
	return st.arithmetic("/", scaled, unit)
}

func filesizeFilter(st *state, in value, a args) (value, error) {
	v, err := floatFilter(st, in, args{fixed: []value{none}})
	if err != nil {
		return value{}, err
	}
	if v.k != kFloat {
		return value{}, typeError("float() argument must be a string or a real number, not '%s'", in.typeName())
	}
	size, base, units := v.float(), 1000.0, []string{"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	if a.fixed[0].truth() {
		base, units = 1024, []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
	}
	switch {
	case size == 1:
		return str("1 Byte"), nil
	case size < base:
		whole, err := truncated(size, none)
		if err != nil || whole.k == kNone {
			return value{}, valueError("cannot convert %s to a size", appendFloat(nil, size))
		}
		return str(whole.big().String() + " Bytes"), nil
	}
	unit, name := base, ""
	for _, name = range units {
		if unit *= base; size < unit {
			break
		}
	}
	spec := formatSpec{kind: 'f', precision: 1}
	text, err := spec.float(number(base * size / unit))
	return str(text + " " + name), err
}
