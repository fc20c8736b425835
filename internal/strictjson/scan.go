package strictjson

import (
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// The scanning below may take for granted that the text is JSON.

// peek steps over space, colons and commas and says what comes.
func (w *walker) peek() byte {
	for {
		switch c := w.text[w.at]; c {
		case ' ', '\t', '\r', '\n', ':', ',':
			w.at++
		default:
			return c
		}
	}
}

// empty reports whether the next value is the string "".
func (w *walker) empty() bool {
	return w.peek() == '"' && w.text[w.at+1] == '"'
}

// skip steps over one value of any kind.
func (w *walker) skip() {
	depth := 0
	for {
		switch w.peek() {
		case '"':
			w.at = endOfString(w.text, w.at)
		case '{', '[':
			depth++
			w.at++
		case '}', ']':
			depth--
			w.at++
		default:
			w.word()
		}
		if depth == 0 {
			return
		}
	}
}

// word steps over a number, true, false or null.
func (w *walker) word() {
	for w.at < len(w.text) {
		switch w.text[w.at] {
		case ' ', '\t', '\r', '\n', ',', ']', '}', ':':
			return
		}
		w.at++
	}
}

// endOfString is the place behind the string that starts at i.
func endOfString(text []byte, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// str reads a string and refuses what no text can hold or PostgreSQL cannot
// store.
func (w *walker) str(pointer string) string {
	end := endOfString(w.text, w.at)
	raw := w.text[w.at:end]
	w.at = end
	if what := unstorable(raw); what != "" {
		w.problem(pointer, errs.New("request.bad_value", excerpt(raw), what))
	}
	var s string
	_ = json.Unmarshal(raw, &s) // raw is a JSON string
	return s
}

// unstorable looks for invalid UTF-8, and through the escapes of a JSON string
// for NUL and for half a surrogate pair; encoding/json would silently turn them
// into U+FFFD.
func unstorable(raw []byte) string {
	if !utf8.Valid(raw) {
		return "it is not valid UTF-8"
	}
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++
		if raw[i] != 'u' {
			continue
		}
		r := hex4(raw[i+1:])
		i += 4
		switch {
		case r == 0:
			return "the character U+0000 cannot be stored"
		case utf16.IsSurrogate(r) && !pairs(r, raw[i+1:]):
			return "half of a surrogate pair is not a character"
		case utf16.IsSurrogate(r):
			i += 6
		}
	}
	return ""
}

// pairs reports whether the escape that rest begins with makes a character of
// the half r.
func pairs(r rune, rest []byte) bool {
	return len(rest) > 6 && rest[0] == '\\' && rest[1] == 'u' && utf16.DecodeRune(r, hex4(rest[2:])) != '\uFFFD'
}

func hex4(b []byte) rune {
	n, err := strconv.ParseUint(string(b[:4]), 16, 16)
	if err != nil {
		return '\uFFFD'
	}
	return rune(n)
}
