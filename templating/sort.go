package templating

import (
	"slices"
	"strings"
)

// sorted orders items by key, stably, and ignoring the case of texts unless
// caseSensitive. Items that have no order are an error, as in Python.
func (st *state) sorted(items []value, key keyFunc, caseSensitive, backwards bool) (value, error) {
	key = st.folded(key, caseSensitive)
	type keyed struct{ key, item value }
	rows := make([]keyed, len(items))
	for i, item := range items {
		k, err := key(item)
		if err != nil {
			return value{}, err
		}
		rows[i] = keyed{k, item}
	}
	var fault error
	slices.SortStableFunc(rows, func(a, b keyed) int {
		if fault != nil {
			return 0
		}
		if backwards {
			a, b = b, a
		}
		var c int
		c, fault = st.precedes(a.key, b.key)
		return c
	})
	if fault != nil {
		return value{}, fault
	}
	out := make([]value, len(rows))
	for i, r := range rows {
		out[i] = r.item
	}
	return st.newList(out)
}

// precedes compares two keys: -1 when a goes first, 1 when b does.
func (st *state) precedes(a, b value) (int, error) {
	less, err := st.compare("<", a, b)
	if err != nil || less {
		return -1, err
	}
	more, err := st.compare("<", b, a)
	if more {
		return 1, err
	}
	return 0, err
}

func sortFilter(st *state, in value, a args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	caseSensitive := a.fixed[1].truth()
	key := st.key(a.fixed[2], none)
	if a.fixed[2].k == kString && strings.Contains(a.fixed[2].s, ",") {
		key = st.severalKeys(strings.Split(a.fixed[2].s, ","), caseSensitive)
	}
	return st.sorted(items, key, caseSensitive, a.fixed[0].truth())
}

// severalKeys judges by several members, the first counting most.
func (st *state) severalKeys(names []string, caseSensitive bool) keyFunc {
	keys := make([]keyFunc, len(names))
	for i, name := range names {
		keys[i] = st.folded(st.key(str(name), none), caseSensitive)
	}
	return func(item value) (value, error) {
		vals := make([]value, len(keys))
		for i, key := range keys {
			var err error
			if vals[i], err = key(item); err != nil {
				return value{}, err
			}
		}
		return tupleOf(vals...), nil
	}
}

// groupbyFilter sorts by the member and puts neighbours with an equal one
// together. A group is an object, so that both g.grouper and, in a for, two
// names work.
func groupbyFilter(st *state, in value, a args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	plain := st.key(a.fixed[0], a.fixed[1])
	key := st.folded(plain, a.fixed[2].truth())
	v, err := st.sorted(items, plain, a.fixed[2].truth(), false)
	if err != nil {
		return value{}, err
	}
	var groups []value
	var last value
	for _, item := range v.list().items {
		k, err := key(item)
		if err != nil {
			return value{}, err
		}
		same := false
		if len(groups) > 0 {
			if same, err = st.equal(last, k, 0); err != nil {
				return value{}, err
			}
		}
		last = k
		if same {
			l := groups[len(groups)-1].list().items[1].list()
			l.items = append(l.items, item)
			continue
		}
		shown, err := plain(item)
		if err != nil {
			return value{}, err
		}
		groups = append(groups, group2(shown, item))
	}
	return st.newList(groups)
}

// group2 is a pair whose parts are also called grouper and list.
func group2(grouper, first value) value {
	v := tupleOf(grouper, listOf([]value{first}))
	v.s = groupNames
	return v
}

// groupNames marks a tuple made by groupby.
const groupNames = "grouper,list"
