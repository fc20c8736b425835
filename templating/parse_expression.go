package templating

import (
	"strings"

	"github.com/linecast/linecast/errs"
)

// The grammar and its precedences are those of Jinja 3.1's parser
// (jinja2/parser.py), which differ from Python's: ** is read from the left,
// ~ binds tighter than +, and a filter tighter than any operator.

// expression reads a full expression, inline if included.
func (p *parser) expression() expr {
	if !p.enter(p.peek().off) {
		p.leave()
		return &constExpr{}
	}
	defer p.leave()
	x := p.or()
	for p.peek().is("if") {
		off := p.next().off
		c := &condExpr{then: x, test: p.or(), off: off}
		if p.skip("else") {
			c.other = p.expression()
		}
		p.node(off)
		x = c
	}
	return x
}

// tuple reads an expression, or several with commas as a tuple. Without cond
// an inline if is left alone, as in the head of a for.
func (p *parser) tuple(cond bool) expr {
	read := p.expression
	if !cond {
		read = p.or
	}
	off := p.peek().off
	x := read()
	if !p.peek().is(",") {
		return x
	}
	t := &tupleExpr{items: []expr{x}}
	for p.skip(",") {
		if n := p.peek(); n.kind == tokEnd || n.is(")") {
			break
		}
		t.items = append(t.items, read())
	}
	p.node(off)
	return t
}

func (p *parser) or() expr {
	x := p.and()
	for p.peek().is("or") {
		p.node(p.next().off)
		x = &logicExpr{or: true, l: x, r: p.and()}
	}
	return x
}

func (p *parser) and() expr {
	x := p.not()
	for p.peek().is("and") {
		p.node(p.next().off)
		x = &logicExpr{l: x, r: p.not()}
	}
	return x
}

func (p *parser) not() expr {
	if !p.peek().is("not") || p.look().is("in") {
		return p.compare()
	}
	off := p.next().off
	p.node(off)
	if !p.enter(off) {
		p.leave()
		return &constExpr{}
	}
	defer p.leave()
	return &notExpr{p.not()}
}

func (p *parser) compare() expr {
	x := p.sum()
	var ops []comparison
	for {
		t := p.peek()
		switch {
		case t.is("==") || t.is("!=") || t.is("<") || t.is("<=") || t.is(">") || t.is(">="):
			p.next()
			ops = append(ops, comparison{t.text, p.sum(), t.off})
		case t.kind == tokName && t.text == "in":
			p.next()
			ops = append(ops, comparison{"in", p.sum(), t.off})
		case t.is("not") && p.look().is("in"):
			p.next()
			p.next()
			ops = append(ops, comparison{"not in", p.sum(), t.off})
		default:
			if ops == nil {
				return x
			}
			return &compareExpr{x, ops}
		}
		p.node(t.off)
	}
}

func (p *parser) sum() expr {
	x := p.concat()
	for t := p.peek(); t.is("+") || t.is("-"); t = p.peek() {
		p.next()
		p.node(t.off)
		x = &binaryExpr{t.text, x, p.concat(), t.off}
	}
	return x
}

func (p *parser) concat() expr {
	x := p.product()
	if !p.peek().is("~") {
		return x
	}
	c := &concatExpr{parts: []expr{x}, off: p.peek().off}
	for p.peek().is("~") {
		p.node(p.next().off)
		c.parts = append(c.parts, p.product())
	}
	return c
}

func (p *parser) product() expr {
	x := p.power()
	for t := p.peek(); t.is("*") || t.is("/") || t.is("//") || t.is("%"); t = p.peek() {
		p.next()
		p.node(t.off)
		x = &binaryExpr{t.text, x, p.power(), t.off}
	}
	return x
}

func (p *parser) power() expr {
	x := p.unary(true)
	for t := p.peek(); t.is("**"); t = p.peek() {
		p.next()
		p.node(t.off)
		x = &binaryExpr{"**", x, p.unary(true), t.off}
	}
	return x
}

func (p *parser) unary(filters bool) expr {
	t := p.peek()
	var x expr
	if t.is("-") || t.is("+") {
		p.next()
		p.node(t.off)
		if !p.enter(t.off) {
			p.leave()
			return &constExpr{}
		}
		x = &unaryExpr{t.text, p.unary(false), t.off}
		p.leave()
	} else {
		x = p.primary()
	}
	x = p.postfix(x)
	if filters {
		x = p.filtersAndTests(x)
	}
	return x
}

func (p *parser) primary() expr {
	t := p.peek()
	p.node(t.off)
	switch {
	case t.kind == tokName:
		return p.nameOrConst()
	case t.kind == tokString:
		return p.adjacentStrings()
	case t.kind == tokInteger, t.kind == tokFloat:
		p.next()
		return p.numberLiteral(t)
	case t.is("("):
		return p.parenthesis()
	case t.is("["):
		return p.listLiteral()
	case t.is("{"):
		return p.dictLiteral()
	}
	p.unexpected(t, "an expression")
	return &constExpr{}
}

// adjacentStrings reads 'a' 'b' as 'ab', as Jinja does.
func (p *parser) adjacentStrings() expr {
	var s strings.Builder
	s.WriteString(p.next().text)
	for p.peek().kind == tokString {
		s.WriteString(p.next().text)
	}
	return &constExpr{str(s.String())}
}

func (p *parser) parenthesis() expr {
	p.next()
	if p.skip(")") {
		return &tupleExpr{}
	}
	x := p.tuple(true)
	p.expect(")")
	return x
}

func (p *parser) listLiteral() expr {
	p.next()
	l := &listExpr{}
	for p.err == nil && !p.peek().is("]") {
		if len(l.items) > 0 {
			p.expect(",")
			if p.peek().is("]") {
				break
			}
		}
		l.items = append(l.items, p.expression())
	}
	p.expect("]")
	return l
}

func (p *parser) dictLiteral() expr {
	d := &dictExpr{off: p.next().off}
	for p.err == nil && !p.peek().is("}") {
		if len(d.keys) > 0 {
			p.expect(",")
			if p.peek().is("}") {
				break
			}
		}
		d.keys = append(d.keys, p.expression())
		p.expect(":")
		d.vals = append(d.vals, p.expression())
	}
	p.expect("}")
	return d
}

func (p *parser) numberLiteral(t token) expr {
	v, ok := parseNumber(t.text)
	if !ok {
		p.fail(t.off, errs.New("template.number_too_large", MaxDigits))
	}
	return &constExpr{v}
}
