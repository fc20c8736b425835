package templating

import (
	"maps"
	"slices"

	"github.com/linecast/linecast/errs"
)

// tagParsers is the table of statements: a new tag is one row.
func tagParsers() map[string]func(*parser, item) stmt {
	return map[string]func(*parser, item) stmt{
		"if":            (*parser).ifTag,
		"for":           (*parser).forTag,
		"break":         func(p *parser, it item) stmt { return p.loopTag(it, flowBreak) },
		"continue":      func(p *parser, it item) stmt { return p.loopTag(it, flowContinue) },
		"set":           (*parser).setTag,
		"with":          (*parser).withTag,
		"filter":        (*parser).filterTag,
		"do":            (*parser).doTag,
		"cycle":         (*parser).cycleTag,
		"MOE_NOT_SEND":  (*parser).notSendTag,
		"abort_message": (*parser).notSendTag,
	}
}

func tagNames() []string { return slices.Sorted(maps.Keys(tagParsers())) }

func (p *parser) ifTag(it item) stmt {
	s := &ifStmt{off: it.off, id: p.out.branches}
	p.out.branches++
	for {
		test := p.tuple(false)
		p.finish("the end of the tag")
		body, end := p.body(it, false, "elif", "else", "endif")
		s.arms = append(s.arms, ifArm{test, body})
		switch end.text {
		case "elif":
			p.node(end.off)
			continue
		case "else":
			p.closeTag(end)
			s.els, end = p.body(it, false, "endif")
		}
		p.closeTag(end)
		p.node(it.off)
		return s
	}
}

func (p *parser) forTag(it item) stmt {
	s := &forStmt{off: it.off, id: p.out.branches}
	p.out.branches++
	p.names.push()
	s.target = p.target(false)
	p.expect("in")
	outer := p.names
	inner := outer.frames[len(outer.frames)-1]
	p.names.frames = outer.frames[:len(outer.frames)-1]
	s.iter = p.tuple(false)
	p.names.frames = append(p.names.frames, inner)
	if p.peek().is("recursive") {
		p.fail(p.peek().off, errs.New("template.forbidden", "a recursive for", "loops nest, they do not call themselves"))
	}
	p.names.set("loop")
	s.loop = p.slot("loop")
	if p.skip("if") {
		s.cond = p.tuple(false)
	}
	p.finish("the end of the tag")
	p.loops++
	body, end := p.body(it, false, "else", "endfor")
	p.loops--
	p.names.pop()
	s.body = body
	if end.text == "else" {
		p.closeTag(end)
		s.els, end = p.body(it, true, "endfor")
	}
	p.closeTag(end)
	p.node(it.off)
	return s
}

func (p *parser) loopTag(it item, f flow) stmt {
	if p.loops == 0 {
		p.syntax(it.off, "'%s' stands outside a for", it.tokens[0].text)
	}
	p.finish("the end of the tag")
	return &loopStmt{flow: f, off: it.off}
}

func (p *parser) setTag(it item) stmt {
	t := p.target(true)
	if p.skip("=") {
		x := p.tuple(true)
		p.node(it.off)
		if !p.finish("the end of the tag") {
			p.declare(t)
			return nil
		}
		p.declare(t)
		return &setStmt{target: t, x: x, off: it.off}
	}
	if p.err != nil && slices.ContainsFunc(it.tokens, func(t token) bool { return t.is("=") }) {
		return nil // an assignment, so no body follows
	}
	filters := p.filterChain(nil)
	if t := p.peek(); p.err == nil && t.kind != tokEnd {
		p.unexpected(t, "'='")
	}
	p.finish("the end of the tag")
	body, end := p.body(it, true, "endset")
	p.closeTag(end)
	p.declare(t)
	p.node(it.off)
	return &captureStmt{target: t, body: body, filters: filters, off: it.off}
}

// declare makes the names of t readable from here on.
func (p *parser) declare(t target) {
	for _, part := range t.parts {
		p.declare(part)
	}
	if t.name != "" && t.attr == "" {
		p.names.set(t.name)
	}
}

func (p *parser) withTag(it item) stmt {
	s := &withStmt{off: it.off}
	p.names.push()
	for p.err == nil && p.peek().kind != tokEnd {
		if len(s.targets) > 0 {
			p.expect(",")
		}
		s.targets = append(s.targets, p.target(false))
		p.expect("=")
		s.vals = append(s.vals, p.expression())
	}
	p.finish("the end of the tag")
	body, end := p.body(it, false, "endwith")
	p.names.pop()
	p.closeTag(end)
	p.node(it.off)
	s.body = body
	return s
}

func (p *parser) filterTag(it item) stmt {
	s := &filterStmt{off: it.off}
	s.filters = p.filterChain(p.filterNamed(nil, p.name()))
	p.finish("the end of the tag")
	body, end := p.body(it, true, "endfilter")
	p.closeTag(end)
	p.node(it.off)
	s.body = body
	return s
}

func (p *parser) doTag(it item) stmt {
	x := p.tuple(true)
	p.finish("the end of the tag")
	p.node(it.off)
	return &doStmt{x: x, off: it.off}
}

// cycleTag is MoEngage's {% cycle('odd', 'even') %}: loop.cycle, printed.
func (p *parser) cycleTag(it item) stmt {
	if p.loops == 0 {
		p.syntax(it.off, "'cycle' stands outside a for")
	}
	args := p.arguments()
	p.finish("the end of the tag")
	p.node(it.off)
	loop := &nameExpr{name: "loop", slot: p.slot("loop"), off: it.off}
	return &printStmt{x: &methodExpr{base: loop, name: "cycle", args: args, off: it.off}, off: it.off}
}

// notSendTag is {% MOE_NOT_SEND("reason") %}; the reason may be left out.
func (p *parser) notSendTag(it item) stmt {
	s := &notSendStmt{off: it.off}
	if p.peek().kind != tokEnd {
		s.reason = p.tuple(true)
	}
	p.finish("the end of the tag")
	p.node(it.off)
	return s
}

// target reads what set, with and for assign to.
func (p *parser) target(attrs bool) target {
	first := p.oneTarget(attrs)
	if !p.peek().is(",") {
		p.declareUnlessSet(first, attrs)
		return first
	}
	t := target{parts: []target{first}, off: first.off}
	for p.skip(",") && !p.peek().is("in") && !p.peek().is("=") {
		t.parts = append(t.parts, p.oneTarget(attrs))
	}
	p.declareUnlessSet(t, attrs)
	return t
}

// declareUnlessSet declares the names of for and with at once; those of set
// only after its value was read.
func (p *parser) declareUnlessSet(t target, set bool) {
	if !set {
		p.declare(t)
	}
}

func (p *parser) oneTarget(attrs bool) target {
	if p.skip("(") {
		t := p.target(attrs)
		p.expect(")")
		if t.parts == nil {
			t = target{parts: []target{t}, off: t.off}
		}
		return t
	}
	n := p.name()
	if isRoot(n.text) || isKeyword(n.text) || n.text == "loop" {
		p.syntax(n.off, "'%s' cannot be assigned to", n.text)
	}
	t := target{slot: p.slot(n.text), name: n.text, off: n.off}
	if attrs && p.skip(".") {
		t.attr = p.name().text
		p.known(n)
	}
	return t
}
