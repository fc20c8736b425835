package templating

import (
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// listFilters work on lists and objects. Where Jinja gives a generator they
// give a list, so that |length and if see whether it is empty.
var listFilters = []filter{
	{name: "length", doc: "the number of items or characters", example: [2]string{`{{ '太郎'|length }}`, "2"}, lenient: true, fn: lengthFilter},
	{name: "first", doc: "the first item", example: [2]string{`{{ ['a', 'b']|first }}`, "a"}, lenient: true, fn: firstFilter},
	{name: "last", doc: "the last item", example: [2]string{`{{ ['a', 'b']|last }}`, "b"}, lenient: true, fn: lastFilter},
	{name: "join", doc: "the items as one text, with a text between them, or one member of each item", example: [2]string{`{{ ['a', 'b']|join(', ') }}`, "a, b"},
		params: []param{opt("d", str("")), opt("attribute", none)}, lenient: true, fn: joinFilter},
	{name: "list", doc: "as a list; of a text its characters", example: [2]string{`{{ 'ab'|list }}`, "['a', 'b']"}, lenient: true, fn: listFilter},
	{name: "reverse", doc: "in reverse order", example: [2]string{`{{ 'abc'|reverse }}`, "cba"}, lenient: true, fn: reverseFilter},
	{name: "items", doc: "the names and values of an object, as pairs", example: [2]string{`{% for k, v in {'a': 1}|items %}{{ k }}={{ v }}{% endfor %}`, "a=1"}, lenient: true, fn: itemsFilter},
	{name: "dictsort", doc: "the pairs of an object in the order of its names, or of its values", example: [2]string{`{{ {'b': 1, 'a': 2}|dictsort }}`, "[('a', 2), ('b', 1)]"},
		params: []param{opt("case_sensitive", boolean(false)), opt("by", str("key")), opt("reverse", boolean(false))}, fn: dictsortFilter},
	{name: "batch", doc: "in lists of so many items, the last filled up with a value when one is given", example: [2]string{`{{ [1, 2, 3]|batch(2) }}`, "[[1, 2], [3]]"},
		params: []param{need("linecount"), opt("fill_with", none)}, lenient: true, fn: batchFilter},
	{name: "slice", doc: "in so many lists of about equal length", example: [2]string{`{{ [1, 2, 3]|slice(2) }}`, "[[1, 2], [3]]"},
		params: []param{need("slices"), opt("fill_with", none)}, lenient: true, fn: sliceFilter},
}

func lengthFilter(st *state, in value, _ args) (value, error) {
	switch in.k {
	case kUndefined:
		return integer(0), nil
	case kString:
		return integer(int64(utf8.RuneCountInString(in.s))), st.charge(len(in.s))
	case kList, kTuple:
		return integer(int64(len(in.list().items))), nil
	case kDict:
		return integer(int64(in.dict().len())), nil
	case kLoop:
		return loopMember(in, "length"), nil
	}
	if in.k == kNone && in.s != "" {
		return integer(0), nil
	}
	return value{}, typeError("object of type '%s' has no len()", in.typeName())
}

func firstFilter(st *state, in value, _ args) (value, error) {
	items, err := st.items(in)
	if err != nil || len(items) == 0 {
		return undefined(in.missingName("first")), err
	}
	return items[0], nil
}

func lastFilter(st *state, in value, _ args) (value, error) {
	items, err := st.items(in)
	if err != nil || len(items) == 0 {
		return undefined(in.missingName("last")), err
	}
	return items[len(items)-1], nil
}

// missingName names the item of in that is not there.
func (v value) missingName(what string) string {
	if v.missing() && v.s != "" {
		return v.s
	}
	return what + " item"
}

func joinFilter(st *state, in value, a args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	between, err := st.text(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	return st.joinItems(items, between, a.fixed[1])
}

// joinItems is the texts of items, or of the member attribute of each.
func (st *state) joinItems(items []value, between string, attribute value) (value, error) {
	var b []byte
	for i, item := range items {
		var err error
		if attribute.k != kNone {
			if item, err = st.pick(item, attribute); err != nil {
				return value{}, err
			}
		}
		s, err := st.text(item)
		if err != nil {
			return value{}, err
		}
		if i > 0 {
			b = append(b, between...)
		}
		if b = append(b, s...); len(b) > MaxString {
			return value{}, errs.New("template.string_too_long", MaxString)
		}
	}
	return st.made(string(b))
}

func listFilter(st *state, in value, _ args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	return st.newList(append([]value(nil), items...))
}

func reverseFilter(st *state, in value, _ args) (value, error) {
	if in.k == kString {
		return st.sliceText(in.s, [3]value{none, none, integer(-1)})
	}
	v, err := listFilter(st, in, args{})
	if err == nil {
		reverse(v.list().items)
	}
	return v, err
}

func reverse(items []value) {
	for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
		items[i], items[j] = items[j], items[i]
	}
}

func itemsFilter(st *state, in value, _ args) (value, error) {
	switch {
	case in.k == kUndefined || in.k == kNone && in.s != "":
		return listOf(nil), nil
	case in.k != kDict:
		return value{}, typeError("Can only get item pairs from a mapping.")
	}
	return st.pairs(in.dict())
}

// pairs is the members of d as a list of (name, value).
func (st *state) pairs(d *dict) (value, error) {
	items := make([]value, d.len())
	for i, e := range d.entries {
		items[i] = tupleOf(e.key, e.val)
	}
	return st.newList(items)
}

func dictsortFilter(st *state, in value, a args) (value, error) {
	if err := st.required(in); err != nil {
		return value{}, err
	}
	if in.k != kDict {
		return value{}, typeError("'%s' object has no attribute 'items'", in.typeName())
	}
	at := 0
	switch by := a.fixed[1]; {
	case by.k == kString && by.s == "value":
		at = 1
	case by.k != kString || by.s != "key":
		return value{}, valueError(`dictsort sorts by "key" or "value"`)
	}
	v, err := st.pairs(in.dict())
	if err != nil {
		return value{}, err
	}
	key := func(item value) (value, error) { return item.list().items[at], nil }
	return st.sorted(v.list().items, key, a.fixed[0].truth(), a.fixed[2].truth())
}

func batchFilter(st *state, in value, a args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	n, err := st.wholeNumber(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	if n <= 0 {
		return value{}, valueError("batch needs a number above 0, got %d", n)
	}
	var out []value
	for len(items) > 0 {
		k := min(n, len(items))
		row := append([]value(nil), items[:k]...)
		items = items[k:]
		for a.fixed[1].k != kNone && len(row) < n && len(row) <= MaxItems {
			row = append(row, a.fixed[1])
		}
		v, err := st.newList(row)
		if err != nil {
			return value{}, err
		}
		out = append(out, v)
	}
	return st.newList(out)
}

func sliceFilter(st *state, in value, a args) (value, error) {
	items, err := st.items(in)
	if err != nil {
		return value{}, err
	}
	n, err := st.wholeNumber(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	if n <= 0 || n > MaxItems {
		return value{}, valueError("slice needs a number from 1 to %d, got %d", MaxItems, n)
	}
	each, extra := len(items)/n, len(items)%n
	out := make([]value, 0, n)
	for i := range n {
		k := each
		if i < extra {
			k++
		}
		row := append([]value(nil), items[:k]...)
		items = items[k:]
		if a.fixed[1].k != kNone && i >= extra {
			row = append(row, a.fixed[1])
		}
		v, err := st.newList(row)
		if err != nil {
			return value{}, err
		}
		out = append(out, v)
	}
	return st.newList(out)
}
