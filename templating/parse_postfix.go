package templating

import (
	"maps"
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// postfix reads subscripts, attributes and calls behind x.
func (p *parser) postfix(x expr) expr {
	for {
		t := p.peek()
		switch {
		case t.is("."):
			p.next()
			x = p.attribute(x, t.off)
		case t.is("["):
			p.next()
			x = p.subscript(x, t.off)
		case t.is("("):
			p.syntax(t.off, "this cannot be called")
			return x
		default:
			return x
		}
		p.node(t.off)
	}
}

// attribute reads the name behind a point, and the call when one follows.
func (p *parser) attribute(x expr, off int) expr {
	t := p.peek()
	if t.kind == tokInteger {
		p.next()
		return p.get(x, p.numberLiteral(t), false, off)
	}
	t = p.name()
	if strings.HasPrefix(t.text, "__") {
		p.fail(t.off, errs.New("template.forbidden", "."+t.text, "templates have no access to what runs them"))
	}
	if p.peek().is("(") {
		p.knownMethod(t)
		return &methodExpr{base: x, name: t.text, args: p.arguments(), off: t.off}
	}
	if hint := foreignMembers[t.text]; hint != "" {
		p.out.lints.add("foreign_member", t.off, "."+t.text+" reads an attribute of that name; "+hint)
	}
	return p.get(x, &constExpr{str(t.text)}, true, t.off)
}

// knownMethod notes an error when no type has the method: values of templates
// cannot be called, so the call would fail for everybody.
func (p *parser) knownMethod(t token) {
	names := methodNames()
	if p.err != nil || slices.Contains(names, t.text) {
		return
	}
	hint := didYouMean(nearest.Name(t.text, names))
	if foreign, ok := foreignMethods[t.text]; ok {
		hint = ": " + foreign
	}
	p.note(t.off, errs.New("template.unknown_method", shorten(t.text, 40), hint))
}

func (p *parser) subscript(x expr, off int) expr {
	if p.skip("]") {
		p.syntax(off, "a name or number is missing between [ and ]")
		return x
	}
	var start, stop, step expr
	if !p.peek().is(":") {
		start = p.tuple(true)
		if !p.peek().is(":") {
			p.expect("]")
			return p.get(x, start, false, off)
		}
	}
	p.expect(":")
	if !p.peek().is(":") && !p.peek().is("]") {
		stop = p.expression()
	}
	if p.skip(":") && !p.peek().is("]") {
		step = p.expression()
	}
	p.expect("]")
	return &sliceExpr{base: x, start: start, stop: stop, step: step, off: off}
}

// get makes base.key or base[key]; a member of a root that is known now is
// looked up by slot.
func (p *parser) get(base, key expr, dot bool, off int) expr {
	name, isText := constText(key)
	if strings.HasPrefix(name, "__") && dot {
		p.fail(off, errs.New("template.forbidden", "."+name, "templates have no access to what runs them"))
	}
	if isText && dot {
		p.knownMember(base, name, off)
	}
	if r, ok := base.(*rootExpr); ok && isText {
		if inner, ok := r.root.sub(name); ok {
			return &rootExpr{root: inner, off: r.off}
		}
		if r.root == rootProfile {
			p.note(r.off, errs.New("template.unknown_name", "user."+name, "; did you mean UserAttribute['"+name+"']?"))
		}
		return p.out.attr(r.root, name, off)
	}
	return &getExpr{base: base, key: key, dot: dot, path: pathOf(base), off: off}
}

// knownMember notes an error when loop or now has no member called name: it
// would be missing for everybody.
func (p *parser) knownMember(base expr, name string, off int) {
	var owner string
	var known []string
	switch x := base.(type) {
	case *nameExpr:
		if x.name == "loop" {
			owner, known = x.name, append(slices.Sorted(maps.Keys(loopMembers)), loopMethods...)
		}
	case *rootExpr:
		if x.root == rootNow {
			owner, known = "now", slices.Concat(slices.Sorted(maps.Keys(timeMembers)), slices.Sorted(maps.Keys(timeMethods)))
		}
	}
	if owner == "" || slices.Contains(known, name) {
		return
	}
	hint := "; " + owner + " has " + strings.Join(known, ", ")
	if near := nearest.Name(name, known); near != "" {
		hint = didYouMean(owner + "." + near)
	}
	p.note(off, errs.New("template.unknown_name", owner+"."+name, hint))
}

func constText(x expr) (string, bool) {
	c, ok := x.(*constExpr)
	if !ok || c.v.k != kString {
		return "", false
	}
	return c.v.s, true
}

// filtersAndTests reads | filter and is test behind x, in any number.
func (p *parser) filtersAndTests(x expr) expr {
	for {
		t := p.peek()
		switch {
		case t.is("|"):
			p.next()
			x = p.oneFilter(x, p.name())
		case t.kind == tokName && t.text == "is":
			p.next()
			x = p.test(x, t.off)
		case t.is("("):
			p.syntax(t.off, "this cannot be called")
			return x
		default:
			return x
		}
		p.node(t.off)
	}
}

// oneFilter reads the filter called name with its arguments.
func (p *parser) oneFilter(x expr, name token) expr {
	var args callArgs
	if p.peek().is("(") {
		args = p.arguments()
	}
	if p.err != nil {
		return x
	}
	return p.applyFilter(x, name, args)
}

func (p *parser) applyFilter(x expr, name token, args callArgs) expr {
	f := filterNamed(name.text)
	if f == nil {
		p.unknownFilter(name)
		return x
	}
	if f.lint != "" {
		p.out.lints.add(f.name, name.off, f.lint)
	}
	bound, err := bind(f.params, f.variadic, args)
	if err != nil {
		p.note(name.off, errs.New("template.arguments", "the filter "+name.text, err.Error()))
		return x
	}
	p.advise(bound, name.off)
	return &filterExpr{x: x, f: f, args: bound, off: name.off}
}

// advise looks at the arguments that are constant texts.
func (p *parser) advise(b boundArgs, off int) {
	for i, param := range b.params {
		text, ok := constText(b.fixed[i])
		if !ok || param.advice == nil {
			continue
		}
		mistake, lint := param.advice(text)
		if mistake != nil {
			p.note(off, mistake)
		}
		if lint != "" {
			p.out.lints.add("date_pattern", off, lint)
		}
	}
}

// unknownFilter notes that there is none called name. What Liquid and Django
// write behind it is not worth an error of its own.
func (p *parser) unknownFilter(name token) {
	e := errs.New("template.unknown_filter", name.text, didYouMean(nearest.Name(name.text, filterNames())))
	if hint, ok := foreignFilters[name.text]; ok {
		e = errs.New("template.unknown_filter", name.text, ": "+hint)
	}
	if why, ok := forbiddenFilters[name.text]; ok {
		e = errs.New("template.forbidden", "the filter "+name.text, why)
	}
	if p.peek().is(":") {
		p.fail(name.off, e)
		return
	}
	p.note(name.off, e)
}

// filterChain reads | filter | filter … of a block; each takes the block's
// text, which capture puts in place of the nil expression.
func (p *parser) filterChain(chain []*filterExpr) []*filterExpr {
	for p.skip("|") {
		chain = p.filterNamed(chain, p.name())
	}
	return chain
}

func (p *parser) filterNamed(chain []*filterExpr, name token) []*filterExpr {
	if f, ok := p.oneFilter(nil, name).(*filterExpr); ok {
		chain = append(chain, f)
	}
	return chain
}

// test reads the test behind is.
func (p *parser) test(x expr, off int) expr {
	negated := p.skip("not")
	name := p.name()
	for p.skip(".") {
		name.text += "." + p.name().text
	}
	var args callArgs
	switch t := p.peek(); {
	case t.is("("):
		args = p.arguments()
	case startsOperand(t):
		args.pos = []expr{p.postfix(p.primary())}
	case t.kind == tokName && t.text == "is":
		p.syntax(t.off, "tests cannot be chained with is")
	}
	if p.err != nil {
		return x
	}
	t := testNamed(name.text)
	if t == nil {
		p.note(name.off, errs.New("template.unknown_test", name.text, didYouMean(nearest.Name(name.text, testNames()))))
		return x
	}
	if len(args.pos) != t.args || len(args.kw) > 0 {
		p.note(name.off, errs.New("template.arguments", "the test "+name.text, argumentCount(t.args, len(args.pos))))
		return x
	}
	var y expr = &testExpr{x: x, t: t, args: args.pos, off: off}
	if negated {
		y = &notExpr{y}
	}
	return y
}

// startsOperand says whether t may begin the operand of a test written
// without parentheses, as in "is divisibleby 3".
func startsOperand(t token) bool {
	switch t.kind {
	case tokString, tokInteger, tokFloat:
		return true
	case tokName:
		return !isKeyword(t.text) || isConstant(t.text)
	}
	return t.is("[") || t.is("{")
}
