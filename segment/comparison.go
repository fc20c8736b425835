package segment

import (
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// comparison is a condition on an attribute.
type comparison struct {
	at        string
	attribute attribute
	op        operator
	negated   bool
	operand   operand
	sentence  string
}

func parseComparison(p *parser, at string, v value) node {
	c := &comparison{at: at}
	name, _ := v.member("attribute")
	var err *errs.Error
	if c.attribute, err = parseAttribute(name); err != nil {
		p.fail(at+"/attribute", err)
	}
	is, _ := v.member("is")
	rows, negated, err := rowsOf(is)
	if err != nil {
		p.fail(at+"/is", err)
		return c
	}
	c.negated = negated
	arg, _ := v.member("value")
	ignore, err := ignoreCase(v, rows)
	if err != nil {
		p.fail(at+"/ignore_case", err)
	}
	c.sentence = strings.TrimSpace(c.attribute.name + " " + is.text + " " + sentenceOf(arg))
	if ignore {
		c.sentence += " (ignoring case)"
	}
	if c.op, c.operand, err = readOperand(is.text, rows, arg, ignore); err != nil {
		p.fail(at+"/value", err)
	}
	return c
}

func sentenceOf(arg value) string {
	if arg.kind == 0 {
		return ""
	}
	return arg.String()
}

// rowsOf finds the rows of an operator; those of a negative one are the
// positive one's.
func rowsOf(is value) (rows []operator, negated bool, _ *errs.Error) {
	name := is.text
	i := slices.IndexFunc(operators, func(op operator) bool { return op.name == name })
	switch {
	case is.kind != '"':
		return nil, false, errs.New("segment.wrong_value", "is", "the name of an operator", is.says())
	case i < 0:
		return nil, false, errs.New("segment.unknown_operator", shorten(name), nearest.Hint(name, operatorNames()))
	case operators[i].negates != "":
		name, negated = operators[i].negates, true
	}
	for _, op := range operators {
		if op.name == name {
			rows = append(rows, op)
		}
	}
	return rows, negated, nil
}

func operatorNames() []string {
	var names []string
	for _, op := range operators {
		names = append(names, op.name)
	}
	return slices.Compact(names)
}

// ignoreCase reads the flag, which only some operators on strings have.
func ignoreCase(v value, rows []operator) (bool, *errs.Error) {
	flag, ok := v.member("ignore_case")
	if !ok {
		return false, nil
	}
	arg, _ := v.member("value")
	folds := slices.ContainsFunc(rows, func(op operator) bool { return op.folds && op.takes.fits(arg) })
	switch {
	case flag.kind != 't':
		return false, errs.New("segment.wrong_value", "ignore_case", "true or false", flag.says())
	case !folds:
		return false, errs.New("segment.bad_value", "ignore_case", "only comparisons with strings have it")
	}
	return flag.truth, nil
}

// readOperand chooses the row that takes such a value and reads it.
func readOperand(name string, rows []operator, arg value, ignore bool) (operator, operand, *errs.Error) {
	wants := make([]string, 0, len(rows))
	for _, op := range rows {
		if op.takes.fits(arg) {
			o, err := op.takes.read(arg, ignore)
			return op, o, err
		}
		wants = append(wants, op.takes.says)
	}
	return operator{}, operand{}, errs.New("segment.wrong_value", name, strings.Join(wants, ", or "), arg.says())
}

func (c *comparison) pointer() string { return c.at }
func (c *comparison) says() string    { return c.sentence }

func (c *comparison) inside(e *evaluation) ([]node, *evaluation) { return nil, e }

// bound is the operand with what depends on the evaluation's clock and zone.
func (c *comparison) bound(e *evaluation) operand {
	o := c.operand
	if c.op.window != nil {
		o.window = c.op.window(o, e)
	}
	return o
}

func (c *comparison) holds(e *evaluation, u *User) bool {
	return c.op.match(c.attribute.of(u), c.bound(e), e) != c.negated
}

func (c *comparison) sql(comp *compiler) string {
	t := &template{binder: comp.binder(), attribute: c.attribute, operand: c.bound(comp.e), e: comp.e}
	sql := "(" + expand(c.op.sql, t.part) + ")"
	if c.negated {
		return "(" + sql + " is not true)"
	}
	return sql
}

// template fills in the SQL reading of one comparison.
type template struct {
	*binder
	attribute attribute
	operand   operand
	e         *evaluation
}

// part is the SQL for a {name} of an operator's row.
func (t *template) part(name string) string {
	switch name {
	case "json":
		return t.attribute.json(t.binder)
	case "text":
		return t.text()
	case "type":
		return "jsonb_typeof(" + t.attribute.json(t.binder) + ")"
	case "zone":
		return t.bind(name, t.e.zone.String(), "text")
	case "local":
		return "(segment_instant(" + t.text() + ", " + t.part("zone") + ") at time zone " + t.part("zone") + ")"
	}
	a, ok := t.operand.args[name]
	if !ok {
		a = t.timed(name)
	}
	return t.bind(name, a.value, a.cast)
}

func (t *template) text() string {
	text := t.attribute.text(t.binder)
	if f := t.operand.fold; f != nil {
		return "translate(" + text + ", " + t.bind("from", f.from, "text") + ", " + t.bind("to", f.to, "text") + ")"
	}
	return text
}

// timed are the arguments that depend on the evaluation's clock and zone.
func (t *template) timed(name string) argument {
	outer, beyond, inner, within := t.operand.window.prefilter()
	start, end := t.operand.window.timestamps()
	switch name {
	case "outer":
		return argument{outer, "text"}
	case "beyond":
		return argument{beyond, "text"}
	case "inner":
		return argument{inner, "text"}
	case "within":
		return argument{within, "text"}
	case "start":
		return argument{start, "timestamptz"}
	case "end":
		return argument{end, "timestamptz"}
	case "days":
		return argument{anniversaries(t.e), "text[]"}
	}
	return argument{nearby(anniversaries(t.e)), "text[]"}
}
