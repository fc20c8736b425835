package message

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func (s *scanner) literal(word string, k kind, parent, ord int32) bool {
	if len(s.body)-s.pos < len(word) || string(s.body[s.pos:s.pos+len(word)]) != word {
		return s.fail(s.pos, "a value cannot start with "+s.here())
	}
	n := s.push(k, parent, ord)
	s.pos += len(word)
	s.nodes[n].end = int32(s.pos)
	return true
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (s *scanner) number(parent, ord int32) bool {
	n := s.push(kindNumber, parent, ord)
	start := s.pos
	s.skip("-")
	if s.skip("0") == 0 && s.digits() == 0 {
		return s.fail(s.pos, "a number needs a digit before "+s.here())
	}
	if s.skip(".") > 0 && s.digits() == 0 {
		return s.fail(s.pos, "a number needs a digit after its point, before "+s.here())
	}
	if s.skip("eE") > 0 {
		s.skip("+-")
		if s.digits() == 0 {
			return s.fail(s.pos, "a number needs a digit in its exponent, before "+s.here())
		}
	}
	if s.pos < len(s.body) && isDigit(s.body[s.pos]) {
		return s.fail(start, "a number cannot start with 0")
	}
	s.nodes[n].end = int32(s.pos)
	return true
}

// skip moves over one byte of set and reports how many it moved.
func (s *scanner) skip(set string) int {
	if s.pos < len(s.body) {
		for i := range len(set) {
			if set[i] == s.body[s.pos] {
				s.pos++
				return 1
			}
		}
	}
	return 0
}

func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.body) && isDigit(s.body[s.pos]) {
		s.pos++
	}
	return s.pos - start
}

// plainUTF8 and plainASCII are the bytes of a string that need no second look,
// when the whole body is known to be valid UTF-8 and when it is not.
var (
	plainUTF8  = plainBelow(256)
	plainASCII = plainBelow(0x80)
)

func plainBelow(end int) (t [256]bool) {
	for b := 0x20; b < end; b++ {
		t[b] = b != '"' && b != '\\'
	}
	return t
}

// skipPlain moves to the next byte that needs a look.
func (s *scanner) skipPlain() {
	body, plain, i := s.body, s.plain, s.pos
	for i < len(body) && plain[body[i]] {
		i++
	}
	s.pos = i
}

// str reads a string or a member's name.
func (s *scanner) str(k kind, parent, ord int32) bool {
	n := s.push(k, parent, ord)
	noted := false
	for s.pos++; ; {
		s.skipPlain()
		if s.pos == len(s.body) {
			return s.fail(s.pos, fmt.Sprintf("the string that starts at byte %d has no closing quote", s.nodes[n].start))
		}
		switch b := s.body[s.pos]; {
		case b == '"':
			s.pos++
			s.nodes[n].end = int32(s.pos)
			return true
		case b == '\\':
			s.nodes[n].escaped = true
			if !s.escape(n, &noted) {
				return false
			}
		case b < 0x20:
			return s.fail(s.pos, fmt.Sprintf("the control character %q inside a string; write it as an escape, such as \\n", b))
		default:
			s.multibyte(n, &noted)
		}
	}
}

// multibyte reads one character beyond ASCII; a string is noted once.
func (s *scanner) multibyte(n int32, noted *bool) {
	r, size := utf8.DecodeRune(s.body[s.pos:])
	if r == utf8.RuneError && size == 1 && !*noted {
		*noted = true
		s.note(Error, codeInvalidUTF8, s.pos, n, fmt.Sprintf("has the byte %#02x, which is not valid UTF-8", s.body[s.pos]))
	}
	s.pos += size
}

// escape reads one escape sequence.
func (s *scanner) escape(n int32, noted *bool) bool {
	if s.pos+1 >= len(s.body) {
		s.pos = len(s.body)
		return true // str says that the quote is missing
	}
	switch s.body[s.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos += 2
		return true
	case 'u':
		return s.unicodeEscape(n, noted)
	}
	return s.fail(s.pos, fmt.Sprintf("%q is not an escape of JSON; write \\\\ for a backslash", clip(s.body[s.pos:], 2)))
}

// unicodeEscape reads \uXXXX, and both of a surrogate pair. Half a pair is
// grammatical JSON and no character: a warning, since LINE does not say what
// it makes of it.
func (s *scanner) unicodeEscape(n int32, noted *bool) bool {
	r, ok := hex4(s.body[s.pos+2:])
	if !ok {
		return s.fail(s.pos, fmt.Sprintf("%q is not an escape of JSON; \\u takes four hexadecimal digits", clip(s.body[s.pos:], 6)))
	}
	start := s.pos
	s.pos += 6
	if !utf16.IsSurrogate(r) {
		return true
	}
	if low, ok := secondHalf(s.body[s.pos:]); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
		s.pos += 6
		return true
	}
	if !*noted {
		*noted = true
		s.note(Warning, codeInvalidUTF8, start, n, fmt.Sprintf("has %s, which is half of a character", s.body[start:start+6]))
	}
	return true
}
