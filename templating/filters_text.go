package templating

import (
	"strings"
	"unicode"
)

// textFilters work on text.
var textFilters = []filter{
	{name: "upper", doc: "in capitals", example: [2]string{`{{ 'aki'|upper }}`, "AKI"}, fn: textFilter(upper)},
	{name: "lower", doc: "in small letters", example: [2]string{`{{ 'AKI'|lower }}`, "aki"}, fn: textFilter(lower)},
	{name: "capitalize", doc: "the first letter a capital, the others small", example: [2]string{`{{ 'aKI sato'|capitalize }}`, "Aki sato"}, fn: textFilter(capitalize)},
	{name: "trim", doc: "without whitespace, or the characters given, at both ends", example: [2]string{`[{{ ' hi '|trim }}]`, "[hi]"},
		params: []param{opt("chars", none)}, fn: trimFilter},
	{name: "string", doc: "as text", example: [2]string{`{{ 12|string ~ '!' }}`, "12!"}, fn: textFilter(func(s string) string { return s })},
	{name: "escape", doc: "with HTML's special characters as entities, which LINE shows as they are", example: [2]string{`{{ '<b>'|e }}`, "&lt;b&gt;"},
		lint: "|e escapes HTML; LINE shows &lt; as it is. Values are escaped for JSON anyway", fn: textFilter(escapeHTML)},
	{name: "replace", doc: "with every occurrence of one text replaced by another, or the first so many", example: [2]string{`{{ '+8190'|replace('+81', '0') }}`, "090"},
		params: []param{need("old"), need("new"), opt("count", none)}, fn: replaceFilter},
}

// textFilter makes a filter of a function on text.
func textFilter(f func(string) string) func(*state, value, args) (value, error) {
	return func(st *state, in value, _ args) (value, error) {
		s, err := st.text(in)
		if err != nil {
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
	if a.fixed[0].k == kNone {
		return st.made(strings.TrimFunc(s, isSpace))
	}
	chars, err := st.text(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	return st.made(strings.Trim(s, chars))
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func escapeHTML(s string) string { return htmlEscaper.Replace(s) }

func replaceFilter(st *state, in value, a args) (value, error) {
	s, err := st.text(in)
	if err != nil {
		return value{}, err
	}
	old, err := st.text(a.fixed[0])
	if err != nil {
		return value{}, err
	}
	with, err := st.text(a.fixed[1])
	if err != nil {
		return value{}, err
	}
	n := -1
	if v := a.fixed[2]; v.k != kNone {
		var ok bool
		if n, ok = asInt(v); !ok {
			return value{}, typeError("the count of replace must be an integer, not %s", v.typeName())
		}
	}
	return st.replaced(s, old, with, n)
}
