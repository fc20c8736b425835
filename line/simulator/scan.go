package simulator

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// maxDepth bounds nesting, as Jackson's default does, which LINE's texts look like.
const maxDepth = 1000

// scanner reads JSON in place. It allocates nothing, which is what lets the
// checks of every push stay on and the simulator outrun the sender. After a
// method returned false, i is where the JSON is wrong. FuzzScanner holds it
// against encoding/json.
type scanner struct {
	b     []byte
	i     int
	depth int
}

// newScanner refuses invalid UTF-8 by scanning nothing at all.
func newScanner(b []byte) scanner {
	if !utf8.Valid(b) {
		return scanner{}
	}
	return scanner{b: b}
}

// space skips white space and returns the next byte, or 0 at the end.
func (s *scanner) space() byte {
	for ; s.i < len(s.b); s.i++ {
		if c := s.b[s.i]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}

// end reports that nothing but white space is left.
func (s *scanner) end() bool { return s.space() == 0 && s.i == len(s.b) }

// byte consumes c.
func (s *scanner) byte(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// value consumes one value and returns its bytes.
func (s *scanner) value() ([]byte, bool) {
	c := s.space()
	start, ok := s.i, false
	switch {
	case c == '{':
		ok = s.object(func([]byte) bool { _, ok := s.value(); return ok })
	case c == '[':
		ok = s.array(func(int) bool { _, ok := s.value(); return ok })
	case c == '"':
		ok = s.str()
	case c == '-' || c >= '0' && c <= '9':
		ok = s.number()
	default:
		ok = s.word("true") || s.word("false") || s.word("null")
	}
	return s.b[start:s.i], ok
}

// object consumes an object; each gets a key with its quotes and consumes the
// value.
func (s *scanner) object(each func(key []byte) bool) bool {
	if s.depth++; s.depth > maxDepth || !s.byte('{') {
		return false
	}
	for first := true; ; first = false {
		c := s.space()
		if c == '}' && first {
			break
		}
		key := s.i
		if !s.str() {
			return false
		}
		name := s.b[key:s.i]
		if s.space(); !s.byte(':') || !each(name) {
			return false
		}
		if s.space(); !s.byte(',') {
			break
		}
	}
	s.depth--
	return s.byte('}')
}

// array consumes an array; each gets the index and consumes the element.
func (s *scanner) array(each func(i int) bool) bool {
	if s.depth++; s.depth > maxDepth || !s.byte('[') {
		return false
	}
	for i := 0; ; i++ {
		if c := s.space(); c == ']' && i == 0 {
			break
		}
		if !each(i) {
			return false
		}
		if s.space(); !s.byte(',') {
			break
		}
	}
	s.depth--
	return s.byte(']')
}

// str consumes a string. Most bytes of a message are in strings, hence the
// local variables, which stay in registers.
func (s *scanner) str() bool {
	if !s.byte('"') {
		return false
	}
	b, i := s.b, s.i
	for i < len(b) {
		c := b[i]
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		s.i = i
		if c == '"' {
			s.i++
			return true
		}
		if c != '\\' || !s.escape() {
			return false
		}
		i = s.i
	}
	s.i = i
	return false
}

// escape consumes a backslash and what belongs to it.
func (s *scanner) escape() bool {
	s.i++
	if s.i == len(s.b) || bytes.IndexByte([]byte(`"\/bfnrtu`), s.b[s.i]) < 0 {
		return false
	}
	digits := 0
	if s.b[s.i] == 'u' {
		digits = 4
	}
	for s.i++; digits > 0; digits-- {
		if s.i == len(s.b) || !hexDigit(s.b[s.i]) {
			return false
		}
		s.i++
	}
	return true
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// number consumes a number.
func (s *scanner) number() bool {
	s.byte('-')
	if !s.byte('0') && !s.digits() {
		return false
	}
	if s.byte('.') && !s.digits() {
		return false
	}
	if s.byte('e') || s.byte('E') {
		_ = s.byte('+') || s.byte('-')
		return s.digits()
	}
	return true
}

// digits consumes one digit or more.
func (s *scanner) digits() bool {
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

// word consumes w.
func (s *scanner) word(w string) bool {
	if !bytes.HasPrefix(s.b[s.i:], []byte(w)) {
		return false
	}
	s.i += len(w)
	return true
}

// where is the place of i as LINE tells it, both counted from 1.
func (s *scanner) where() (line, column int) {
	before := s.b[:s.i]
	return bytes.Count(before, []byte("\n")) + 1, s.i - bytes.LastIndexByte(before, '\n')
}

// isString reports whether raw, a scanned value, is a string.
func isString(raw []byte) bool { return len(raw) > 0 && raw[0] == '"' }

// text is what a scanned string says; only one with escapes is decoded.
func text(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	_ = json.Unmarshal(raw, &s) // a scanned string cannot fail
	return []byte(s)
}

// utf16Length counts a scanned string's UTF-16 code units, as LINE does (LINE
// docs, Character counting in a text).
func utf16Length(raw []byte) int {
	n := 0
	for i := 1; i < len(raw)-1; n++ {
		switch c := raw[i]; {
		case c == '\\' && raw[i+1] == 'u':
			i += 6
		case c == '\\':
			i += 2
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRune(raw[i:])
			i += size
			if r > 0xffff {
				n++
			}
		}
	}
	return n
}
