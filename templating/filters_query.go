package templating

// queryFilters choose among items, order them and add them up.
var queryFilters = []filter{
	{name: "map", doc: "one member of each item, or each item through a filter", example: [2]string{`{{ [{'t': 'Tea'}, {'t': 'Cake'}]|map(attribute='t')|join(', ') }}`, "Tea, Cake"}, variadic: true, lenient: true, fn: mapFilter},
	{name: "select", doc: "the items that pass a test", example: [2]string{`{{ [1, 2, 3]|select('odd')|join }}`, "13"}, variadic: true, lenient: true, fn: choose(true, false)},
	{name: "reject", doc: "the items that do not pass a test", example: [2]string{`{{ [1, 2, 3]|reject('odd')|join }}`, "2"}, variadic: true, lenient: true, fn: choose(false, false)},
	{name: "selectattr", doc: "the items of which a member passes a test", example: [2]string{`{{ [{'p': 1}, {'p': 9}]|selectattr('p', 'gt', 5)|length }}`, "1"}, variadic: true, lenient: true, fn: choose(true, true)},
	{name: "rejectattr", doc: "the items of which a member does not pass a test", example: [2]string{`{{ [{'p': 1}, {'p': 9}]|rejectattr('p', 'gt', 5)|length }}`, "1"}, variadic: true, lenient: true, fn: choose(false, true)},
	{name: "sort", doc: "in order, of a member or several when named; case does not count unless case_sensitive", example: [2]string{`{{ [3, 1, 2]|sort(reverse=true) }}`, "[3, 2, 1]"},
		params: []param{opt("reverse", boolean(false)), opt("case_sensitive", boolean(false)), opt("attribute", none)}, lenient: true, fn: sortFilter},
	{name: "unique", doc: "each item once", example: [2]string{`{{ [1, 1, 2]|unique }}`, "[1, 2]"},
		params: []param{opt("case_sensitive", boolean(false)), opt("attribute", none)}, lenient: true, fn: uniqueFilter},
	{name: "groupby", doc: "in groups of an equal member, each with grouper and list", example: [2]string{`{% for g in [{'c': 'a'}, {'c': 'b'}, {'c': 'a'}]|groupby('c') %}{{ g.grouper }}{{ g.list|length }}{% endfor %}`, "a2b1"},
		params: []param{need("attribute"), opt("default", none), opt("case_sensitive", boolean(false))}, lenient: true, fn: groupbyFilter},
	{name: "sum", doc: "the sum of the items, or of a member of each", example: [2]string{`{{ [{'p': 300}, {'p': 450}]|sum(attribute='p') }}`, "750"},
		params: []param{opt("attribute", none), opt("start", integer(0))}, lenient: true, fn: sumFilter},
	{name: "min", doc: "the smallest item", example: [2]string{`{{ [3, 1, 2]|min }}`, "1"},
		params: []param{opt("case_sensitive", boolean(false)), opt("attribute", none)}, lenient: true, fn: extreme("min", -1)},
	{name: "max", doc: "the largest item", example: [2]string{`{{ [3, 1, 2]|max }}`, "3"},
		params: []param{opt("case_sensitive", boolean(false)), opt("attribute", none)}, lenient: true, fn: extreme("max", 1)},
}

// keyFunc is what an item is judged by.
type keyFunc func(item value) (value, error)

// key judges by the member attribute, by default the item itself.
func (st *state) key(attribute, other value) keyFunc {
	return func(item value) (value, error) {
		if attribute.k == kNone {
			return item, nil
		}
		v, err := st.pick(item, attribute)
		if err == nil && v.k == kUndefined && other.k != kNone {
			v = other
		}
		return v, err
	}
}

// folded ignores the case of texts, as Jinja's filters do.
func (st *state) folded(key keyFunc, caseSensitive bool) keyFunc {
	if caseSensitive {
		return key
	}
	return func(item value) (value, error) {
		v, err := key(item)
		if err == nil && v.k == kString {
			v, err = st.made(lower(v.s))
		}
		return v, err
	}
}

func mapFilter(st *state, in value, a args) (value, error) {
	if !in.truth() { // Jinja asks this first, so that map of 0 is empty
		return listOf(nil), nil
	}
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	each, err := st.mapping(a)
	if err != nil {
		return value{}, err
	}
	out := make([]value, len(items))
	for i, item := range items {
		if out[i], err = each(item); err != nil {
			return value{}, err
		}
	}
	return st.newList(out)
}

