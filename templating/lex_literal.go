package templating

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// simpleEscapes are Python's one-letter escapes.
var simpleEscapes = map[rune]rune{'\\': '\\', '\'': '\'', '"': '"', 'a': '\a', 'b': '\b',
	'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// hexEscapes are the escapes that take a fixed number of hexadecimal digits.
var hexEscapes = map[rune]int{'x': 2, 'u': 4, 'U': 8}

// pythonEscape decodes what follows a backslash. As in Python an unknown
// escape keeps its backslash, and backslash newline is nothing.
//
// ok is false when a \x, \u or \U lacks digits.
func (c *cursor) pythonEscape(b *strings.Builder) (ok bool) {
	r, size := c.peek()
	simple, isSimple := simpleEscapes[r]
	digits, isHex := hexEscapes[r]
	switch {
	case size == 0:
		b.WriteByte('\\')
	case isSimple:
		b.WriteRune(simple)
		c.i += size
	case r == '\n':
		c.i += size
	case isHex:
		c.i += size
		v, ok := c.digits(digits, digits, 16)
		if !ok || v > utf8.MaxRune {
			return false
		}
		b.WriteRune(c.surrogatePair(v))
	case '0' <= r && r <= '7':
		v, _ := c.digits(1, 3, 8)
		b.WriteRune(v)
	default:
		b.WriteByte('\\')
	}
	return true
}

// digits reads between least and most digits of base.
func (c *cursor) digits(least, most int, base rune) (rune, bool) {
	var v rune
	n := 0
	for ; n < most; n++ {
		r, size := c.peek()
		d := digitValue(r)
		if size == 0 || d < 0 || d >= base {
			break
		}
		v = v*base + d
		c.i += size
	}
	return v, n >= least
}

func digitValue(r rune) rune {
	switch {
	case '0' <= r && r <= '9':
		return r - '0'
	case 'a' <= r|0x20 && r|0x20 <= 'f' && r < utf8.RuneSelf:
		return r | 0x20 - 'a' + 10
	}
	return -1
}

// surrogatePair joins \ud83d\ude00 to one character. Python keeps two halves
// that no encoder can write; here a half that stays alone is U+FFFD.
func (c *cursor) surrogatePair(high rune) rune {
	if high < 0xd800 || high > 0xdfff {
		return high
	}
	at := c.i
	if high < 0xdc00 && c.skip(`\u`) {
		if low, ok := c.digits(4, 4, 16); ok && low >= 0xdc00 && low <= 0xdfff {
			return 0x10000 + (high-0xd800)<<10 + (low - 0xdc00)
		}
	}
	c.i = at
	return utf8.RuneError
}

// number reads an integer or float literal as Jinja's lexer does.
func (l *lexer) number(c *cursor) (token, *errs.Error) {
	start := c.i
	digits := func(set string) {
		for {
			r, size := c.peek()
			if size == 0 || r != '_' && !strings.ContainsRune(set, r) {
				return
			}
			c.i += size
		}
	}
	const decimal = "0123456789"
	kind := tokInteger
	switch {
	case c.skip("0x"), c.skip("0X"):
		digits(decimal + "abcdefABCDEF")
	case c.skip("0o"), c.skip("0O"):
		digits("01234567")
	case c.skip("0b"), c.skip("0B"):
		digits("01")
	default:
		digits(decimal)
		if l.fraction(c) {
			kind = tokFloat
			digits(decimal)
		}
		if l.exponent(c) {
			kind = tokFloat
			digits(decimal)
		}
	}
	text := strings.ReplaceAll(l.src[start:c.i], "_", "")
	if kind == tokInteger && len(text) > 1 && text[0] == '0' && strings.Trim(text, decimal) == "" && strings.Trim(text, "0") != "" {
		return token{}, l.syntax(start, "%s: a number must not begin with 0", text)
	}
	return token{kind, text, start}, nil
}

// fraction passes a point that a digit follows.
func (l *lexer) fraction(c *cursor) bool {
	if c.i+1 < len(l.src) && l.src[c.i] == '.' && '0' <= l.src[c.i+1] && l.src[c.i+1] <= '9' {
		c.i++
		return true
	}
	return false
}

// exponent passes e, its sign, and nothing unless a digit follows.
func (l *lexer) exponent(c *cursor) bool {
	i := c.i
	if i >= len(l.src) || l.src[i]|0x20 != 'e' {
		return false
	}
	if i++; i < len(l.src) && (l.src[i] == '+' || l.src[i] == '-') {
		i++
	}
	if i >= len(l.src) || l.src[i] < '0' || l.src[i] > '9' {
		return false
	}
	c.i = i
	return true
}
