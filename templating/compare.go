package templating

import (
	"math"
	"math/big"
	"strings"

	"github.com/linecast/linecast/errs"
)

// compare is l op r for the comparison operators and in.
func (st *state) compare(op string, l, r value) (bool, error) {
	if err := st.step(1); err != nil {
		return false, err
	}
	switch op {
	case "==":
		return st.equal(l, r, 0)
	case "!=":
		eq, err := st.equal(l, r, 0)
		return !eq, err
	case "in":
		return st.contains(r, l)
	case "not in":
		in, err := st.contains(r, l)
		return !in, err
	}
	for _, v := range [2]value{l, r} {
		if v.k == kUndefined {
			return false, st.missingValue(v)
		}
	}
	c, ordered, err := st.order(op, l, r, 0)
	if err != nil || !ordered {
		return false, err
	}
	switch op {
	case "<":
		return c < 0, nil
	case "<=":
		return c <= 0, nil
	case ">":
		return c > 0, nil
	}
	return c >= 0, nil
}

// equal is Python's ==.
func (st *state) equal(l, r value, depth int) (bool, error) {
	if err := st.step(1); err != nil || depth > MaxDepth {
		if err == nil {
			err = errs.New("template.too_deep", MaxDepth)
		}
		return false, err
	}
	switch {
	case l.isNumber() && r.isNumber():
		c, ordered := compareNumbers(l, r)
		return ordered && c == 0, nil
	case l.k != r.k:
		return false, nil
	}
	switch l.k {
	case kString:
		return l.s == r.s, st.charge(min(len(l.s), len(r.s)))
	case kUndefined, kNone:
		return true, nil
	case kTime:
		return l.time().Equal(r.time()), nil
	case kDict:
		return st.equalDicts(l.dict(), r.dict(), depth)
	case kList, kTuple:
		return st.equalItems(l.list().items, r.list().items, depth)
	}
	return l.p == r.p, nil
}

func (st *state) equalItems(a, b []value, depth int) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if eq, err := st.equal(a[i], b[i], depth+1); err != nil || !eq {
			return false, err
		}
	}
	return true, nil
}

func (st *state) equalDicts(a, b *dict, depth int) (bool, error) {
	if a.len() != b.len() {
		return false, nil
	}
	for _, e := range a.entries {
		v, ok := b.get(e.key)
		if !ok {
			return false, nil
		}
		if eq, err := st.equal(e.val, v, depth+1); err != nil || !eq {
			return false, err
		}
	}
	return true, nil
}

// order compares l and r for op; not a number is not ordered.
func (st *state) order(op string, l, r value, depth int) (c int, ordered bool, err error) {
	if err := st.step(1); err != nil {
		return 0, false, err
	}
	switch {
	case l.isNumber() && r.isNumber():
		c, ordered = compareNumbers(l, r)
		return c, ordered, nil
	case l.k == kString && r.k == kString:
		return strings.Compare(l.s, r.s), true, st.charge(min(len(l.s), len(r.s)))
	case l.k == kTime && r.k == kTime:
		return l.time().Compare(r.time()), true, nil
	case l.isSequence() && l.k == r.k:
		return st.orderItems(op, l.list().items, r.list().items, depth)
	}
	return 0, false, typeError("'%s' not supported between instances of '%s' and '%s'", op, l.typeName(), r.typeName())
}

func (st *state) orderItems(op string, a, b []value, depth int) (int, bool, error) {
	if depth > MaxDepth {
		return 0, false, errs.New("template.too_deep", MaxDepth)
	}
	for i := range min(len(a), len(b)) {
		eq, err := st.equal(a[i], b[i], depth+1)
		if err != nil {
			return 0, false, err
		}
		if !eq {
			return st.order(op, a[i], b[i], depth+1)
		}
	}
	return len(a) - len(b), true, nil
}

// compareNumbers is exact, also between large integers and floats.
func compareNumbers(l, r value) (c int, ordered bool) {
	if l.k != kFloat && r.k != kFloat {
		if l.k != kBig && r.k != kBig {
			return compareInts(l.int(), r.int()), true
		}
		return l.big().Cmp(r.big()), true
	}
	if l.k == kFloat && r.k == kFloat {
		return compareFloats(l.float(), r.float())
	}
	if l.k == kFloat {
		c, ordered = compareNumbers(r, l)
		return -c, ordered
	}
	f := r.float()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return compareFloats(0, f)
	}
	return new(big.Float).SetInt(l.big()).Cmp(big.NewFloat(f)), true
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func compareFloats(a, b float64) (int, bool) {
	switch {
	case a < b:
		return -1, true
	case a > b:
		return 1, true
	}
	return 0, a == b
}

// contains is Python's x in box.
func (st *state) contains(box, x value) (bool, error) {
	switch box.k {
	case kUndefined:
		return false, nil
	case kString:
		if x.k == kUndefined {
			return false, st.missingValue(x)
		}
		if x.k != kString {
			return false, typeError("'in <string>' requires string as left operand, not %s", x.typeName())
		}
		return strings.Contains(box.s, x.s), st.charge(len(box.s))
	case kDict:
		if _, err := keyOf(x); err != nil {
			return false, err
		}
		_, ok := box.dict().get(x)
		return ok, nil
	case kList, kTuple:
		for _, item := range box.list().items {
			if eq, err := st.equal(item, x, 0); err != nil || eq {
				return eq, err
			}
		}
		return false, nil
	}
	if box.k == kNone && box.s != "" { // an attribute that is null holds nothing
		return false, nil
	}
	return false, typeError("argument of type '%s' is not iterable", box.typeName())
}
