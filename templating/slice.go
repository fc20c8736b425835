package templating

func (x *sliceExpr) eval(st *state) (value, error) {
	base, err := x.base.eval(st)
	if err != nil {
		return base, err
	}
	var bounds [3]value
	for i, part := range [3]expr{x.start, x.stop, x.step} {
		bounds[i] = none
		if part != nil {
			if bounds[i], err = part.eval(st); err != nil {
				return value{}, err
			}
		}
	}
	v, err := st.slice(base, bounds)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

// slice is base[start:stop:step] as in Python.
func (st *state) slice(base value, bounds [3]value) (value, error) {
	switch base.k {
	case kUndefined:
		return st.memberOfMissing(base.s)
	case kString, kList, kTuple:
	default:
		if base.k == kNone && base.s != "" {
			return st.memberOfMissing(base.s)
		}
		return value{}, typeError("'%s' object is not subscriptable", base.typeName())
	}
	if base.k == kString {
		return st.sliceText(base.s, bounds)
	}
	items := base.list().items
	start, stop, step, err := sliceBounds(bounds, len(items))
	if err != nil {
		return value{}, err
	}
	var out []value
	for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
		out = append(out, items[i])
	}
	return value{k: base.k, p: &list{out}}, st.step(len(out))
}

// sliceText cuts s, counting characters.
func (st *state) sliceText(s string, bounds [3]value) (value, error) {
	if err := st.charge(len(s)); err != nil {
		return value{}, err
	}
	if isASCII(s) {
		start, stop, step, err := sliceBounds(bounds, len(s))
		if err != nil {
			return value{}, err
		}
		if step == 1 {
			return str(s[start:max(start, stop)]), nil
		}
		var out []byte
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			out = append(out, s[i])
		}
		return st.made(string(out))
	}
	runes := []rune(s)
	start, stop, step, err := sliceBounds(bounds, len(runes))
	if err != nil {
		return value{}, err
	}
	var out []rune
	for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
		out = append(out, runes[i])
	}
	return st.made(string(out))
}

// sliceBounds are Python's slice.indices(n).
func sliceBounds(bounds [3]value, n int) (start, stop, step int, err error) {
	step = 1
	if bounds[2].k != kNone {
		if step, err = sliceIndex(bounds[2]); err != nil {
			return
		}
		if step == 0 {
			return 0, 0, 0, valueError("slice step cannot be zero")
		}
	}
	low, high := 0, n
	start, stop = 0, n
	if step < 0 {
		low, high = -1, n-1
		start, stop = n-1, -1
	}
	if bounds[0].k != kNone {
		if start, err = clamped(bounds[0], n, low, high); err != nil {
			return
		}
	}
	if bounds[1].k != kNone {
		stop, err = clamped(bounds[1], n, low, high)
	}
	return
}

func clamped(v value, n, low, high int) (int, error) {
	i, err := sliceIndex(v)
	if i < 0 {
		i += n
	}
	return min(max(i, low), high), err
}

// sliceIndex reads an index; one beyond any text is cut to a safe size.
func sliceIndex(v value) (int, error) {
	const beyond = 1 << 40
	switch v.k {
	case kInt, kBool:
		return int(min(max(v.int(), -beyond), beyond)), nil
	case kBig:
		return v.big().Sign() * beyond, nil
	}
	return 0, typeError("slice indices must be integers or None or have an __index__ method")
}
