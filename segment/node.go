package segment

import (
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/ref"
)

// node is one condition or group of a tree, with its two readings.
type node interface {
	pointer() string
	// says is the node as a short sentence, for explanations.
	says() string
	// sql is a boolean SQL expression over the alias u of table users: true
	// for its users, false or null for all others.
	sql(c *compiler) string
	// holds is the Go reading of the same.
	holds(e *evaluation, u *User) bool
	// inside are the nodes that stand in this one.
	inside(e *evaluation) (nodes []node, in *evaluation)
}

// nodeKind is a kind of node: the field that tells it from others, the fields
// that may stand beside that, and how the object is read.
type nodeKind struct {
	field string
	also  []string
	parse func(p *parser, at string, v value) node
}

// nodeKinds is a function because the parsers in it call it.
func nodeKinds() []nodeKind {
	return []nodeKind{
		{"all", nil, parseGroup("all")},
		{"any", nil, parseGroup("any")},
		{"not", nil, parseNot},
		{"attribute", []string{"is", "value", "ignore_case"}, parseComparison},
		{"segment", nil, parseMember},
		{"friend_of", []string{"state"}, parseFriend},
	}
}

// later are fields of conditions the language has and this version does not
// evaluate. They are refused by name: to leave one out would send to people
// who should not get it.
var later = []string{"event", "list", "campaign"}

func nodeFields() []string {
	var names []string
	for _, k := range nodeKinds() {
		names = append(names, k.field)
	}
	return names
}

// node reads the node v at the pointer at. It returns nil when it noted a
// problem that leaves no node.
func (p *parser) node(at string, v value) node {
	if p.count++; p.count == MaxNodes+1 {
		p.fail(at, errs.New("segment.too_large", MaxNodes, "conditions and groups"))
	}
	if p.count > MaxNodes {
		return nil
	}
	if v.kind != '{' {
		p.fail(at, errs.New("segment.wrong_value", "a condition", "an object", v.says()))
		return nil
	}
	kind, ok := p.kindOf(at, v)
	if !ok {
		return nil
	}
	p.checkFields(at, v, kind)
	place := len(p.nodes)
	p.nodes = append(p.nodes, nil) // before its children
	n := kind.parse(p, at, v)
	p.nodes[place] = n
	return n
}

// kindOf finds the one field that says what the node is.
func (p *parser) kindOf(at string, v value) (kind nodeKind, ok bool) {
	var found []string
	for _, k := range nodeKinds() {
		if slices.Contains(v.names, k.field) {
			kind, found = k, append(found, k.field)
		}
	}
	for _, name := range v.names {
		if slices.Contains(later, name) {
			p.fail(at+"/"+name, errs.New("segment.unsupported", name, strings.Join(nodeFields(), ", ")))
			return kind, false
		}
	}
	switch len(found) {
	case 1:
		return kind, true
	case 0:
		p.fail(at, errs.New("segment.no_kind", v.String(), strings.Join(nodeFields(), ", "), p.guess(v)))
	default:
		p.fail(at, errs.New("segment.two_kinds", strings.Join(found, " and ")))
	}
	return kind, false
}

// guess finds the field that the author probably meant to be the kind.
func (p *parser) guess(v value) string {
	for _, name := range v.names {
		if hint := nearest.Hint(name, nodeFields()); hint != "" {
			return hint
		}
	}
	return ""
}

func (p *parser) checkFields(at string, v value, kind nodeKind) {
	known := append([]string{kind.field}, kind.also...)
	if at == "" {
		known = append(known, "time_zone")
	}
	for _, name := range v.names {
		switch {
		case slices.Contains(known, name):
		case name == "time_zone":
			p.fail(at+"/time_zone", errs.New("segment.inner_time_zone"))
		default:
			p.fail(at+"/"+escape(name), errs.New("segment.unknown_field", shorten(name), kind.field, nearest.Hint(name, known)))
		}
	}
}

// group is all or any of its rows. An empty all is everybody, an empty any is
// nobody.
type group struct {
	at   string
	word string // "all" or "any"
	rows []node
}

func parseGroup(word string) func(p *parser, at string, v value) node {
	return func(p *parser, at string, v value) node {
		g := &group{at: at, word: word}
		rows, _ := v.member(word)
		if rows.kind != '[' {
			p.fail(at+"/"+word, errs.New("segment.wrong_value", word, "a list of conditions", rows.says()))
			return g
		}
		defer p.deeper(at)()
		for i, row := range rows.items {
			if n := p.node(at+"/"+word+"/"+itoa(i), row); n != nil {
				g.rows = append(g.rows, n)
			}
		}
		return g
	}
}

func (g *group) pointer() string { return g.at }

func (g *group) says() string {
	if len(g.rows) == 0 && g.word == "all" {
		return "everybody"
	}
	if len(g.rows) == 0 {
		return "nobody"
	}
	return g.word + " of " + itoa(len(g.rows))
}

func (g *group) sql(c *compiler) string {
	if len(g.rows) == 0 {
		return map[string]string{"all": "true", "any": "false"}[g.word]
	}
	parts := make([]string, len(g.rows))
	for i, row := range g.rows {
		parts[i] = row.sql(c)
	}
	joint := map[string]string{"all": " and ", "any": " or "}[g.word]
	return "(" + strings.Join(parts, joint) + ")"
}

func (g *group) holds(e *evaluation, u *User) bool {
	for _, row := range g.rows {
		if row.holds(e, u) == (g.word == "any") {
			return g.word == "any"
		}
	}
	return g.word == "all"
}

func (g *group) inside(e *evaluation) ([]node, *evaluation) { return g.rows, e }

// not is the complement of its row.
type not struct {
	at  string
	row node
}

func parseNot(p *parser, at string, v value) node {
	row, _ := v.member("not")
	defer p.deeper(at)()
	return &not{at, p.node(at+"/not", row)}
}

func (n *not) pointer() string                            { return n.at }
func (n *not) says() string                               { return "not" }
func (n *not) sql(c *compiler) string                     { return "(" + n.row.sql(c) + " is not true)" }
func (n *not) holds(e *evaluation, u *User) bool          { return !n.row.holds(e, u) }
func (n *not) inside(e *evaluation) ([]node, *evaluation) { return []node{n.row}, e }

// member is membership in another segment, as it is at the same moment.
type member struct {
	at string
	of ref.Segment
}

func parseMember(p *parser, at string, v value) node {
	m := &member{at: at}
	id, _ := v.member("segment")
	if err := m.of.UnmarshalText([]byte(id.text)); err != nil {
		p.fail(at+"/segment", errs.From(err))
	}
	return m
}

func (m *member) pointer() string { return m.at }
func (m *member) says() string    { return "in segment " + m.of.String() }

func (m *member) sql(c *compiler) string {
	s, inner := c.e.enter(m.of)
	if s == nil {
		return "false" // not reached: SQL checks first
	}
	outer := c.e
	c.e = inner
	defer func() { c.e = outer }()
	return s.root.sql(c)
}

func (m *member) holds(e *evaluation, u *User) bool {
	s, inner := e.enter(m.of)
	return s != nil && s.root.holds(inner, u)
}

func (m *member) inside(e *evaluation) ([]node, *evaluation) {
	s, inner := e.enter(m.of)
	if s == nil {
		return nil, e
	}
	return []node{s.root}, inner
}
