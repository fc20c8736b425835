package templating

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

var stringMethods = map[string]method{
	"upper":        {0, 0, onText(upper)},
	"lower":        {0, 0, onText(lower)},
	"casefold":     {0, 0, onText(caseFold)},
	"capitalize":   {0, 0, onText(capitalize)},
	"title":        {0, 0, onText(pythonTitle)},
	"swapcase":     {0, 0, onText(swapCase)},
	"strip":        {0, 1, strip(strings.TrimFunc, strings.Trim)},
	"lstrip":       {0, 1, strip(strings.TrimLeftFunc, strings.TrimLeft)},
	"rstrip":       {0, 1, strip(strings.TrimRightFunc, strings.TrimRight)},
	"split":        {0, -1, split(false)},
	"rsplit":       {0, -1, split(true)},
	"splitlines":   {0, 1, stringSplitLines},
	"join":         {1, 1, stringJoin},
	"replace":      {2, 3, stringReplace},
	"startswith":   {1, 1, affix(strings.HasPrefix)},
	"endswith":     {1, 1, affix(strings.HasSuffix)},
	"removeprefix": {1, 1, onTwoTexts(func(s, p string) value { return str(strings.TrimPrefix(s, p)) })},
	"removesuffix": {1, 1, onTwoTexts(func(s, p string) value { return str(strings.TrimSuffix(s, p)) })},
	"find":         {1, 1, onTwoTexts(func(s, p string) value { return runeIndex(s, strings.Index(s, p)) })},
	"rfind":        {1, 1, onTwoTexts(func(s, p string) value { return runeIndex(s, strings.LastIndex(s, p)) })},
	"index":        {1, 1, stringIndex(strings.Index)},
	"rindex":       {1, 1, stringIndex(strings.LastIndex)},
	"count":        {1, 1, onTwoTexts(func(s, p string) value { return integer(int64(strings.Count(s, p))) })},
	"partition":    {1, 1, stringPartition(strings.Index, false)},
	"rpartition":   {1, 1, stringPartition(strings.LastIndex, true)},
	"center":       {1, 2, pad(alignCenter)},
	"ljust":        {1, 2, pad(alignLeft)},
	"rjust":        {1, 2, pad(alignRight)},
	"zfill":        {1, 1, stringZfill},
	"format":       {0, -1, func(st *state, self value, a args) (value, error) { return st.strFormat(self.s, a) }},
	"isdigit":      {0, 0, everyRune(isDigitRune)},
	"isdecimal":    {0, 0, everyRune(unicode.IsDigit)},
	"isnumeric":    {0, 0, everyRune(unicode.IsNumber)},
	"isalpha":      {0, 0, everyRune(unicode.IsLetter)},
	"isalnum":      {0, 0, everyRune(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })},
	"isspace":      {0, 0, everyRune(isSpace)},
	"istitle": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return boolean(isTitle(self.s)), nil
	}},
	"isascii": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return boolean(isASCII(self.s)), nil
	}},
	"isupper": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return boolean(allOfCase(self.s, isUpperRune, isLowerOrTitle)), nil
	}},
	"islower": {0, 0, func(_ *state, self value, _ args) (value, error) {
		return boolean(allOfCase(self.s, isLowerRune, isUpperOrTitle)), nil
	}},
}

// onText makes a method without arguments of a function on text.
func onText(f func(string) string) func(*state, value, args) (value, error) {
	return func(st *state, self value, _ args) (value, error) { return textFilter(f)(st, self, args{}) }
}

// textArg is an argument that must be a text.
func (st *state) textArg(v value) (string, error) {
	if v.k == kUndefined {
		return "", st.missingValue(v)
	}
	if v.k != kString {
		return "", typeError("must be str, not %s", v.typeName())
	}
	return v.s, nil
}

func onTwoTexts(f func(s, arg string) value) func(*state, value, args) (value, error) {
	return func(st *state, self value, a args) (value, error) {
		arg, err := st.textArg(a.rest[0])
		if err != nil {
			return value{}, err
		}
		return f(self.s, arg), st.charge(len(self.s))
	}
}

func strip(space func(string, func(rune) bool) string, set func(string, string) string) func(*state, value, args) (value, error) {
	return func(st *state, self value, a args) (value, error) {
		chars := none
		if len(a.rest) == 1 {
			chars = a.rest[0]
		}
		return st.stripped(self.s, chars, space, set)
	}
}

func everyRune(is func(rune) bool) func(*state, value, args) (value, error) {
	return func(st *state, self value, _ args) (value, error) {
		if err := st.charge(len(self.s)); err != nil {
			return value{}, err
		}
		for _, r := range self.s {
			if !is(r) {
				return boolean(false), nil
			}
		}
		return boolean(self.s != ""), nil
	}
}

