package templating

import (
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// items is what a loop over v visits: the items of a list, the keys of an
// object, the characters of a text, nothing for what is missing.
func (st *state) items(v value) ([]value, error) {
	switch v.k {
	case kUndefined:
		return nil, nil
	case kList, kTuple:
		return v.list().items, nil
	case kDict:
		d := v.dict()
		keys := make([]value, d.len())
		for i, e := range d.entries {
			keys[i] = e.key
		}
		return keys, st.step(len(keys))
	case kString:
		return st.runes(v.s)
	case kNone:
		if v.s != "" {
			return nil, nil
		}
	}
	return nil, typeError("'%s' object is not iterable", v.typeName())
}

func (st *state) runes(s string) ([]value, error) {
	n := utf8.RuneCountInString(s)
	if n > MaxItems {
		return nil, errs.New("template.list_too_long", "a list of characters", MaxItems)
	}
	out := make([]value, 0, n)
	for len(s) > 0 {
		_, size := utf8.DecodeRuneInString(s)
		out = append(out, str(s[:size]))
		s = s[size:]
	}
	return out, st.step(n)
}

// newList is a fresh list of at most MaxItems.
func (st *state) newList(items []value) (value, error) {
	if len(items) > MaxItems {
		return value{}, errs.New("template.list_too_long", "a list", MaxItems)
	}
	return listOf(items), st.step(len(items))
}
