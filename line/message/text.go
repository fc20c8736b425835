package message

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// hex4 reads the four digits after \u.
func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case isDigit(c):
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// secondHalf reads a \uXXXX that may be the second half of a surrogate pair.
func secondHalf(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	return hex4(b[2:])
}

// unescape undoes the escapes of a string the scanner has accepted. Half a
// surrogate pair becomes U+FFFD.
func unescape(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			return append(out, b...)
		}
		out = append(out, b[:i]...)
		b = b[i:]
		if b[1] != 'u' {
			out = append(out, shortEscape(b[1]))
			b = b[2:]
			continue
		}
		r, _ := hex4(b[2:])
		b = b[6:]
		if utf16.IsSurrogate(r) {
			low, ok := secondHalf(b)
			if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
				b = b[6:]
			}
		}
		out = utf8.AppendRune(out, r)
	}
}

func shortEscape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// units counts UTF-16 code units, LINE's usual measure (guide "Character
// counting in a text").
func units(content []byte) int {
	n := 0
	for _, b := range content {
		n += int(unitsByFirstByte[b])
	}
	return n
}

// unitsByFirstByte is how many units a character has, by the first of its
// bytes in UTF-8; the bytes that follow it have none.
var unitsByFirstByte = func() (t [256]uint8) {
	for b := range t {
		switch {
		case b >= 0xF0: // beyond U+FFFF
			t[b] = 2
		case b < 0x80 || b >= 0xC0:
			t[b] = 1
		}
	}
	return t
}()

// graphemes counts what a reader sees as one character (Unicode TR29).
func graphemes(content []byte) int { return uniseg.GraphemeClusterCount(string(content)) }

// blank reports whether there is nothing to see in a text.
func blank(content []byte) bool { return len(bytes.TrimSpace(content)) == 0 }

// clip shortens a text for a Detail to max bytes, on a character boundary, and
// makes it valid UTF-8.
func clip(b []byte, max int) string {
	if len(b) <= max {
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	}
	for max > 0 && !utf8.RuneStart(b[max]) {
		max--
	}
	return string(bytes.ToValidUTF8(b[:max], []byte("\uFFFD"))) + "…"
}
