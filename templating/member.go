package templating

import (
	"strconv"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// member is base.key or base[key]. What is not there is undefined and knows
// its path, so that a skipped recipient's record can name it.
func (st *state) member(base, key value, x *getExpr) (value, error) {
	switch base.k {
	case kUndefined:
		return st.memberOfMissing(base.s)
	case kNone:
		if base.s != "" {
			return st.memberOfMissing(base.s)
		}
	case kDict, kNamespace:
		if v, ok := base.dict().get(key); ok {
			if v.k == kNone {
				v.s = x.pathTo(base, key)
			}
			return v, nil
		}
	case kList, kTuple:
		if i, ok := asInt(key); ok {
			items := base.list().items
			if i < 0 {
				i += len(items)
			}
			if i >= 0 && i < len(items) {
				return items[i], nil
			}
		}
		if base.s == groupNames && key.k == kString {
			switch key.s {
			case "grouper":
				return base.list().items[0], nil
			case "list":
				return base.list().items[1], nil
			}
		}
	case kString:
		if i, ok := asInt(key); ok && !x.dot {
			if s, ok := runeAt(base.s, i); ok {
				return str(s), st.charge(len(base.s))
			}
		}
	case kLoop:
		if key.k == kString {
			return loopMember(base, key.s), nil
		}
	case kTime:
		if key.k == kString {
			return timeMember(base, key.s), nil
		}
	}
	if _, ok := st.lib.methods[base.k][key.s]; ok && x.dot {
		return value{}, errs.New("template.type", "'"+key.s+"' is a method; write ."+key.s+"()")
	}
	return undefined(x.pathTo(base, key)), nil
}

func (st *state) memberOfMissing(name string) (value, error) {
	if err := st.missing(name); err != nil {
		return value{}, err
	}
	return undefined(name), nil
}

// pathTo names base[key] as an author would look for it.
func (x *getExpr) pathTo(base, key value) string {
	path := x.path
	if len(path) > maxName {
		return path
	}
	if base.k == kUndefined && base.s != "" {
		path = base.s
	}
	switch key.k {
	case kString:
		if path == "" {
			return key.s
		}
		return path + "." + key.s
	case kInt, kBool:
		return path + "[" + strconv.FormatInt(key.int(), 10) + "]"
	}
	return path
}

// pathOf is the path of x as far as it is known when compiled: the attribute's
// name for an attribute, "p.title" for a member of a variable.
func pathOf(x expr) string {
	switch x := x.(type) {
	case *attrExpr:
		return x.name
	case *nameExpr:
		return x.name
	case *getExpr:
		if c, ok := x.key.(*constExpr); ok {
			return x.pathTo(value{k: kNone}, c.v)
		}
		return pathOf(x.base)
	case *filterExpr:
		return pathOf(x.x)
	case *sliceExpr:
		return pathOf(x.base)
	}
	return ""
}

// runeAt is the i-th character of s, counted from the end when negative.
func runeAt(s string, i int) (string, bool) {
	if i < 0 {
		i += utf8.RuneCountInString(s)
	}
	if i < 0 {
		return "", false
	}
	for at := range s {
		if i == 0 {
			_, size := utf8.DecodeRuneInString(s[at:])
			return s[at : at+size], true
		}
		i--
	}
	return "", false
}
