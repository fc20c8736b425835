package templating

// method calls base.name(…).
func (st *state) method(base value, x *methodExpr, a args) (value, error) {
	if err := st.step(1); err != nil {
		return value{}, err
	}
	switch base.k {
	case kUndefined:
		return st.operandMissing(base)
	case kLoop:
		return st.loopMethod(base, x.name, a)
	}
	return value{}, typeError("'%s' has no method '%s'", base.typeName(), x.name)
}

func isMethod(k kind, name string) bool { return false }
