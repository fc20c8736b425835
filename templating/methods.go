package templating

import (
	"maps"
	"slices"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// method is a row of the table of methods of a type.
type method struct {
	least, most int // positional arguments; most < 0: any number, and named ones
	fn          func(st *state, self value, a args) (value, error)
}

// methodTables are the methods of each type, after Python's.
func methodTables() map[kind]map[string]method {
	return map[kind]map[string]method{kString: stringMethods, kList: listMethods, kTuple: tupleMethods, kDict: dictMethods,
		kInt: intMethods, kBig: intMethods, kBool: intMethods, kFloat: floatMethods, kTime: timeMethods}
}

// loopMethods are those of the variable loop.
var loopMethods = []string{"changed", "cycle"}

// methodNames are the names of the methods of all types.
func methodNames() []string {
	names := slices.Clone(loopMethods)
	for _, table := range lib.methods {
		names = slices.AppendSeq(names, maps.Keys(table))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// method calls base.name(…).
func (st *state) method(base value, x *methodExpr, a args) (value, error) {
	if err := st.step(1); err != nil {
		return value{}, err
	}
	if base.k == kUndefined || base.k == kNone && base.s != "" {
		return st.operandMissing(base)
	}
	if base.k == kLoop {
		return st.loopMethod(base, x.name, a)
	}
	m, ok := st.lib.methods[base.k][x.name]
	if !ok {
		return value{}, st.noMethod(base, x.name)
	}
	if m.most >= 0 {
		if err := a.fit(x.name, m.least, m.most); err != nil {
			return value{}, err
		}
	}
	return m.fn(st, base, a)
}

func (st *state) noMethod(base value, name string) error {
	names := slices.Sorted(maps.Keys(st.lib.methods[base.k]))
	return errs.New("template.type", "'"+base.typeName()+"' has no method '"+shorten(name, 40)+"'"+didYouMean(nearest.Name(name, names)))
}
