package templating

// folder computes what is constant when a template is compiled. Values that
// can be changed in place (lists, objects) stay expressions, since every
// rendering needs its own.
type folder struct {
	st     *state
	broken map[expr]error // constant expressions that cannot be computed
}

func newFolder(t *Template) *folder {
	return &folder{st: &state{t: t, lib: t.lib, d: &Data{}}, broken: map[expr]error{}}
}

// body folds the expressions of statements.
func (f *folder) body(body []stmt) {
	for _, s := range body {
		f.stmt(s)
		_, bodies := inner(s)
		for _, b := range bodies {
			f.body(b)
		}
	}
}

func (f *folder) stmt(s stmt) {
	switch s := s.(type) {
	case *printStmt:
		s.x = f.expr(s.x)
	case *ifStmt:
		for i := range s.arms {
			s.arms[i].test = f.expr(s.arms[i].test)
		}
	case *forStmt:
		s.iter, s.cond = f.expr(s.iter), f.expr(s.cond)
	case *setStmt:
		s.x = f.expr(s.x)
	case *withStmt:
		f.all(s.vals)
	case *doStmt:
		s.x = f.expr(s.x)
	case *notSendStmt:
		s.reason = f.expr(s.reason)
	case *captureStmt:
		f.chain(s.filters)
	case *filterStmt:
		f.chain(s.filters)
	}
}

func (f *folder) chain(filters []*filterExpr) {
	for _, x := range filters {
		f.bound(&x.args)
	}
}

func (f *folder) all(xs []expr) {
	for i := range xs {
		xs[i] = f.expr(xs[i])
	}
}

func (f *folder) bound(b *boundArgs) {
	f.all(b.fixed)
	f.all(b.rest)
	f.all(b.kw)
}

func (f *folder) call(c *callArgs) {
	f.all(c.pos)
	f.all(c.kw)
}

// expr folds what is in x and then x itself.
func (f *folder) expr(x expr) expr {
	pure := true // x is computed from constants alone, and always the same
	switch x := x.(type) {
	case nil:
		return nil
	case *listExpr:
		f.all(x.items)
		pure = false
	case *tupleExpr:
		f.all(x.items)
		pure = false
	case *dictExpr:
		f.all(x.keys)
		f.all(x.vals)
		pure = false
	case *getExpr:
		x.base, x.key = f.expr(x.base), f.expr(x.key)
	case *sliceExpr:
		x.base, x.start, x.stop, x.step = f.expr(x.base), f.expr(x.start), f.expr(x.stop), f.expr(x.step)
	case *unaryExpr:
		x.x = f.expr(x.x)
	case *binaryExpr:
		x.l, x.r = f.expr(x.l), f.expr(x.r)
	case *logicExpr:
		x.l, x.r = f.expr(x.l), f.expr(x.r)
	case *notExpr:
		x.x = f.expr(x.x)
	case *concatExpr:
		f.all(x.parts)
	case *compareExpr:
		x.first = f.expr(x.first)
		for i := range x.ops {
			x.ops[i].x = f.expr(x.ops[i].x)
		}
	case *condExpr:
		x.test, x.then, x.other = f.expr(x.test), f.expr(x.then), f.expr(x.other)
	case *filterExpr:
		x.x = f.expr(x.x)
		f.bound(&x.args)
	case *testExpr:
		x.x = f.expr(x.x)
		f.all(x.args)
	case *methodExpr:
		x.base = f.expr(x.base)
		f.call(&x.args)
	case *callExpr:
		f.call(&x.args)
		pure = false
	default:
		return x
	}
	if !f.constant(x) || f.st.steps > MaxSteps {
		return x
	}
	if v := f.value(x); pure {
		return v
	}
	return x
}

// constant says whether x is made of constants alone; literal lists and
// objects of them count.
func (f *folder) constant(x expr) bool {
	for _, y := range operands(x) {
		switch y := y.(type) {
		case *constExpr:
		case *listExpr, *tupleExpr, *dictExpr:
			if !f.constant(y) {
				return false
			}
		default:
			return false
		}
	}
	switch x := x.(type) {
	case *callExpr:
		return !x.f.clock
	case *filterExpr:
		return !x.f.clock
	}
	return true
}

// value is the constant that x comes to, or x when that is no simple value.
func (f *folder) value(x expr) expr {
	f.st.args = f.st.args[:0]
	v, err := x.eval(f.st)
	switch {
	case f.st.steps > MaxSteps: // of all constants together: enough was folded
		return x
	case err != nil:
		f.broken[x] = err
		return x
	}
	switch v.k {
	case kNone, kBool, kInt, kBig, kFloat, kString:
		return &constExpr{v}
	}
	return x
}
