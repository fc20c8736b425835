package templating

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textFilters work on text.
var textFilters = []filter{
	{name: "upper", doc: "in capitals", example: [2]string{`{{ 'aki'|upper }}`, "AKI"}, fn: textFilter(upper)},
	{name: "lower", doc: "in small letters", example: [2]string{`{{ 'AKI'|lower }}`, "aki"}, fn: textFilter(lower)},
	{name: "capitalize", doc: "the first letter a capital, the others small", example: [2]string{`{{ 'aKI sato'|capitalize }}`, "Aki sato"}, fn: textFilter(capitalize)},
	{name: "title", doc: "every word with a capital", example: [2]string{`{{ 'aki sato'|title }}`, "Aki Sato"}, fn: textFilter(titleWords)},
	{name: "trim", doc: "without whitespace, or the characters given, at both ends", example: [2]string{`[{{ ' hi '|trim }}]`, "[hi]"},
		params: []param{opt("chars", none)}, fn: trimFilter},
	{name: "string", doc: "as text", example: [2]string{`{{ 12|string ~ '!' }}`, "12!"}, fn: textFilter(func(s string) string { return s })},
	{name: "escape", doc: "with HTML's special characters as entities, which LINE shows as they are", example: [2]string{`{{ '<b>'|e }}`, "&lt;b&gt;"},
		lint: "|e escapes HTML; LINE shows &lt; as it is. Values are escaped for JSON anyway", fn: textFilter(escapeHTML)},
	{name: "striptags", doc: "without HTML tags, runs of whitespace as one space", example: [2]string{`{{ '<p>Hello <b>x</b></p>'|striptags }}`, "Hello x"}, fn: textFilter(stripTags)},
	{name: "replace", doc: "with every occurrence of one text replaced by another, or the first so many", example: [2]string{`{{ '+8190'|replace('+81', '0') }}`, "090"},
		params: []param{need("old"), need("new"), opt("count", none)}, fn: replaceFilter},
	{name: "truncate", doc: "cut to a length, at a word unless killwords, with an ending; a few characters more (leeway) are let pass", example: [2]string{`{{ 'Hello world again'|truncate(11) }}`, "Hello..."},
		params: []param{opt("length", integer(255)), opt("killwords", boolean(false)), opt("end", str("...")), opt("leeway", integer(5))}, lenient: true, fn: truncateFilter},
	{name: "center", doc: "with spaces on both sides up to a width", example: [2]string{`[{{ 'a'|center(3) }}]`, "[ a ]"}, params: []param{opt("width", integer(80))}, fn: centerFilter},
	{name: "indent", doc: "with the lines after the first indented", example: [2]string{"{{ 'a\nb'|indent(2) }}", "a\n  b"},
		params: []param{opt("width", integer(4)), opt("first", boolean(false)), opt("blank", boolean(false))}, fn: indentFilter},
	{name: "wordwrap", doc: "with line breaks at a width", example: [2]string{`{{ 'one two three'|wordwrap(8) }}`, "one two\nthree"},
		params: []param{opt("width", integer(79)), opt("break_long_words", boolean(true)), opt("wrapstring", none), opt("break_on_hyphens", boolean(true))}, fn: wordwrapFilter},
	{name: "wordcount", doc: "the number of words", example: [2]string{`{{ 'one two'|wordcount }}`, "2"}, fn: wordcountFilter},
	{name: "format", doc: "a pattern with values put in, as Python's %", example: [2]string{`{{ '%s has %d'|format('Aki', 3) }}`, "Aki has 3"}, variadic: true, fn: formatFilter},
	{name: "urlencode", doc: "for use in an address: a text, or an object as a query", example: [2]string{`{{ 'a b&c'|urlencode }}`, "a%20b%26c"}, fn: urlencodeFilter},
}

// textFilter makes a filter of a function on text.
func textFilter(f func(string) string) func(*state, value, args) (value, error) {
	return func(st *state, in value, _ args) (value, error) {
		s, err := st.text(in)
		if err != nil {
			return value{}, err
		}
		if err := st.charge(4 * len(s)); err != nil {
			return value{}, err
		}
		return st.made(f(s))
	}
}

// made is a text that an operation made, under the bounds.
func (st *state) made(s string) (value, error) { return st.joined(s, "") }

func isSpace(r rune) bool {
	return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f // as Python's str.isspace
}

