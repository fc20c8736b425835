package templating

import (
	"fmt"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// placer walks a template and finds out for every output whether it stands
// inside a JSON string, as a key, or bare; escaping follows from that. It
// refuses templates of which this cannot be said: those whose branches end in
// different places.
type placer struct {
	src     string
	errs    []*errs.Error
	dynamic bool    // blocks outside strings write something
	loops   []place // where the bodies of the loops that are open began
	last    byte    // the last byte written outside strings, 0 when unknown
	captive int     // captures that are open: their text is not JSON
}

// place is where in the JSON a point of the template stands.
type place struct {
	inString bool
	open     int // offset of the quote that opened the string
}

func (p *placer) fail(off int, code func() *errs.Error) {
	if len(p.errs) < mostErrors {
		p.errs = append(p.errs, at(p.src, off, code()))
	}
}

func (p *placer) context(off int, format string, args ...any) {
	p.fail(off, func() *errs.Error { return errs.New("template.context", fmt.Sprintf(format, args...)) })
}

func (p *placer) json(off int, format string, args ...any) {
	p.fail(off, func() *errs.Error { return errs.New("template.json", fmt.Sprintf(format, args...)) })
}

// walk places the statements of body, which begins at pl, and returns where it
// ends.
func (p *placer) walk(body []stmt, pl place) place {
	for i, s := range body {
		switch s := s.(type) {
		case *textStmt:
			pl = p.text(s, pl)
		case *printStmt:
			s.ctx = p.output(s.off, body[i+1:], pl)
		case *filterStmt:
			s.ctx = p.output(s.off, body[i+1:], pl)
			s.decode = pl.inString
			p.capture(s.body, pl)
		case *captureStmt:
			s.decode = pl.inString
			p.capture(s.body, pl)
		case *ifStmt:
			pl = p.branches(s, pl)
		case *forStmt:
			pl = p.loop(s, pl)
		case *withStmt:
			pl = p.walk(s.body, pl)
		case *loopStmt:
			if start := p.loops[len(p.loops)-1]; start.inString != pl.inString {
				p.context(s.off, "the loop is left %s, but its body began %s", where(pl), where(start))
			}
		}
	}
	return pl
}

func where(pl place) string {
	if pl.inString {
		return "inside a JSON string"
	}
	return "outside the JSON strings"
}

// output is the context of an output at pl that rest follows.
func (p *placer) output(off int, rest []stmt, pl place) context {
	switch {
	case p.captive > 0:
		return ctxText
	case pl.inString:
		return ctxString
	}
	before, after := p.last, firstByte(rest)
	p.last = 'v' // whatever is printed ends like a word
	switch {
	case isValueByte(before):
		p.json(off, "a placeholder outside double quotes must be a whole JSON value; something stands right before it. Put the text and the placeholder into one pair of double quotes")
	case isValueByte(after):
		p.json(off, "a placeholder outside double quotes must be a whole JSON value; something stands right behind it. Put the placeholder and the text into one pair of double quotes")
	}
	if s, ok := nextText(rest); ok && strings.HasPrefix(strings.TrimLeftFunc(s, isSpace), ":") {
		return ctxKey
	}
	return ctxBare
}

func isValueByte(b byte) bool {
	return b == '_' || b == '.' || b == '-' || b == '+' || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}

func nextText(rest []stmt) (string, bool) {
	if len(rest) == 0 {
		return "", false
	}
	t, ok := rest[0].(*textStmt)
	if !ok {
		return "", false
	}
	return t.text, true
}

func firstByte(rest []stmt) byte {
	if s, ok := nextText(rest); ok {
		return s[0]
	}
	return 0
}

// text passes over JSON text.
func (p *placer) text(s *textStmt, pl place) place {
	if p.captive > 0 {
		if pl.inString {
			p.captured(s, pl)
		}
		return pl
	}
	for i := 0; i < len(s.text); {
		n, next := p.char(s, i, pl)
		if n == 0 {
			return pl // an error was noted; what follows would only repeat it
		}
		if !next.inString {
			p.last = s.text[i+n-1]
		}
		pl = next
		i += n
	}
	return pl
}

// char passes over one character of s at i and says how long it is, or 0 when
// it may not stand there.
func (p *placer) char(s *textStmt, i int, pl place) (int, place) {
	switch b := s.text[i]; {
	case b == '"' && pl.inString:
		return 1, place{}
	case b == '"':
		return 1, place{inString: true, open: s.off + i}
	case !pl.inString:
		return 1, pl
	case b == '\\':
		return p.escape(s, i), pl
	case b < ' ':
		line, _ := position(p.src, pl.open)
		p.json(s.off+i, `%s stands inside the JSON string that opened on line %d`, control(b), line)
		return 0, pl
	}
	return 1, pl
}

func control(b byte) string {
	switch b {
	case '\n', '\r':
		return `a line break (write \n, or let {%- and -%} swallow it)`
	case '\t':
		return `a tab (write \t)`
	}
	return fmt.Sprintf("the control character U+%04X", b)
}

// escape passes over a JSON escape, which must not be cut by a placeholder.
func (p *placer) escape(s *textStmt, i int) int {
	_, size, ok := jsontext.ReadRune(s.text[i:])
	switch {
	case ok:
		return size
	case len(s.text)-i < 6 && (len(s.text)-i == 1 || s.text[i+1] == 'u'):
		p.json(s.off+i, "a placeholder stands in the middle of the escape %q", s.text[i:])
	case size == 6:
		p.json(s.off+i, "%s is half of a surrogate pair", s.text[i:i+6])
	default:
		p.json(s.off+i, "%q is not a JSON escape", s.text[i:i+2])
	}
	return 0
}

// captured decodes text of a capture that stands in a JSON string: what is
// captured is the text that the string would have had.
func (p *placer) captured(s *textStmt, pl place) {
	for i := 0; i < len(s.text); {
		n, next := p.char(s, i, pl)
		if n == 0 {
			return
		}
		if !next.inString {
			p.context(s.off+i, `this block began inside a JSON string; write \" for a quote within it`)
			return
		}
		i += n
	}
	s.text = jsontext.Unescape(s.text)
}

func (p *placer) capture(body []stmt, pl place) {
	p.captive++
	p.walk(body, pl)
	p.captive--
}
