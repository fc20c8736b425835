package templating

import "github.com/linecast/linecast/errs"

func (x *constExpr) eval(*state) (value, error) { return x.v, nil }

func (x *nameExpr) eval(st *state) (value, error) {
	if v, ok := st.get(x.slot); ok {
		return v, nil
	}
	return undefined(x.name), nil
}

func (x *rootExpr) eval(st *state) (value, error) {
	if x.root == rootNow {
		return timeOf(st.d.Now.In(st.zone())), nil
	}
	v, err := st.object(x.root)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

func (x *attrExpr) eval(st *state) (value, error) {
	if err := st.step(1); err != nil {
		return value{}, st.fail(x.off, err)
	}
	v, err := st.attribute(x)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

func (x *listExpr) eval(st *state) (value, error) {
	items, err := evalAll(st, x.items)
	return listOf(items), err
}

func (x *tupleExpr) eval(st *state) (value, error) {
	items, err := evalAll(st, x.items)
	return tupleOf(items...), err
}

func evalAll(st *state, xs []expr) ([]value, error) {
	if len(xs) > MaxItems {
		return nil, errs.New("template.list_too_long", "a list", MaxItems)
	}
	items := make([]value, len(xs))
	for i, x := range xs {
		var err error
		if items[i], err = x.eval(st); err != nil {
			return nil, err
		}
	}
	return items, st.step(len(xs))
}

func (x *dictExpr) eval(st *state) (value, error) {
	d := &dict{}
	for i := range x.keys {
		k, err := x.keys[i].eval(st)
		if err != nil {
			return value{}, err
		}
		v, err := x.vals[i].eval(st)
		if err != nil {
			return value{}, err
		}
		if err := d.set(k, v); err != nil {
			return value{}, st.fail(x.off, err)
		}
	}
	return dictOf(d), st.step(len(x.keys))
}

func (x *getExpr) eval(st *state) (value, error) {
	base, err := x.base.eval(st)
	if err != nil {
		return base, err
	}
	key, err := x.key.eval(st)
	if err != nil {
		return key, err
	}
	if err := st.step(1); err != nil {
		return value{}, st.fail(x.off, err)
	}
	v, err := st.member(base, key, x)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

func (x *unaryExpr) eval(st *state) (value, error) {
	v, err := x.x.eval(st)
	if err != nil {
		return v, err
	}
	v, err = st.unary(x.op, v)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

func (x *binaryExpr) eval(st *state) (value, error) {
	l, err := x.l.eval(st)
	if err != nil {
		return l, err
	}
	r, err := x.r.eval(st)
	if err != nil {
		return r, err
	}
	v, err := st.binary(x.op, l, r)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

func (x *logicExpr) eval(st *state) (value, error) {
	l, err := x.l.eval(st)
	if err != nil || l.truth() == x.or {
		return l, err
	}
	if err := st.step(1); err != nil {
		return value{}, err
	}
	return x.r.eval(st)
}

func (x *notExpr) eval(st *state) (value, error) {
	v, err := x.x.eval(st)
	return boolean(!v.truth()), err
}

func (x *concatExpr) eval(st *state) (value, error) {
	vals, err := st.stack(x.parts)
	if err != nil {
		return value{}, err
	}
	w := writer{st: st, max: MaxString}
	for _, v := range vals {
		s, err := st.text(v)
		if err != nil {
			return value{}, st.fail(x.off, err)
		}
		if w.b = append(w.b, s...); w.full() {
			return value{}, st.fail(x.off, w.err)
		}
	}
	st.drop(len(vals))
	return str(string(w.b)), st.charge(len(w.b))
}

func (x *compareExpr) eval(st *state) (value, error) {
	l, err := x.first.eval(st)
	if err != nil {
		return l, err
	}
	for _, c := range x.ops {
		r, err := c.x.eval(st)
		if err != nil {
			return r, err
		}
		ok, err := st.compare(c.op, l, r)
		if err != nil {
			return value{}, st.fail(c.off, err)
		}
		if !ok {
			return boolean(false), nil
		}
		l = r
	}
	return boolean(true), nil
}

func (x *condExpr) eval(st *state) (value, error) {
	v, err := x.test.eval(st)
	if err != nil {
		return v, err
	}
	if err := st.step(1); err != nil {
		return value{}, st.fail(x.off, err)
	}
	switch {
	case v.truth():
		return x.then.eval(st)
	case x.other == nil: // undefined, but printing it is no mistake
		return value{k: kUndefined, j: true}, nil
	}
	return x.other.eval(st)
}

func (x *filterExpr) eval(st *state) (value, error) {
	in, err := x.x.eval(st)
	if err != nil {
		return in, err
	}
	return x.apply(st, in)
}

// apply runs the filter on in.
func (x *filterExpr) apply(st *state, in value) (value, error) {
	a, err := x.args.eval(st)
	if err != nil {
		return value{}, err
	}
	v, err := st.filter(x.f, in, a)
	st.drop(a.stacked)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

func (x *testExpr) eval(st *state) (value, error) {
	in, err := x.x.eval(st)
	if err != nil {
		return in, err
	}
	args, err := st.stack(x.args)
	if err != nil {
		return value{}, err
	}
	err = st.step(1)
	var ok bool
	if err == nil {
		ok, err = x.t.fn(st, in, args)
	}
	st.drop(len(args))
	if err != nil {
		return value{}, st.fail(x.off, err)
	}
	return boolean(ok), nil
}

func (x *methodExpr) eval(st *state) (value, error) {
	base, err := x.base.eval(st)
	if err != nil {
		return base, err
	}
	a, err := st.callArgs(x.args)
	if err != nil {
		return value{}, err
	}
	v, err := st.method(base, x, a)
	st.drop(a.stacked)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}

func (x *callExpr) eval(st *state) (value, error) {
	a, err := st.callArgs(x.args)
	if err != nil {
		return value{}, err
	}
	err = st.step(1)
	var v value
	if err == nil {
		v, err = x.f.fn(st, a)
	}
	st.drop(a.stacked)
	if err != nil {
		return v, st.fail(x.off, err)
	}
	return v, nil
}
