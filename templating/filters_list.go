package templating

import (
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// listFilters work on lists and objects.
var listFilters = []filter{
	{name: "length", doc: "the number of items or characters", example: [2]string{`{{ '太郎'|length }}`, "2"}, lenient: true, fn: lengthFilter},
	{name: "join", doc: "the items as one text, with a text between them, or one member of each item", example: [2]string{`{{ ['a', 'b']|join(', ') }}`, "a, b"},
		params: []param{opt("d", str("")), opt("attribute", none)}, lenient: true, fn: joinFilter},
}

func lengthFilter(_ *state, in value, _ args) (value, error) {
	switch in.k {
	case kUndefined:
		return integer(0), nil
	case kString:
		return integer(int64(utf8.RuneCountInString(in.s))), nil
	case kList, kTuple:
		return integer(int64(len(in.list().items))), nil
	case kDict:
		return integer(int64(in.dict().len())), nil
	}
	if in.k == kNone && in.s != "" {
		return integer(0), nil
	}
	return value{}, typeError("object of type '%s' has no len()", in.typeName())
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
	var b []byte
	for i, item := range items {
		if a.fixed[1].k != kNone {
			if item, err = st.pick(item, a.fixed[1]); err != nil {
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
