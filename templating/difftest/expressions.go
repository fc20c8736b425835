package main

import (
	"fmt"
	"strings"
)

// kinds are the types that expressions are asked for by.
var kinds = []string{"str", "int", "float", "bool", "list", "dict"}

// expr is a random expression, mostly of the kind asked for.
func (g *generator) expr(kind string) string {
	if g.chance(4) {
		kind = kinds[g.r.IntN(len(kinds))]
	}
	if kind == "any" {
		kind = kinds[g.r.IntN(len(kinds))]
	}
	if g.depth > 5 || g.chance(35) {
		return g.leaf(kind)
	}
	g.depth++
	defer func() { g.depth-- }()
	if g.chance(6) {
		return "(" + g.expr(kind) + " if " + g.expr("bool") + " else " + g.expr(kind) + ")"
	}
	if g.chance(4) {
		return "(" + g.expr(kind) + g.pick(" or ", " and ") + g.expr(kind) + ")"
	}
	if g.chance(4) {
		return g.expr("any") + "|default(" + g.expr(kind) + g.pick("", ", true") + ")"
	}
	switch kind {
	case "str":
		return g.str()
	case "int":
		return g.int()
	case "float":
		return g.float()
	case "bool":
		return g.bool()
	case "list":
		return g.list()
	}
	return g.dict()
}

func (g *generator) leaf(kind string) string {
	if len(g.vars) > 0 && g.chance(35) {
		v := g.vars[g.r.IntN(len(g.vars))]
		switch {
		case v.kind == "item":
			return "p." + g.pick("title", "price", "tags", "nope")
		case v.kind == kind, v.kind == "any", g.chance(10):
			return v.name
		}
	}
	if g.loops > 0 && g.chance(12) && (kind == "int" || kind == "bool") {
		if kind == "bool" {
			return g.pick("loop.first", "loop.last")
		}
		return "loop." + g.pick("index", "index0", "revindex", "revindex0", "length", "depth")
	}
	switch kind {
	case "str":
		return g.pick("'abc'", "'Hello World'", "''", "\"it's\"", "'日本語'", "'a,b,c'", "' pad '", "'12'", "'3.7'", "'x\\ny'", "'ÀÉß'",
			"UserAttribute['name']", "UserAttribute.first_name", "UserAttribute['jp']", "UserAttribute['empty']", "UserAttribute['nope']", "UserAttribute['url']",
			"UserAttribute['html']", "UserAttribute['spaced']", "UserAttribute['num_text']", "'<b>x</b> &amp; y'", "'a-b c_d'", "'%s'")
	case "int":
		return g.pick("0", "1", "2", "3", "7", "-1", "-5", "10", "42", "1_000", "255", "0x1f", "12345678901234567890", "UserAttribute['age']", "UserAttribute['zero']", "UserAttribute['big']", "UserAttribute['huge']", "UserAttribute['negative']")
	case "float":
		return g.pick("0.0", "1.5", "2.5", "-2.5", "3.14159", "1e3", "1e16", "1.0e-7", "0.1", "123456.789", "UserAttribute['price']", "UserAttribute['whole']", "UserAttribute['tiny']")
	case "bool":
		return g.pick("true", "false", "True", "UserAttribute['vip']", "UserAttribute['optout']", "UserAttribute['nope']")
	case "list":
		return g.pick("[]", "[1, 2, 3]", "['b', 'a', 'C']", "[3, 1, 2]", "(1, 2)", "('x',)", "[1.5, 2]", "[[1, 2], [3]]", "UserAttribute['tags']", "UserAttribute['nums']", "UserAttribute['mixed']", "UserAttribute['nope']", "'abc'|list")
	}
	return g.pick("{}", "{'a': 1}", "{'a': 1, 'b': 'x'}", "{'B': 2, 'a': 1, 'c': [1]}", "UserAttribute['address']", "{1: 'one', 'two': 2}", "dict(x=1, y='z')")
}