// isDigitRune is str.isdigit: decimal digits, and digits such as ².
func isDigitRune(r rune) bool {
	return unicode.IsDigit(r) || strings.ContainsRune("²³¹", r) || 0x2070 <= r && r <= 0x2089 && r != 0x2071 && r != 0x2072 && r != 0x2073 && r != 0x207a ||
		0x2460 <= r && r <= 0x2468 || 0x2474 <= r && r <= 0x247c || 0x2488 <= r && r <= 0x2490 || 0x24f5 <= r && r <= 0x24fd || 0x2776 <= r && r <= 0x277e ||
		0x2780 <= r && r <= 0x2788 || 0x278a <= r && r <= 0x2792
}

// affix is startswith or endswith, of a text or of any in a tuple.
func affix(has func(string, string) bool) func(*state, value, args) (value, error) {
	return func(st *state, self value, a args) (value, error) {
		candidates := a.rest[:1]
		if a.rest[0].k == kTuple {
			candidates = a.rest[0].list().items
		}
		for _, v := range candidates {
			s, err := st.textArg(v)
			if err != nil {
				return value{}, err
			}
			if has(self.s, s) {
				return boolean(true), nil
			}
		}
		return boolean(false), st.step(len(candidates))
	}
}

// runeIndex turns a byte offset into a count of characters.
func runeIndex(s string, i int) value {
	if i < 0 {
		return integer(-1)
	}
	return integer(int64(utf8.RuneCountInString(s[:i])))
}

func stringIndex(find func(string, string) int) func(*state, value, args) (value, error) {
	return func(st *state, self value, a args) (value, error) {
		part, err := st.textArg(a.rest[0])
		if err != nil {
			return value{}, err
		}
		i := find(self.s, part)
		if i < 0 {
			return value{}, valueError("substring not found")
		}
		return runeIndex(self.s, i), st.charge(len(self.s))
	}
}

func stringPartition(find func(string, string) int, last bool) func(*state, value, args) (value, error) {
	return func(st *state, self value, a args) (value, error) {
		sep, err := st.textArg(a.rest[0])
		if err != nil {
			return value{}, err
		}
		if sep == "" {
			return value{}, valueError("empty separator")
		}
		i := find(self.s, sep)
		switch {
		case i >= 0:
			return tupleOf(str(self.s[:i]), str(sep), str(self.s[i+len(sep):])), st.charge(len(self.s))
		case last:
			return tupleOf(str(""), str(""), self), nil
		}
		return tupleOf(self, str(""), str("")), nil
	}
}

func pad(to alignment) func(*state, value, args) (value, error) {
	return func(st *state, self value, a args) (value, error) {
		width, err := st.wholeNumber(a.rest[0])
		if err != nil {
			return value{}, err
		}
		fill := " "
		if len(a.rest) == 2 {
			if fill, err = st.textArg(a.rest[1]); err != nil {
				return value{}, err
			}
			if utf8.RuneCountInString(fill) != 1 {
				return value{}, typeError("The fill character must be exactly one character long")
			}
		}
		return st.padded(self.s, width, fill, to)
	}
}

func stringZfill(st *state, self value, a args) (value, error) {
	width, err := st.wholeNumber(a.rest[0])
	if err != nil {
		return value{}, err
	}
	n := width - utf8.RuneCountInString(self.s)
	switch {
	case n <= 0:
		return self, nil
	case n+len(self.s) > MaxString:
		return value{}, errs.New("template.string_too_long", MaxString)
	}
	sign := ""
	rest := self.s
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		sign, rest = rest[:1], rest[1:]
	}
	return st.made(sign + strings.Repeat("0", n) + rest)
}

func stringReplace(st *state, self value, a args) (value, error) {
	for _, v := range a.rest[:2] {
		if _, err := st.textArg(v); err != nil {
			return value{}, err
		}
	}
	count := none
	if len(a.rest) == 3 {
		count = a.rest[2]
	}
	return st.replaceText(self.s, a.rest[0], a.rest[1], count)
}

func stringJoin(st *state, self value, a args) (value, error) {
	items, err := st.items(a.rest[0])
	if err != nil {
		return value{}, err
	}
	for i, item := range items {
		if item.k != kString && !item.missing() {
			return value{}, typeError("sequence item %d: expected str instance, %s found", i, item.typeName())
		}
	}
	return st.joinItems(items, self.s, none)
}

func stringSplitLines(st *state, self value, a args) (value, error) {
	keep := len(a.rest) == 1 && a.rest[0].truth()
	return st.texts(splitLines(self.s, keep), len(self.s))
}

// texts is a list of parts cut out of a text of n bytes.
func (st *state) texts(parts []string, n int) (value, error) {
	if len(parts) > MaxItems {
		return value{}, errs.New("template.list_too_long", "a list", MaxItems)
	}
	if err := st.charge(n); err != nil {
		return value{}, err
	}
	items := make([]value, len(parts))
	for i, part := range parts {
		items[i] = str(part)
	}
	return st.newList(items)
}
