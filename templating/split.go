package templating

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// split is str.split, or rsplit when fromRight: by a separator, or by runs of
// whitespace, at most so many times.
func split(fromRight bool) func(*state, value, args) (value, error) {
	return func(st *state, self value, a args) (value, error) {
		sep, most, err := st.splitArgs(a)
		if err != nil {
			return value{}, err
		}
		if sep.k == kNone {
			return st.texts(splitSpace(self.s, most, fromRight), len(self.s))
		}
		by, err := st.textArg(sep)
		if err != nil {
			return value{}, err
		}
		if by == "" {
			return value{}, valueError("empty separator")
		}
		return st.texts(splitBy(self.s, by, most, fromRight), len(self.s))
	}
}

func (st *state) splitArgs(a args) (sep value, most int, err error) {
	vals := [2]value{none, integer(-1)}
	if copy(vals[:], a.rest) < len(a.rest) {
		return none, 0, typeError("split() takes at most 2 arguments, got %d", len(a.rest))
	}
	for i, name := range a.names {
		switch name {
		case "sep":
			vals[0] = a.kw[i]
		case "maxsplit":
			vals[1] = a.kw[i]
		default:
			return none, 0, typeError("'%s' is an invalid keyword argument for split()", name)
		}
	}
	most, err = st.wholeNumber(vals[1])
	return vals[0], most, err
}

func splitBy(s, sep string, most int, fromRight bool) []string {
	if most < 0 {
		return strings.SplitN(s, sep, MaxItems+1)
	}
	most = min(most, MaxItems)
	if !fromRight {
		return strings.SplitN(s, sep, most+1)
	}
	var parts []string
	for range most {
		i := strings.LastIndex(s, sep)
		if i < 0 {
			break
		}
		parts = append(parts, s[i+len(sep):])
		s = s[:i]
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return parts
}

func splitSpace(s string, most int, fromRight bool) []string {
	if most < 0 {
		most = MaxItems + 1
	}
	var parts []string
	if fromRight {
		for s = strings.TrimRightFunc(s, isSpace); s != ""; s = strings.TrimRightFunc(s, isSpace) {
			i := strings.LastIndexFunc(s, isSpace)
			if len(parts) == most || i < 0 {
				parts = append(parts, s)
				break
			}
			_, size := utf8.DecodeRuneInString(s[i:])
			parts = append(parts, s[i+size:])
			s = s[:i]
		}
		slices.Reverse(parts)
		return parts
	}
	for s = strings.TrimLeftFunc(s, isSpace); s != ""; s = strings.TrimLeftFunc(s, isSpace) {
		i := strings.IndexFunc(s, isSpace)
		if len(parts) == most || i < 0 {
			return append(parts, s)
		}
		parts = append(parts, s[:i])
		s = s[i:]
	}
	return parts
}

// caseFold is str.casefold.
func caseFold(s string) string {
	return lower(strings.NewReplacer("ß", "ss", "ẞ", "ss", "ς", "σ").Replace(s))
}

// pythonTitle is str.title: a capital after everything that is no letter.
func pythonTitle(s string) string {
	var b strings.Builder
	inWord := false
	for _, r := range s {
		cased := unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
		switch {
		case cased && inWord:
			b.WriteString(lower(string(r)))
		case cased:
			b.WriteString(titleRune(string(r)))
		default:
			b.WriteRune(r)
		}
		inWord = cased
	}
	return b.String()
}

// isTitle is str.istitle: capitals begin words, small letters go on.
func isTitle(s string) bool {
	inWord, found := false, false
	for _, r := range s {
		upper := isUpperRune(r) || unicode.IsTitle(r)
		if upper && inWord || isLowerRune(r) && !inWord {
			return false
		}
		inWord = upper || isLowerRune(r)
		found = found || inWord
	}
	return found
}

func swapCase(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			b.WriteString(lower(string(r)))
		case unicode.IsLower(r):
			b.WriteString(upper(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
