package templating

import (
	"encoding/json"
	"strings"

	"github.com/linecast/linecast/errs"
)

// lexer cuts a source into text and placeholders.
type lexer struct {
	src     string
	escaped bool // the source is JSON as it stands: placeholders are JSON-escaped
	items   []item
	lints   *lintList
	nodes   int
}

// delimiters are what opens and closes each sort of placeholder.
type delimiters struct {
	kind        itemKind
	open, close string
}

var (
	braces = delimiters{itemOutput, "{{", "}}"}
	angles = delimiters{itemOutput, "<<", ">>"}
	tags   = delimiters{itemTag, "{%", "%}"}
)

// lex cuts source; lints collects what is odd but allowed.
func lex(source string, lints *lintList) ([]item, *errs.Error) {
	l := &lexer{src: source, escaped: json.Valid([]byte(source)), lints: lints}
	if err := l.run(); err != nil {
		return nil, err
	}
	end := item{kind: itemEnd, off: len(source), tokens: []token{{kind: tokEnd, off: len(source)}}}
	return append(l.items, end), nil
}

func (l *lexer) run() *errs.Error {
	text := 0 // start of the text not yet emitted
	trim := false
	for i := 0; i < len(l.src); {
		n := strings.IndexAny(l.src[i:], `{<\`)
		if n < 0 {
			break
		}
		i += n
		d, size, ok := l.opens(i)
		if !ok {
			i++
			continue
		}
		body := i + size
		dash, plus := l.sign(body)
		l.text(text, i, trim, dash)
		if dash || plus {
			body++
		}
		var err *errs.Error
		if i, trim, err = l.placeholder(d, i, body); err != nil {
			return err
		}
		text = i
	}
	l.text(text, len(l.src), trim, false)
	return nil
}

// comment is what {# opens; it yields no item.
var comment = delimiters{itemEnd, "{#", "#}"}

// opens says which delimiter opens at i and how long it is in the source.
func (l *lexer) opens(i int) (delimiters, int, bool) {
	s := l.src[i:]
	switch {
	case strings.HasPrefix(s, "{{"):
		return braces, 2, true
	case strings.HasPrefix(s, "{%"):
		return tags, 2, true
	case strings.HasPrefix(s, "{#"):
		return comment, 2, true
	case strings.HasPrefix(s, "<<"):
		return l.opensAngles(i, 2)
	case len(s) >= 12 && strings.EqualFold(s[:12], `\u003c\u003c`):
		return l.opensAngles(i, 12)
	}
	return delimiters{}, 0, false
}

// opensAngles accepts << only before a known root: it is common in text.
func (l *lexer) opensAngles(i, size int) (delimiters, int, bool) {
	c := cursor{s: l.src, i: i + size, escaped: size > 2}
	c.skip("-")
	c.space()
	name := c.name()
	if isRoot(name) {
		return angles, size, true
	}
	if name != "" && l.closesAngles(c) {
		l.lints.add("angles_as_text", i, "<<"+name+" is left as text: << opens a placeholder only before UserAttribute, EventAttribute, CampaignAttribute or now")
	}
	return delimiters{}, 0, false
}

// closesAngles says whether >> follows on the same line.
func (l *lexer) closesAngles(c cursor) bool {
	rest, _, _ := strings.Cut(l.src[c.i:], "\n")
	return strings.Contains(rest, ">>") || strings.Contains(strings.ToLower(rest), `\u003e\u003e`)
}

func (l *lexer) sign(i int) (dash, plus bool) {
	if i >= len(l.src) {
		return false, false
	}
	return l.src[i] == '-', l.src[i] == '+'
}

// text emits src[from:to], trimmed on the sides whitespace control asked for.
func (l *lexer) text(from, to int, left, right bool) {
	if left || right {
		from, to = l.trimmed(from, to, left, right)
	}
	if s := l.src[from:to]; s != "" {
		l.items = append(l.items, item{kind: itemText, off: from, text: s})
	}
}

// trimmed narrows src[from:to]. In a body that is JSON as it stands, escaped
// line breaks and tabs are whitespace too.
func (l *lexer) trimmed(from, to int, left, right bool) (int, int) {
	first, last := to, from
	c := cursor{s: l.src[:to], i: from, escaped: l.escaped}
	for {
		r, size := c.peek()
		if size == 0 {
			break
		}
		if !isSpace(r) {
			first = min(first, c.i)
			last = c.i + size
		}
		c.i += size
	}
	if left {
		from = first
	}
	if right {
		to = max(last, from)
	}
	return from, to
}

// placeholder reads one that opened at off and whose code starts at body. It
// returns the offset behind it and whether the text behind is to be trimmed.
func (l *lexer) placeholder(d delimiters, off, body int) (end int, trim bool, err *errs.Error) {
	if d.kind == itemEnd {
		return l.comment(off)
	}
	escaped := l.escaped || l.src[off] == '\\'
	toks, end, trim, err := l.tokens(d, off, body, escaped)
	if err != nil && escaped && l.mayBeRaw(off, err) {
		if raw, e, t, err2 := l.tokens(d, off, body, false); err2 == nil {
			toks, end, trim, err = raw, e, t, nil
		}
	}
	if err != nil {
		return 0, false, err
	}
	if d.kind == itemTag && len(toks) == 2 && toks[0].is("raw") {
		return l.raw(off, end, trim)
	}
	l.items = append(l.items, item{kind: d.kind, off: off, tokens: toks})
	return end, trim, nil
}

// mayBeRaw says whether the placeholder at off, in a body that is JSON as it
// stands, may have been written raw all the same, since reading it as JSON
// failed with err. Where a wrong escape was the reason, \\x4 would be read as a
// backslash, and sent.
func (l *lexer) mayBeRaw(off int, err *errs.Error) bool {
	return l.src[off] != '\\' && err.Code != "template.escape"
}

func (l *lexer) comment(off int) (int, bool, *errs.Error) {
	n := strings.Index(l.src[off+2:], "#}")
	if n < 0 {
		return 0, false, at(l.src, off, errs.New("template.unclosed", "comment", "{#", "#}"))
	}
	end := off + 2 + n
	return end + 2, n > 0 && l.src[end-1] == '-', nil
}

// raw passes over {% raw %} … {% endraw %} and emits what is between as text.
func (l *lexer) raw(off, start int, trim bool) (int, bool, *errs.Error) {
	for i := start; ; {
		n := strings.Index(l.src[i:], "{%")
		if n < 0 {
			return 0, false, at(l.src, off, errs.New("template.unclosed", "block", "{% raw %}", "{% endraw %}"))
		}
		i += n
		c := cursor{s: l.src, i: i + 2}
		dash, _ := l.sign(c.i)
		if dash || strings.HasPrefix(l.src[c.i:], "+") {
			c.i++
		}
		c.space()
		if !c.skip("endraw") {
			i += 2
			continue
		}
		c.space()
		after := c.skip("-")
		if !c.skip("%}") {
			i += 2
			continue
		}
		before := len(l.items)
		l.text(start, i, trim, dash)
		for j := before; j < len(l.items); j++ {
			l.items[j].verb = true
		}
		return c.i, after, nil
	}
}
