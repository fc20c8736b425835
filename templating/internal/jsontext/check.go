package jsontext

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may nest in a checked text.
const MaxDepth = 64

// SyntaxError says where and why a text is not one strict JSON value.
type SyntaxError struct {
	Offset    int // byte at which reading stopped
	Message   string
	Duplicate bool // the text is JSON but an object names a key twice
}

func (e *SyntaxError) Error() string { return e.Message }

// Span is a member of the outermost object: Key is the offset of the quote
// that opens its key, Value and End enclose the value. A missing member is the
// zero Span.
type Span struct{ Key, Value, End int }

// Check reports whether text is one JSON value, strictly: no duplicate keys,
// no lone surrogates, no raw control characters, nothing behind it. member
// names a key of the outermost object whose place is wanted.
func Check(text, member string) (Span, error) {
	c := checker{s: text, member: member}
	i, err := c.value(skipSpace(text, 0), 0)
	if err == nil {
		if i = skipSpace(text, i); i < len(text) {
			err = c.fail(i, "something follows the end of the JSON body: %s", c.near(i))
		}
	}
	return c.span, err
}

type checker struct {
	s      string
	member string
	span   Span
	keys   []string // contents of the keys of the objects that are open
}

func (c *checker) fail(at int, format string, args ...any) error {
	return &SyntaxError{Offset: at, Message: fmt.Sprintf(format, args...)}
}

// near quotes the text at i for a message.
func (c *checker) near(i int) string {
	if i >= len(c.s) {
		return "the end of the body"
	}
	r, size := utf8.DecodeRuneInString(c.s[i:])
	if strings.ContainsRune("“”„‟", r) {
		return fmt.Sprintf("%c, a curly quote (write \")", r)
	}
	if !isWord(c.s[i]) {
		return fmt.Sprintf("%q", string(r))
	}
	end := i + size
	for end < len(c.s) && end < i+20 && isWord(c.s[end]) {
		end++
	}
	return fmt.Sprintf("%q", c.s[i:end])
}

func isWord(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}

func (c *checker) value(i, depth int) (int, error) {
	if depth > MaxDepth {
		return i, c.fail(i, "arrays and objects nest deeper than %d", MaxDepth)
	}
	if i >= len(c.s) {
		return i, c.fail(i, "expected a value, found %s", c.near(i))
	}
	switch b := c.s[i]; {
	case b == '{':
		return c.object(i, depth)
	case b == '[':
		return c.array(i, depth)
	case b == '"':
		return c.text(i)
	case b == '-' || '0' <= b && b <= '9':
		return c.number(i)
	}
	for _, word := range []string{"true", "false", "null"} {
		if strings.HasPrefix(c.s[i:], word) && (len(c.s) == i+len(word) || !isWord(c.s[i+len(word)])) {
			return i + len(word), nil
		}
	}
	for _, word := range []string{"True", "False", "None", "NaN", "nil", "undefined"} {
		if strings.HasPrefix(c.s[i:], word) {
			return i, c.fail(i, "%s is not JSON; write true, false, null or a number", word)
		}
	}
	return i, c.fail(i, "expected a value, found %s", c.near(i))
}

func (c *checker) array(i, depth int) (int, error) {
	open := i
	if i = skipSpace(c.s, i+1); i < len(c.s) && c.s[i] == ']' {
		return i + 1, nil
	}
	for {
		var err error
		if i, err = c.value(i, depth+1); err != nil {
			return i, err
		}
		i = skipSpace(c.s, i)
		switch {
		case i < len(c.s) && c.s[i] == ',':
			i = skipSpace(c.s, i+1)
		case i < len(c.s) && c.s[i] == ']':
			return i + 1, nil
		default:
			return i, c.unfinished(i, open, "]")
		}
	}
}

// unfinished says what was expected behind a value of the array or object that
// opened at open.
func (c *checker) unfinished(i, open int, closing string) error {
	if i >= len(c.s) {
		return c.fail(open, "this %q is never closed", c.s[open:open+1])
	}
	return c.fail(i, `expected "," or %q after a value, found %s`, closing, c.near(i))
}

func (c *checker) text(i int) (int, error) {
	for j := i + 1; j < len(c.s); {
		switch b := c.s[j]; {
		case b == '"':
			return j + 1, nil
		case b == '\\' || b >= utf8.RuneSelf:
			_, size, ok := ReadRune(c.s[j:])
			if !ok {
				return j, c.fail(j, "%s", badRune(c.s[j:j+size]))
			}
			j += size
		case b < ' ':
			return j, c.fail(j, "%s inside a string", controlName(b))
		default:
			j++
		}
	}
	return i, c.fail(i, "this string is never closed")
}

func badRune(s string) string {
	switch {
	case s[0] != '\\':
		return "bytes that are not UTF-8 inside a string"
	case len(s) == 6:
		return fmt.Sprintf("%s is half of a surrogate pair", s)
	}
	return fmt.Sprintf("%q is not a JSON escape", s)
}

func controlName(b byte) string {
	switch b {
	case '\n', '\r':
		return `a raw line break (write \n)`
	case '\t':
		return `a raw tab (write \t)`
	}
	return fmt.Sprintf("the control character U+%04X", b)
}

func (c *checker) number(i int) (int, error) {
	end := NumberEnd(c.s, i)
	if end < 0 || end < len(c.s) && (isWord(c.s[end]) || c.s[end] == '.') {
		return i, c.fail(i, "%s is not a JSON number", c.near(i))
	}
	return end, nil
}