func trimFilter(st *state, in value, a args) (value, error) {
	s, err := st.text(in)
	if err != nil {
		return value{}, err
	}
	return st.stripped(s, a.fixed[0], strings.TrimFunc, strings.Trim)
}

// stripped trims s of chars, or of whitespace when chars is null.
func (st *state) stripped(s string, chars value, space func(string, func(rune) bool) string, set func(string, string) string) (value, error) {
	if chars.k == kNone {
		return st.made(space(s, isSpace))
	}
	cut, err := st.text(chars)
	if err != nil {
		return value{}, err
	}
	return st.made(set(s, cut))
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func escapeHTML(s string) string { return htmlEscaper.Replace(s) }

// stripTags is markupsafe's striptags: comments, tags, whitespace, entities.
func stripTags(s string) string {
	s = without(s, "<!--", "-->")
	s = without(s, "<", ">")
	return html.UnescapeString(strings.Join(strings.FieldsFunc(s, isSpace), " "))
}

// without cuts everything from open to closing out of s.
func without(s, open, closing string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, open)
		if i < 0 {
			break
		}
		n := strings.Index(s[i:], closing)
		if n < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i+n+len(closing):]
	}
	b.WriteString(s)
	return b.String()
}

func replaceFilter(st *state, in value, a args) (value, error) {
	s, err := st.text(in)
	if err != nil {
		return value{}, err
	}
	return st.replaceText(s, a.fixed[0], a.fixed[1], a.fixed[2])
}

// replaceText is Python's str.replace; a null or negative count means all.
func (st *state) replaceText(s string, old, with, count value) (value, error) {
	before, err := st.text(old)
	if err != nil {
		return value{}, err
	}
	after, err := st.text(with)
	if err != nil {
		return value{}, err
	}
	n := -1
	if count.k != kNone {
		if n, err = st.wholeNumber(count); err != nil {
			return value{}, err
		}
	}
	return st.replaced(s, before, after, n)
}

// wholeNumber is v as an int for a count, a width or a position.
func (st *state) wholeNumber(v value) (int, error) {
	if v.k == kUndefined {
		return 0, st.missingValue(v)
	}
	n, ok := asInt(v)
	if !ok {
		return 0, typeError("'%s' object cannot be interpreted as an integer", v.typeName())
	}
	return n, nil
}

func truncateFilter(st *state, in value, a args) (value, error) {
	if in.k == kUndefined || in.k == kNone && in.s != "" {
		return in, nil
	}
	size, err := lengthFilter(st, in, args{})
	if err != nil {
		return value{}, err
	}
	length, err := st.wholeNumber(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	end, err := st.text(a.fixed[2])
	if err != nil {
		return value{}, err
	}
	leeway, err := st.wholeNumber(a.fixed[3])
	if err != nil {
		return value{}, err
	}
	ending := utf8.RuneCountInString(end)
	if length < ending || leeway < 0 {
		return value{}, valueError("truncate needs a length of at least %d and no negative leeway", ending)
	}
	if size.int() <= int64(length+leeway) {
		return in, nil
	}
	if in.k != kString {
		return value{}, typeError("'%s' cannot be cut like a text", in.typeName())
	}
	cut := firstRunes(in.s, length-ending)
	if i := strings.LastIndexByte(cut, ' '); i >= 0 && !a.fixed[1].truth() {
		cut = cut[:i]
	}
	return st.joined(cut, end)
}

// firstRunes is the first n characters of s.
func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func formatFilter(st *state, in value, a args) (value, error) {
	s, err := st.text(in)
	switch {
	case err != nil:
		return value{}, err
	case len(a.rest) > 0 && len(a.names) > 0:
		return value{}, valueError("format cannot take values with and without names at once")
	case len(a.names) == 0:
		return st.percent(s, tupleOf(a.rest...))
	}
	d := &dict{}
	for i, name := range a.names {
		if err := d.set(str(name), a.kw[i]); err != nil {
			return value{}, err
		}
	}
	return st.percent(s, dictOf(d))
}

func wordcountFilter(st *state, in value, _ args) (value, error) {
	s, err := st.text(in)
	if err != nil {
		return value{}, err
	}
	return integer(int64(len(strings.FieldsFunc(s, func(r rune) bool { return !isWordRune(r) })))), st.charge(len(s))
}

// isWordRune is \w of Python's re.
func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
