package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generator writes random templates that mostly make sense: expressions are
// asked for by type, and now and then another type is slipped in.
type generator struct {
	r      *rand.Rand
	depth  int
	vars   []variable // names in scope
	loops  int
	serial int
}

type variable struct{ name, kind string }

// template is a random template.
func (g *generator) template() string {
	g.depth, g.vars, g.loops, g.serial = 0, nil, 0, 0
	return g.body(1 + g.r.IntN(4))
}

func (g *generator) pick(options ...string) string { return options[g.r.IntN(len(options))] }

func (g *generator) chance(percent int) bool { return g.r.IntN(100) < percent }

func (g *generator) body(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(g.statement())
	}
	return b.String()
}

func (g *generator) text() string {
	return g.pick("a", "Hello ", " ", "\n", "太郎", "“x”", "100% ", "{", "}", "a{b}c", "'", "\"", "\\", "é\u2028", "\t", "<", "> ", "  mid  ", "# ", "- ")
}

// tag wraps code in {% %} with whitespace control now and then.
func (g *generator) tag(code string) string {
	return "{%" + g.pick("", "", "", "-", "+") + " " + code + " " + g.pick("", "", "", "-") + "%}"
}

func (g *generator) print(x string) string {
	return "{{" + g.pick("", "", "", "-") + " " + x + " " + g.pick("", "", "", "-") + "}}"
}

func (g *generator) statement() string {
	if g.depth > 3 {
		return g.print(g.expr("any"))
	}
	g.depth++
	defer func() { g.depth-- }()
	switch n := g.r.IntN(100); {
	case n < 22:
		return g.text()
	case n < 58:
		return g.print(g.expr("any"))
	case n < 68:
		return g.ifBlock()
	case n < 78:
		return g.forBlock()
	case n < 86:
		return g.set()
	case n < 88:
		return "{#" + g.pick("", "-") + " note {{ x }} " + g.pick("", "-") + "#}"
	case n < 90:
		return g.tag("raw") + g.pick("{{ x }}", " {% if %} ", "{# #}") + g.tag("endraw")
	case n < 92:
		return g.tag("filter "+g.pick("upper", "lower|title", "replace('a','b')", "trim")) + g.scoped(func() string { return g.body(2) }) + g.tag("endfilter")
	case n < 94:
		return g.with()
	case n < 96:
		return g.tag("do " + g.expr("list"))
	case n < 97:
		return g.tag("if "+g.expr("bool")) + g.tag("MOE_NOT_SEND("+g.expr("str")+")") + g.tag("endif")
	default:
		return g.namespaced()
	}
}

func (g *generator) scoped(f func() string) string {
	before := slices.Clone(g.vars)
	defer func() { g.vars = before }()
	return f()
}

func (g *generator) ifBlock() string {
	// Names set in one branch only stay out of scope behind it.
	s := g.tag("if "+g.expr("bool")) + g.scoped(func() string { return g.body(1 + g.r.IntN(2)) })
	if g.chance(25) {
		s += g.tag("elif "+g.expr("bool")) + g.scoped(func() string { return g.body(1) })
	}
	if g.chance(50) {
		s += g.tag("else") + g.scoped(func() string { return g.body(1) })
	}
	return s + g.tag("endif")
}

func (g *generator) name(kind string) string {
	if g.chance(30) { // an old name, perhaps of another kind
		for i, v := range g.vars {
			if g.chance(50) && v.name != "ns" {
				g.vars[i].kind = kind
				return v.name
			}
		}
	}
	g.serial++
	return fmt.Sprintf("v%d", g.serial)
}

func (g *generator) forBlock() string {
	return g.scoped(func() string {
		var head string
		switch g.r.IntN(4) {
		case 0:
			it := "(" + g.expr("dict") + ")" + g.pick(".items()", "|items", "|dictsort")
			head = "for " + g.loopName("k", "str") + ", " + g.loopName("v", "any") + " in (" + it + ")"
		case 1:
			head = "for p in UserAttribute['cart']"
			g.vars = append(g.vars, variable{"p", "item"})
		case 2:
			it := g.expr("list")
			head = "for " + g.loopName("x", "any") + " in " + it
		default:
			head = "for " + g.loopName("i", "int") + " in range(" + fmt.Sprint(g.r.IntN(5)) + ")"
		}
		if g.chance(20) {
			head += " if " + g.expr("bool")
		}
		g.loops++
		s := g.tag(head) + g.body(1+g.r.IntN(3))
		if g.chance(20) {
			s += g.tag("if "+g.expr("bool")) + g.tag(g.pick("break", "continue")) + g.tag("endif") + g.body(1)
		}
		g.loops--
		// Jinja also runs the else after a loop whose every turn ended early.
		if g.chance(25) && !strings.Contains(s, "continue") && !strings.Contains(s, "break") {
			s += g.tag("else") + g.text()
		}
		return s + g.tag("endfor")
	})
}

func (g *generator) loopName(base, kind string) string {
	g.vars = append(g.vars, variable{base, kind})
	return base
}

func (g *generator) set() string {
	kind := g.pick("str", "int", "list", "dict", "any", "bool", "float")
	switch {
	case g.chance(15):
		filter := g.pick("", "", " | upper", " | trim | title")
		body := g.scoped(func() string { return g.body(2) })
		n := g.name("str")
		g.declare(n, "str")
		return g.tag("set "+n+filter) + body + g.tag("endset")
	case g.chance(10):
		x, y := g.expr("any"), g.expr("any")
		a, b := g.name("any"), g.name("any")
		g.declare(a, "any")
		g.declare(b, "any")
		return g.tag("set " + a + ", " + b + " = " + x + ", " + y)
	}
	x := g.expr(kind)
	n := g.name(kind)
	g.declare(n, kind)
	return g.tag("set " + n + " = " + x)
}

func (g *generator) declare(name, kind string) {
	for i := range g.vars {
		if g.vars[i].name == name {
			g.vars[i].kind = kind
			return
		}
	}
	g.vars = append(g.vars, variable{name, kind})
}

func (g *generator) with() string {
	return g.scoped(func() string {
		x := g.expr("any")
		g.serial++
		n := fmt.Sprintf("w%d", g.serial)
		g.declare(n, "any")
		return g.tag("with "+n+" = "+x) + g.body(2) + g.tag("endwith")
	})
}

func (g *generator) namespaced() string {
	return g.tag("set ns = namespace(t=0, s='')") + g.tag("for i in range(3)") +
		g.tag("set ns.t = ns.t + i") + g.tag("set ns.s = ns.s ~ "+g.pick("i", "'x'", "loop.index")) + g.tag("endfor") +
		g.print("ns.t") + g.print("ns.s|"+g.pick("upper", "length", "reverse"))
}
