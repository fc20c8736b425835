package templating

import (
	"strings"
	"unicode/utf8"

	"github.com/linecast/linecast/templating/internal/jsontext"
)

// cursor reads the source rune by rune. Inside a body that is JSON as it
// stands, a placeholder's own quotes and backslashes are JSON-escaped
// ("{{UserAttribute[\"First Name\"]}}"); an escaped cursor decodes them on the
// way, so that the lexer sees the expression and keeps true offsets.
type cursor struct {
	s       string
	i       int
	escaped bool
}

// peek is the rune at the cursor and its size in the source; size 0 is the end.
func (c *cursor) peek() (rune, int) { return c.runeAt(c.i) }

func (c *cursor) runeAt(i int) (rune, int) {
	if i >= len(c.s) {
		return utf8.RuneError, 0
	}
	if b := c.s[i]; b < utf8.RuneSelf && (b != '\\' || !c.escaped) {
		return rune(b), 1
	}
	if c.escaped {
		r, size, _ := jsontext.ReadRune(c.s[i:])
		return r, size
	}
	return utf8.DecodeRuneInString(c.s[i:])
}

// after is the offset behind text when the source goes on with it, or -1.
func (c *cursor) after(text string) int {
	if !c.escaped {
		if strings.HasPrefix(c.s[c.i:], text) {
			return c.i + len(text)
		}
		return -1
	}
	i := c.i
	for _, want := range text {
		r, size := c.runeAt(i)
		if size == 0 || r != want {
			return -1
		}
		i += size
	}
	return i
}

// skip passes text and reports whether it stood there.
func (c *cursor) skip(text string) bool {
	i := c.after(text)
	if i < 0 {
		return false
	}
	c.i = i
	return true
}

// space passes whitespace.
func (c *cursor) space() {
	for {
		r, size := c.peek()
		if size == 0 || !isSpace(r) {
			return
		}
		c.i += size
	}
}
