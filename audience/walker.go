package audience

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// walker steps through JSON whose syntax was found to be valid before. It is
// written by hand because encoding/json repairs what must be refused: half
// surrogate pairs and invalid UTF-8 become U+FFFD there, without an error.
type walker struct {
	src string
	pos int
}

// next skips white space and gives the byte that the next value starts with.
func (w *walker) next() byte {
	for w.pos < len(w.src) && (w.src[w.pos] <= ' ' || w.src[w.pos] == ',' || w.src[w.pos] == ':') {
		w.pos++
	}
	if w.pos == len(w.src) {
		return 0
	}
	return w.src[w.pos]
}

// object calls member for each member, which must consume its value. why says
// what is wrong with the name, and is "" for a good one.
func (w *walker) object(member func(name, why string)) {
	for w.pos++; w.next() != '}'; {
		name, why := w.text()
		w.next()
		member(name, why)
	}
	w.pos++
}

// array calls element for each element, which must consume it.
func (w *walker) array(element func(i int)) {
	w.pos++
	for i := 0; w.next() != ']'; i++ {
		element(i)
	}
	w.pos++
}

// token consumes a number or a word and gives its text.
func (w *walker) token() string {
	start := w.pos
	for w.pos < len(w.src) && strings.IndexByte(",:]} \t\r\n", w.src[w.pos]) < 0 {
		w.pos++
	}
	return w.src[start:w.pos]
}

// skip consumes a value of any kind and depth.
func (w *walker) skip() {
	switch w.next() {
	case '"':
		w.skipText()
	case '{', '[':
		w.skipNested()
	default:
		w.token()
	}
}

func (w *walker) skipNested() {
	for depth := 0; ; {
		switch w.src[w.pos] {
		case '"':
			w.skipText()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if w.pos++; depth == 0 {
			return
		}
	}
}

func (w *walker) skipText() {
	for w.pos++; w.src[w.pos] != '"'; w.pos++ {
		if w.src[w.pos] == '\\' {
			w.pos++
		}
	}
	w.pos++
}

// text consumes a string and decodes it. why is "" or says why PostgreSQL
// could not store it.
func (w *walker) text() (s, why string) {
	start := w.pos + 1
	w.skipText()
	raw := w.src[start : w.pos-1]
	if strings.IndexByte(raw, '\\') >= 0 {
		raw, why = unescape(raw)
	}
	if why == "" && !utf8.ValidString(raw) {
		why = "it is not valid UTF-8"
	}
	return raw, why
}

// simpleEscapes are the characters after a backslash, but for u.
var simpleEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape decodes the inside of a JSON string.
func unescape(raw string) (s, why string) {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		if i++; raw[i] != 'u' {
			out = append(out, simpleEscapes[raw[i]])
			continue
		}
		r, n := unescapeRune(raw[i-1:])
		switch {
		case r == 0:
			why = "it contains the character U+0000, which cannot be stored"
		case r == utf8.RuneError && n == 6 && !strings.EqualFold(raw[i+1:i+5], "fffd"):
			why = "it contains half a surrogate pair (" + raw[i-1:i+5] + ")"
		}
		out = utf8.AppendRune(out, r)
		i += n - 2
	}
	return string(out), why
}

// unescapeRune decodes \uXXXX or a pair of them at the start of raw, and says
// how long it is. Half a pair gives U+FFFD.
func unescapeRune(raw string) (r rune, n int) {
	first := hex4(raw[2:6])
	if !utf16.IsSurrogate(first) {
		return first, 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if r := utf16.DecodeRune(first, hex4(raw[8:12])); r != utf8.RuneError {
			return r, 12
		}
	}
	return utf8.RuneError, 6
}

func hex4(s string) (r rune) {
	for _, c := range []byte(s) {
		switch {
		case c <= '9':
			c -= '0'
		default:
			c = c | 0x20 - 'a' + 10
		}
		r = r<<4 | rune(c)
	}
	return r
}

// appendText appends s as a JSON string with the escapes PostgreSQL itself
// prints, so that a value read back compares equal to the one written.
func appendText(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\b':
			out = append(out, '\\', 'b')
		case '\f':
			out = append(out, '\\', 'f')
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(out, s[start:]...), '"')
}