func (g *generator) str() string {
	switch g.r.IntN(14) {
	case 0, 1, 2:
		return g.expr("str") + "|" + g.pick("upper", "lower", "title", "capitalize", "trim", "string", "e", "striptags", "urlencode", "reverse", "safe", "center(9)", "indent", "indent(2, true)", "wordwrap(5)", "first", "last", "replace('a', 'bb')", "replace('l', '', 1)", "truncate(6)", "truncate(6, true, '…', 0)", "trim('ab')", "format(1)")
	case 3:
		return g.expr("str") + " ~ " + g.expr("any")
	case 4:
		return g.expr("str") + " + " + g.expr("str")
	case 5:
		return "(" + g.expr("str") + ")" + g.slice()
	case 6, 7:
		return "(" + g.expr("str") + ")." + g.pick("upper()", "lower()", "title()", "capitalize()", "swapcase()", "strip()", "lstrip('a')", "rstrip()", "replace('a', 'x')", "zfill(6)", "center(7, '*')", "ljust(5)", "rjust(5, '.')", "join(['x', 'y'])", "removeprefix('H')", "removesuffix('d')", "casefold()", "replace('', '-')", "format(1, 2)")
	case 8:
		return g.expr("list") + "|join(" + g.pick("", "', '", "'-'", "1") + ")"
	case 9:
		return g.expr("any") + "|" + g.pick("string", "tojson", "string|length|string", "filesizeformat")
	case 10:
		return g.percent()
	case 11:
		return g.strFormat()
	case 12:
		return g.expr("str") + " * " + g.expr("int")
	}
	return "(" + g.expr("str") + ")[" + g.expr("int") + "]"
}

func (g *generator) slice() string {
	part := func() string {
		return g.pick("", "", "1", "2", "-1", "-3", "0", "10", "none")
	}
	if g.chance(50) {
		return "[" + part() + ":" + part() + "]"
	}
	return "[" + part() + ":" + part() + ":" + g.pick("1", "2", "-1", "-2", "") + "]"
}

func (g *generator) percent() string {
	spec := "%" + g.pick("", "-", "0", "+", " ", "#") + g.pick("", "5", "8", "12") + g.pick("", ".0", ".2", ".5") + g.pick("d", "s", "f", "g", "e", "x", "o", "X", "r", "i", "G", "c")
	arg := g.expr(g.pick("int", "float", "int", "float", "any"))
	if g.chance(50) {
		return "'" + spec + "'|format(" + arg + ")"
	}
	return "('" + spec + " %%' % (" + arg + g.pick("", ",") + "))"
}

func (g *generator) strFormat() string {
	spec := g.pick("", "<", ">", "^", "=", "*<", "x>", "0=") + g.pick("", "+", "-", " ") + g.pick("", "#") + g.pick("", "0") + g.pick("", "5", "10") + g.pick("", ",", "_") + g.pick("", ".0", ".2", ".4") + g.pick("", "d", "f", "g", "e", "s", "x", "b", "%", "n", "o", "X", "G", "E")
	arg := g.expr(g.pick("int", "float", "int", "float", "str", "any"))
	return "'[{" + g.pick("", "0", "a", "0!r", "!s") + g.pick("", ":"+spec, ":"+spec) + "}]'.format(" + g.pick("", "", "a=") + arg + ")"
}

func (g *generator) int() string {
	switch g.r.IntN(9) {
	case 0, 1, 2:
		return "(" + g.expr("int") + g.pick(" + ", " - ", " * ", " // ", " % ", " ** 2 + ") + g.expr("int") + ")"
	case 3:
		return g.expr("any") + "|int" + g.pick("", "(7)", "(default=3)")
	case 4:
		return g.expr(g.pick("list", "str", "dict")) + "|" + g.pick("length", "count")
	case 5:
		return g.expr("list") + "|" + g.pick("sum", "max", "min", "first", "last", "sum(start=10)")
	case 6:
		return "(" + g.expr("str") + ")." + g.pick("count('l')", "find('o')", "rfind('l')", "index('a')")
	case 7:
		return g.pick("-", "+") + g.expr("int")
	}
	return g.expr("int") + "|" + g.pick("abs", "round", "round(-1)", "int")
}

func (g *generator) float() string {
	switch g.r.IntN(6) {
	case 0, 1:
		return "(" + g.expr("float") + g.pick(" + ", " - ", " * ", " / ", " // ", " % ") + g.expr(g.pick("float", "int")) + ")"
	case 2:
		return "(" + g.expr("int") + " / " + g.expr("int") + ")"
	case 3:
		return g.expr("any") + "|float" + g.pick("", "(1.5)")
	case 4:
		return g.expr("float") + "|" + g.pick("round", "round(1)", "round(2, 'ceil')", "round(1, 'floor')", "abs", "round(-2)", "round(3)")
	}
	return "(" + g.expr("float") + " ** " + g.pick("2", "0.5", "-1", "3") + ")"
}

