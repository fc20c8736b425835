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
		for _, x := range expressions(s) {
			*x = f.expr(*x)
		}
		for _, filter := range blockFilters(s) {
			f.inside(filter)
		}
		for _, b := range bodies(s) {
			f.body(b)
		}
	}
}

// inside folds what x consists of.
func (f *folder) inside(x expr) {
	for _, y := range children(x) {
		*y = f.expr(*y)
	}
}

// expr folds what is in x and then x itself.
func (f *folder) expr(x expr) expr {
	f.inside(x)
	fresh := false // every rendering needs a value of its own
	switch x.(type) {
	case *constExpr, *nameExpr, *rootExpr, *attrExpr:
		return x
	case *listExpr, *tupleExpr, *dictExpr, *callExpr:
		fresh = true
	}
	if !f.constant(x) || f.st.steps > MaxSteps {
		return x
	}
	if v := f.value(x); !fresh {
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
