package templating

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/linecast/linecast/errs"
)

// operators, longest first so that the first match is the right one.
var operators = []string{"**", "//", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~",
	"[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"}

// tokens reads the code of a placeholder up to its closing delimiter, which
// counts only outside brackets, so that {{ {'a': {}} }} works.
func (l *lexer) tokens(d delimiters, off, body int, escaped bool) (toks []token, end int, trim bool, err *errs.Error) {
	c := cursor{s: l.src, i: body, escaped: escaped}
	var open []byte
	for {
		c.space()
		if c.i >= len(l.src) {
			return nil, 0, false, at(l.src, off, errs.New("template.unclosed", "placeholder", d.open, d.close))
		}
		if len(open) == 0 {
			if end, trim, ok := closes(c, d.close); ok {
				return append(toks, token{kind: tokEnd, off: c.i}), end, trim, nil
			}
		}
		if !c.escaped && strings.HasPrefix(l.src[c.i:], `\"`) {
			return l.tokens(d, off, body, true) // a JSON-escaped quote: so is the whole
		}
		t, err := l.token(&c)
		if err == nil && t.kind == tokOperator {
			open, err = l.balance(open, t)
		}
		if err != nil {
			return nil, 0, false, err
		}
		if l.nodes++; l.nodes > 4*MaxNodes {
			return nil, 0, false, at(l.src, t.off, errs.New("template.too_many_nodes", MaxNodes))
		}
		toks = append(toks, t)
	}
}

// closes says whether the closing delimiter stands at c, and whether it trims.
func closes(c cursor, delimiter string) (end int, trim, ok bool) {
	trim = c.skip("-")
	if !trim {
		c.skip("+")
	}
	ok = c.skip(delimiter)
	return c.i, trim, ok
}

var closers = map[string]byte{"(": ')', "[": ']', "{": '}'}

// balance keeps the stack of brackets that must still be closed.
func (l *lexer) balance(open []byte, t token) ([]byte, *errs.Error) {
	if want, ok := closers[t.text]; ok {
		return append(open, want), nil
	}
	if t.text != ")" && t.text != "]" && t.text != "}" {
		return open, nil
	}
	if len(open) == 0 && t.text == "}" {
		return open, l.syntax(t.off, "unexpected '}'; a placeholder closes with its two characters side by side")
	}
	if len(open) == 0 {
		return open, l.syntax(t.off, "unexpected '%s', which nothing opened", t.text)
	}
	if want := open[len(open)-1]; want != t.text[0] {
		return open, l.syntax(t.off, "unexpected '%s', expected '%c'", t.text, want)
	}
	return open[:len(open)-1], nil
}

func (l *lexer) syntax(off int, format string, args ...any) *errs.Error {
	return at(l.src, off, errs.New("template.syntax", fmt.Sprintf(format, args...)))
}

// token reads one token at c.
func (l *lexer) token(c *cursor) (token, *errs.Error) {
	start := c.i
	r, size := c.peek()
	switch {
	case r == '\'' || r == '"':
		s, err := l.stringLiteral(c, r)
		return token{tokString, s, start}, err
	case '0' <= r && r <= '9':
		return l.number(c)
	case r == '_' || unicode.IsLetter(r):
		return token{tokName, c.name(), start}, nil
	case r == ';':
		if err := l.pasted(c.i); err != nil {
			return token{}, err
		}
	}
	for _, op := range operators {
		if c.skip(op) {
			return token{tokOperator, op, start}, nil
		}
	}
	if err := l.pasted(c.i); err != nil {
		return token{}, err
	}
	return token{}, l.syntax(c.i, "unexpected character %q", string([]rune(l.src[c.i:min(len(l.src), c.i+size)])))
}

// name reads letters, digits and underscores; `\_`, as Markdown prints an
// underscore, counts as one (MoEngage's page shows MOE\_NOT\_SEND).
func (c *cursor) name() string {
	start := c.i
	var b strings.Builder
	for {
		r, size := c.peek()
		if r == '\\' && c.i > start && c.after(`\_`) >= 0 {
			c.i += size
			r, size = c.peek()
		}
		if size == 0 || r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return b.String()
		}
		b.WriteRune(r)
		c.i += size
	}
}

// stringLiteral reads a quoted literal with Python's escapes.
func (l *lexer) stringLiteral(c *cursor, quote rune) (string, *errs.Error) {
	start := c.i
	_, size := c.peek()
	c.i += size
	var b strings.Builder
	for {
		r, size := c.peek()
		if size == 0 {
			return "", l.syntax(start, "this text is never closed: a %c is missing, or the placeholder ends before it and lacks its closing braces", quote)
		}
		c.i += size
		switch r {
		case quote:
			return b.String(), nil
		case '\\':
			if from := c.i - size; !c.pythonEscape(&b) {
				return "", at(l.src, from, errs.New("template.escape", l.src[from:c.i]))
			}
		default:
			b.WriteRune(r)
		}
	}
}