// mapping is what map does to an item.
func (st *state) mapping(a args) (keyFunc, error) {
	if attribute, ok := a.named("attribute"); ok && len(a.rest) == 0 {
		other, hasOther := a.named("default")
		if !hasOther {
			other = none
		}
		if len(a.names) > 2 || len(a.names) == 2 && !hasOther {
			return nil, valueError("map takes attribute and default")
		}
		return st.key(attribute, other), nil
	}
	if len(a.rest) == 0 || a.rest[0].k != kString {
		return nil, valueError("map needs a filter's name or attribute='…'")
	}
	f := st.lib.filters[a.rest[0].s]
	if f == nil {
		return nil, valueError("map: there is no filter '%s'", shorten(a.rest[0].s, 40))
	}
	given, err := st.fixArgs(f, a)
	if err != nil {
		return nil, valueError("map: %s: %s", f.name, err)
	}
	return func(item value) (value, error) { return st.filter(f, item, given) }, nil
}

// fixArgs puts the values behind a filter's name in the order of its
// parameters.
func (st *state) fixArgs(f *filter, a args) (args, error) {
	call := callArgs{names: a.names}
	for _, v := range a.rest[1:] {
		call.pos = append(call.pos, &constExpr{v})
	}
	for _, v := range a.kw {
		call.kw = append(call.kw, &constExpr{v})
	}
	bound, err := bind(f.params, f.variadic, call)
	if err != nil {
		return args{}, err
	}
	given, err := bound.eval(st)
	given.fixed = append([]value(nil), given.fixed...)
	given.rest = append([]value(nil), given.rest...)
	given.kw = append([]value(nil), given.kw...)
	st.drop(given.stacked)
	return given, err
}

// choose makes select and its kin: want says which outcome of the test keeps
// an item, member whether the first argument names a member to test.
func choose(want, member bool) func(*state, value, args) (value, error) {
	return func(st *state, in value, a args) (value, error) {
		if !in.truth() {
			return listOf(nil), nil
		}
		items, err := st.items(in)
		if err != nil {
			return value{}, err
		}
		key, rest := st.key(none, none), a.rest
		if member {
			if len(rest) == 0 {
				return value{}, valueError("Missing parameter for attribute name")
			}
			key, rest = st.key(rest[0], none), rest[1:]
		}
		var out []value
		for _, item := range items {
			ok, err := st.passes(item, key, rest)
			if err != nil {
				return value{}, err
			}
			if ok == want {
				out = append(out, item)
			}
		}
		return st.newList(out)
	}
}

// passes applies the test named first in rest, or asks for truth.
func (st *state) passes(item value, key keyFunc, rest []value) (bool, error) {
	v, err := key(item)
	if err != nil {
		return false, err
	}
	if err := st.step(1); err != nil {
		return false, err
	}
	if len(rest) == 0 {
		return v.truth(), nil
	}
	t := st.lib.tests[rest[0].s]
	if rest[0].k != kString || t == nil {
		return false, valueError("there is no test '%s'", shorten(rest[0].s, 40))
	}
	if len(rest)-1 != t.args {
		return false, typeError("the test '%s' %s", t.name, argumentCount(t.args, len(rest)-1))
	}
	return t.fn(st, v, rest[1:])
}

func uniqueFilter(st *state, in value, a args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	key := st.folded(st.key(a.fixed[1], none), a.fixed[0].truth())
	seen := map[dictKey]bool{}
	var out []value
	for _, item := range items {
		v, err := key(item)
		if err != nil {
			return value{}, err
		}
		k, fault := keyOf(v)
		if fault != nil {
			return value{}, fault
		}
		if !seen[k] {
			seen[k] = true
			out = append(out, item)
		}
	}
	return st.newList(out)
}

func sumFilter(st *state, in value, a args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	key, total := st.key(a.fixed[0], none), a.fixed[1]
	if total.k == kString {
		return value{}, typeError("sum() can't sum strings [use |join instead]")
	}
	for _, item := range items {
		v, err := key(item)
		if err != nil {
			return value{}, err
		}
		if total, err = st.binary("+", total, v); err != nil {
			return value{}, err
		}
	}
	return total, nil
}

// extreme makes min and max; sign is the comparison that takes over.
func extreme(name string, sign int) func(*state, value, args) (value, error) {
	return func(st *state, in value, a args) (value, error) {
		items, err := st.items(in)
		if err != nil || len(items) == 0 {
			return undefined(in.missingName(name)), err
		}
		key := st.folded(st.key(a.fixed[1], none), a.fixed[0].truth())
		best := items[0]
		least, err := key(best)
		if err != nil {
			return value{}, err
		}
		for _, item := range items[1:] {
			v, err := key(item)
			if err != nil {
				return value{}, err
			}
			ok, err := st.compare(map[int]string{-1: "<", 1: ">"}[sign], v, least)
			if err != nil {
				return value{}, err
			}
			if ok {
				best, least = item, v
			}
		}
		return best, nil
	}
}
