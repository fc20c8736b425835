package templating

import (
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// parse reads the whole template.
func (p *parser) parse() []stmt {
	p.names.push()
	body, end := p.block(nil)
	if !p.dead && end.text != "" {
		p.note(end.off, errs.New("template.syntax", "'"+end.text+"' closes nothing that is open"))
	}
	return body
}

// block reads statements up to a tag named in until, which it consumes up to
// and including its name, or to the end of the template.
func (p *parser) block(until []string) (body []stmt, end token) {
	for !p.dead && p.items[p.i].kind != itemEnd {
		it := p.items[p.i]
		p.toks, p.t = it.tokens, 0
		switch it.kind {
		case itemText:
			p.i++
			body = append(body, &textStmt{text: it.text, off: it.off, verb: it.verb})
		case itemOutput:
			p.i++
			body = p.append(body, p.output(it))
		case itemTag:
			if t := p.peek(); t.kind == tokName && slices.Contains(until, t.text) {
				p.i++
				return body, p.next()
			}
			s, stray := p.tag(it, until)
			if stray.text != "" {
				return body, stray
			}
			body = p.append(body, s)
		}
	}
	return body, token{}
}

func (p *parser) append(body []stmt, s stmt) []stmt {
	if s == nil {
		return body
	}
	return append(body, s)
}

func (p *parser) output(it item) stmt {
	if p.peek().kind == tokEnd {
		p.syntax(it.off, "the placeholder is empty")
	}
	x := p.tuple(true)
	if !p.finish("the end of the placeholder") {
		return nil
	}
	p.node(it.off)
	return &printStmt{x: x, name: pathOf(x), off: it.off}
}

// closing are the tags that end or divide a block: alone they are astray.
var closing = []string{"endif", "else", "elif", "endfor", "endset", "endfilter", "endwith", "endraw"}

// tag reads a statement tag. stray is a closing tag that belongs to a block
// further out, or to none.
func (p *parser) tag(it item, until []string) (s stmt, stray token) {
	t := p.name()
	if p.err == nil && slices.Contains(closing, t.text) {
		p.strayTag(t, until)
		return nil, t
	}
	p.i++
	parse, ok := tagParsers()[t.text]
	switch {
	case p.err != nil:
	case ok:
		if p.enter(it.off) {
			s = parse(p, it)
		}
		p.leave()
	default:
		p.unknownTag(t)
	}
	if p.err != nil {
		p.finish("")
		return nil, token{}
	}
	return s, token{}
}

func (p *parser) strayTag(t token, until []string) {
	p.dead = true
	if len(until) == 0 {
		p.note(t.off, errs.New("template.syntax", "'"+t.text+"' closes nothing that is open"))
		return
	}
	p.note(t.off, errs.New("template.syntax", "expected "+oneOf(until)+", got '"+t.text+"'"))
}

func (p *parser) unknownTag(t token) {
	if why, ok := forbiddenTags[t.text]; ok {
		p.fail(t.off, errs.New("template.forbidden", "{% "+t.text+" %}", why))
		return
	}
	if hint, ok := foreignTags[t.text]; ok {
		p.fail(t.off, errs.New("template.unknown_tag", t.text, ": "+hint))
		return
	}
	near := nearest.Name(t.text, slices.Concat(tagNames(), closing))
	p.fail(t.off, errs.New("template.unknown_tag", t.text, didYouMean(near)))
}

// body reads a block's statements in a scope of their own when scoped.
func (p *parser) body(open item, scoped bool, until ...string) ([]stmt, token) {
	if scoped {
		p.names.push()
		defer p.names.pop()
	}
	body, end := p.block(until)
	if end.text == "" && !p.dead {
		p.dead = true
		p.note(open.off, errs.New("template.unclosed", "block", "{% "+open.tokens[0].text+" %}", "{% "+until[len(until)-1]+" %}"))
	}
	return body, end
}

// closeTag checks that the closing tag holds nothing else.
func (p *parser) closeTag(end token) {
	if end.text == "else" && p.peek().is("if") {
		p.fail(p.peek().off, errs.New("template.pasted", "write {% elif … %} instead of {% else if … %}"))
	}
	if end.text != "" {
		p.finish("the end of the tag")
	}
}

func oneOf(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "'" + n + "'"
	}
	return strings.Join(quoted, " or ")
}
