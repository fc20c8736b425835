package templating

import (
	"cmp"
	"maps"
	"slices"

	"github.com/linecast/linecast/errs"
)

// Reading is a place at which a template reads an attribute of its campaign or
// of an event, by a name known when it is compiled.
type Reading struct {
	Name     string
	Required bool // every rendering needs it: none succeeds without it
	Line     int
	Column   int
}

// analyse finds which attributes the template reads and needs, and whether
// anything but "to" depends on the recipient.
// It returns the error of a constant expression that every rendering would
// meet.
func (t *Template) analyse(broken map[expr]error) *errs.Error {
	for _, s := range t.slots {
		t.attributes = append(t.attributes, s.name)
	}
	slices.Sort(t.attributes)
	n := needs{set: map[root]map[string]bool{rootUser: {}, rootEvent: {}, rootCampaign: {}}, vars: t.assignedOnce(), broken: broken}
	n.body(t.body)
	t.required = slices.Sorted(maps.Keys(n.set[rootUser]))
	t.event, t.campaign = t.readings(rootEvent, n.set[rootEvent]), t.readings(rootCampaign, n.set[rootCampaign])
	t.recipient = t.personal()
	if n.fault != nil && !isOutcome(n.fault) {
		return errs.From(n.fault)
	}
	return nil
}

// readings are the names read from r, each where it is read first.
func (t *Template) readings(r root, required map[string]bool) (list []Reading) {
	first := map[string]int{}
	visit(t.body, nil, func(x expr) {
		if a, ok := x.(*attrExpr); ok && a.root == r {
			if off, seen := first[a.name]; !seen || a.off < off {
				first[a.name] = a.off
			}
		}
	})
	names := slices.SortedFunc(maps.Keys(first), func(a, b string) int { return cmp.Compare(first[a], first[b]) })
	for _, name := range names {
		line, column := position(t.source, first[name])
		list = append(list, Reading{name, required[name], line, column})
	}
	return list
}

// personal says whether the members besides "to" may differ between
// recipients. A shape that must be parsed counts its "to" as well: that its
// messages are equal for all could then not be told from the template alone.
func (t *Template) personal() bool {
	if t.dynamic {
		return readsRecipient(t.body)
	}
	if t.parts.hasTo && !t.parts.ownTo {
		return true // whether "to" is right differs
	}
	return readsRecipient(t.parts.sharedBefore) || readsRecipient(t.parts.sharedAfter)
}

func readsRecipient(body []stmt) bool {
	found := false
	visit(body, nil, func(x expr) {
		switch x := x.(type) {
		case *attrExpr:
			found = found || x.root != rootCampaign
		case *rootExpr:
			found = found || x.root != rootCampaign
		case *filterExpr:
			found = found || x.f.clock
		case *callExpr:
			found = found || x.f.clock
		}
	})
	return found
}

// assignedOnce maps variables to the only expression they are ever set to, by
// a {% set %} that always runs.
func (t *Template) assignedOnce() map[int]expr {
	count := map[int]int{}
	visit(t.body, func(s stmt) {
		switch s := s.(type) {
		case *setStmt:
			countTargets(s.target, count)
		case *captureStmt:
			countTargets(s.target, count)
		case *forStmt:
			countTargets(s.target, count)
		case *withStmt:
			for _, target := range s.targets {
				countTargets(target, count)
			}
		}
	}, nil)
	once := map[int]expr{}
	for _, s := range t.body {
		if s, ok := s.(*setStmt); ok && s.target.parts == nil && s.target.attr == "" && count[s.target.slot] == 1 {
			once[s.target.slot] = s.x
		}
	}
	return once
}

func countTargets(t target, count map[int]int) {
	for _, part := range t.parts {
		countTargets(part, count)
	}
	if t.parts == nil {
		count[t.slot]++
	}
}

// needs collects the attributes without which a rendering cannot succeed, as
// far as the template alone shows it: what only some branches print is left
// out.
type needs struct {
	set  map[root]map[string]bool
	vars map[int]expr
	deep int

	broken map[expr]error // constant expressions that cannot be computed
	fault  error          // the first of them that is always evaluated
}

func (n *needs) body(body []stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case *printStmt:
			n.printed(s.x)
		case *ifStmt:
			n.evaluated(s.arms[0].test)
		case *forStmt:
			n.evaluated(s.iter)
		case *setStmt:
			n.evaluated(s.x)
		case *captureStmt:
			n.body(s.body)
		case *filterStmt:
			n.body(s.body)
		case *withStmt:
			n.body(s.body)
		case *doStmt:
			n.evaluated(s.x)
		}
	}
}

// printed adds what must be there for x to be printed or used as text.
func (n *needs) printed(x expr) {
	n.evaluated(x)
	switch x := x.(type) {
	case *attrExpr:
		if x.root != rootUser || x.name != lineID {
			n.set[x.root][x.name] = true
		}
	case *nameExpr:
		if y := n.vars[x.slot]; y != nil && n.deep < MaxDepth {
			n.deep++
			n.printed(y)
			n.deep--
		}
	case *logicExpr:
		if !x.or { // a missing left side is the result
			n.printed(x.l)
		}
	}
}

// evaluated adds what must be there for x to have a value at all.
func (n *needs) evaluated(x expr) {
	if err := n.broken[x]; err != nil && n.fault == nil {
		n.fault = err
	}
	switch x := x.(type) {
	case *logicExpr:
		n.evaluated(x.l)
	case *condExpr:
		n.evaluated(x.test)
	case *getExpr:
		n.printed(x.base)
		n.evaluated(x.key)
	case *sliceExpr:
		n.printed(x.base)
	case *unaryExpr:
		n.printed(x.x)
	case *binaryExpr:
		n.printed(x.l)
		n.printed(x.r)
	case *concatExpr:
		for _, part := range x.parts {
			n.printed(part)
		}
	case *compareExpr:
		n.compared(x)
	case *filterExpr:
		if x.f.lenient {
			n.evaluated(x.x)
		} else {
			n.printed(x.x)
		}
	case *methodExpr:
		n.printed(x.base)
	default:
		for _, y := range operands(x) {
			n.evaluated(y)
		}
	}
}

// compared looks at the first comparison; later ones may not be reached.
func (n *needs) compared(x *compareExpr) {
	switch x.ops[0].op {
	case "==", "!=", "in", "not in":
		n.evaluated(x.first)
		n.evaluated(x.ops[0].x)
	default:
		n.printed(x.first)
		n.printed(x.ops[0].x)
	}
}