func (g *generator) bool() string {
	switch g.r.IntN(10) {
	case 0, 1:
		kind := kinds[g.r.IntN(len(kinds))]
		return "(" + g.expr(kind) + g.pick(" == ", " != ", " < ", " <= ", " > ", " >= ") + g.expr(kind) + ")"
	case 2:
		return "(" + g.expr("any") + g.pick(" in ", " not in ") + g.expr(g.pick("list", "dict", "str")) + ")"
	case 3:
		return "(not " + g.expr("any") + ")"
	case 4:
		return "(" + g.expr("any") + g.pick(" and ", " or ") + g.expr("any") + ")"
	case 5, 6:
		return "(" + g.expr("any") + " is " + g.pick("", "", "not ") + g.pick("defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable", "true", "false", "odd", "even", "upper", "lower") + ")"
	case 7:
		return "(" + g.expr("int") + " is " + g.pick("divisibleby 3", "divisibleby(2)", "eq 3", "gt 2", "in [1, 2, 3]", "sameas 1", "ne(1)") + ")"
	case 8:
		return "(" + g.expr("str") + ")." + g.pick("startswith('H')", "endswith('d')", "isdigit()", "isalpha()", "isupper()", "islower()", "isspace()", "isalnum()")
	}
	return "(" + g.expr("int") + g.pick(" < ", " <= ") + g.expr("int") + g.pick(" < ", " == ", " >= ") + g.expr("float") + ")"
}

func (g *generator) list() string {
	switch g.r.IntN(12) {
	case 0:
		n := g.r.IntN(4)
		items := make([]string, n)
		for i := range items {
			items[i] = g.expr("any")
		}
		return "[" + strings.Join(items, ", ") + "]"
	case 1:
		return g.expr("list") + "|" + g.pick("sort", "sort(reverse=true)", "sort(case_sensitive=true)", "reverse", "unique", "list", "batch(2)", "slice(2)", "batch(2, 'z')", "slice(3, 0)")
	case 2:
		return g.expr("list") + "|map(" + g.pick("'upper'", "'string'", "'int'", "'abs'", "'length'", "'replace', 'a', 'b'", "'default', 1") + ")"
	case 3:
		return g.expr("list") + "|" + g.pick("select", "reject", "select('odd')", "reject('string')", "select('number')", "select('gt', 1)", "select('in', [1, 2])", "reject('equalto', 'a')", "select('defined')")
	case 4:
		return "UserAttribute['cart']|" + g.pick("map(attribute='title')", "map(attribute='price')", "selectattr('price', 'gt', 350)", "rejectattr('tags')", "sort(attribute='price', reverse=true)|map(attribute='title')", "groupby('price')", "unique(attribute='price')|map(attribute='title')", "map(attribute='nope', default='-')", "sort(attribute='title,price')|map(attribute='price')")
	case 5:
		return g.expr("dict") + "|" + g.pick("list", "dictsort", "items", "dictsort(reverse=true)", "dictsort(false, 'value')")
	case 6:
		return "(" + g.expr("str") + ")." + g.pick("split(',')", "split()", "split('l', 1)", "rsplit(',', 1)", "splitlines()", "partition('o')", "rpartition('l')")
	case 7:
		return "(" + g.expr("list") + " + " + g.expr("list") + ")"
	case 8:
		return "(" + g.expr("list") + ")" + g.slice()
	case 9:
		return fmt.Sprintf("range(%d)|list", g.r.IntN(5))
	case 10:
		return g.expr("list") + " * " + g.pick("0", "1", "2")
	}
	return g.expr("str") + "|list"
}

func (g *generator) dict() string {
	switch g.r.IntN(3) {
	case 0:
		return "{'k': " + g.expr("any") + ", " + g.expr("str") + ": " + g.expr("any") + "}"
	case 1:
		return "dict(" + g.expr("dict") + ", n=" + g.expr("any") + ")"
	}
	return "dict(a=" + g.expr("any") + ")"
}
