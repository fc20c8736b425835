package templating

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/linecast/linecast/errs"
)

// Python's str operations on text, where Go's differ.

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// upper and lower map in full, as Python does: "ß" becomes "SS".
func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return cases.Upper(language.Und).String(s)
}

func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Lower(language.Und).String(s)
}

func capitalize(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return titleRune(s[:size]) + lower(s[size:])
}

// titleRune is the title case of one character: "ǆ" becomes "ǅ".
func titleRune(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	r, _ := utf8.DecodeRuneInString(s)
	if t := unicode.ToTitle(r); t != r {
		return string(t)
	}
	return cases.Title(language.Und).String(s)
}

func repeatText(s string, n int) string { return strings.Repeat(s, n) }

// replaced is s with at most n occurrences of old replaced, all when n < 0.
func (st *state) replaced(s, old, with string, n int) (value, error) {
	found := strings.Count(s, old)
	if n >= 0 {
		found = min(found, n)
	}
	if len(s)+found*(len(with)-len(old)) > MaxString {
		return value{}, errs.New("template.string_too_long", MaxString)
	}
	return st.made(strings.Replace(s, old, with, n))
}

// titleWords is Jinja's title filter: a word begins after whitespace or one
// of - ( { [ <.
func titleWords(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexFunc(s, func(r rune) bool { return !isWordOpener(r) })
		if n < 0 {
			n = len(s)
		}
		b.WriteString(s[:n])
		s = s[n:]
		end := strings.IndexFunc(s, isWordOpener)
		if end < 0 {
			end = len(s)
		}
		if end > 0 {
			_, size := utf8.DecodeRuneInString(s)
			b.WriteString(upper(s[:size]) + lower(s[size:end]))
		}
		s = s[end:]
	}
	return b.String()
}

func isWordOpener(r rune) bool { return isSpace(r) || strings.ContainsRune("-({[<", r) }
