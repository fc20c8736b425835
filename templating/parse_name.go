package templating

import (
	"slices"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// constants are the literals that look like names.
var constants = map[string]value{"true": boolean(true), "True": boolean(true), "false": boolean(false),
	"False": boolean(false), "none": none, "None": none}

func isConstant(name string) bool { _, ok := constants[name]; return ok }

// keywords cannot name a variable.
var keywords = []string{"and", "or", "not", "in", "is", "if", "else", "elif", "for", "recursive"}

func isKeyword(name string) bool { return isConstant(name) || slices.Contains(keywords, name) }

// nameOrConst reads a literal, a root, a function call or a variable.
func (p *parser) nameOrConst() expr {
	t := p.next()
	if v, ok := constants[t.text]; ok {
		return &constExpr{v}
	}
	if slices.Contains(keywords, t.text) {
		p.t--
		p.unexpected(t, "an expression")
		return &constExpr{}
	}
	if p.peek().is("(") {
		return p.call(t)
	}
	if r, ok := roots[t.text]; ok {
		p.out.uses(r)
		return &rootExpr{root: r, off: t.off}
	}
	p.known(t)
	return &nameExpr{name: t.text, slot: p.slot(t.text), off: t.off}
}

// known notes an error when the variable is not set where it is read. Jinja
// would print nothing, to every recipient.
func (p *parser) known(t token) {
	if t.text == "" || p.names.has(t.text) || p.dead {
		return
	}
	if why := forbiddenFunctions[t.text]; why != "" {
		p.fail(t.off, errs.New("template.forbidden", t.text, why))
		return
	}
	p.note(t.off, errs.New("template.unknown_name", t.text, p.nameHint(t)))
	p.names.frames[0][t.text] = true // one complaint a name
}

// nameHint says what the unknown name t probably should have been.
func (p *parser) nameHint(t token) string {
	_, function := functions[t.text]
	foreign := foreignNames[t.text]
	near := nearest.Name(t.text, p.visible())
	member := p.look()
	switch {
	case foreign != "":
		return ": " + foreign
	case function:
		return ": it is a function, write " + t.text + "(…)"
	case slices.Contains(p.out.vars, t.text):
		return ": it is set inside another block and does not leave it; set it before the block, or use namespace()"
	case near != "":
		return didYouMean(near)
	}
	if near := nearest.Name(t.text, rootNames()); near != "" {
		return didYouMean(near)
	}
	if p.peek().is(".") && member.kind == tokName { // contact.first_name
		return "; did you mean UserAttribute['" + member.text + "']?"
	}
	return "; did you mean UserAttribute['" + t.text + "']?"
}

func (p *parser) visible() []string {
	var names []string
	for _, f := range p.names.frames {
		for n := range f {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// call reads a call of one of the functions of the language.
func (p *parser) call(t token) expr {
	f, ok := functions[t.text]
	args := p.arguments()
	p.node(t.off)
	switch {
	case p.err != nil:
	case ok:
		if f.clock {
			p.out.uses(rootNow)
		}
		return &callExpr{f: f, args: args, off: t.off}
	case forbiddenFunctions[t.text] != "":
		p.note(t.off, errs.New("template.forbidden", t.text+"()", forbiddenFunctions[t.text]))
	case isRoot(t.text):
		p.note(t.off, errs.New("template.unknown_function", t.text, ": square brackets read an attribute, "+t.text+"['name']"))
	default:
		p.note(t.off, errs.New("template.unknown_function", t.text, didYouMean(nearest.Name(t.text, functionNames()))))
	}
	return &constExpr{}
}

// arguments reads ( … ) with positional and then named arguments.
func (p *parser) arguments() callArgs {
	var a callArgs
	p.expect("(")
	for first := true; p.err == nil && !p.peek().is(")"); first = false {
		if !first {
			p.expect(",")
			if p.peek().is(")") {
				break
			}
		}
		t := p.peek()
		switch {
		case t.is("*") || t.is("**"):
			p.syntax(t.off, "arguments cannot be spread with %s", t.text)
		case t.kind == tokName && p.look().is("="):
			p.next()
			p.next()
			a.names = append(a.names, t.text)
			a.kw = append(a.kw, p.expression())
		case len(a.kw) > 0:
			p.syntax(t.off, "an argument without a name follows a named one")
		default:
			a.pos = append(a.pos, p.expression())
		}
	}
	p.expect(")")
	return a
}
