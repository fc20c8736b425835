package jsontext

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ReadRune reads the character at the start of s, the content of a JSON string
// that may begin with an escape, and says how many bytes it took. A lone
// surrogate and an unknown escape are U+FFFD with ok false.
func ReadRune(s string) (r rune, size int, ok bool) {
	if s[0] != '\\' {
		r, size = utf8.DecodeRuneInString(s)
		return r, size, r != utf8.RuneError || size > 1
	}
	if len(s) < 2 {
		return utf8.RuneError, 1, false
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2, true
	case 'b':
		return '\b', 2, true
	case 'f':
		return '\f', 2, true
	case 'n':
		return '\n', 2, true
	case 'r':
		return '\r', 2, true
	case 't':
		return '\t', 2, true
	case 'u':
		return readUnicode(s)
	}
	return utf8.RuneError, 2, false
}

func readUnicode(s string) (rune, int, bool) {
	r, ok := fourHex(s)
	switch {
	case !ok:
		return utf8.RuneError, 2, false
	case !utf16.IsSurrogate(r):
		return r, 6, true
	}
	if low, ok := fourHex(s[6:]); ok {
		if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
			return both, 12, true
		}
	}
	return utf8.RuneError, 6, false
}

// fourHex reads `\uXXXX` at the start of s.
func fourHex(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// Unescape decodes the content of a JSON string. A content without escapes is
// returned as it is, without copying. Lone surrogates become U+FFFD.
func Unescape(content string) string {
	i := strings.IndexByte(content, '\\')
	if i < 0 {
		return content
	}
	out := make([]byte, i, len(content))
	copy(out, content)
	for i < len(content) {
		r, size, _ := ReadRune(content[i:])
		if content[i] != '\\' { // keep bytes that are not UTF-8 for the writer to judge
			out = append(out, content[i:i+size]...)
		} else {
			out = utf8.AppendRune(out, r)
		}
		i += size
	}
	return string(out)
}

// AppendContent appends the content of a JSON string as the content of
// another: the value is the same, and what AppendEscaped escapes is escaped.
func AppendContent(dst []byte, content string) []byte {
	start := 0
	for i := 0; i < len(content); {
		c := content[i]
		if c < utf8.RuneSelf && plain[c] {
			i++
			continue
		}
		if c == '\\' && i+1 < len(content) && keeps[content[i+1]] {
			i += 2
			continue
		}
		r, size := rune(c), 1
		if c == '\\' || c >= utf8.RuneSelf {
			r, size, _ = ReadRune(content[i:])
			if c != '\\' && r != utf8.RuneError && r != '\u2028' && r != '\u2029' {
				i += size
				continue
			}
		}
		dst = append(dst, content[start:i]...)
		dst = appendRune(dst, r)
		i += size
		start = i
	}
	return append(dst, content[start:]...)
}

// keeps are the escapes of one letter, which are copied as they are.
var keeps = [256]bool{'"': true, '\\': true, '/': true, 'b': true, 'f': true, 'n': true, 'r': true, 't': true}
