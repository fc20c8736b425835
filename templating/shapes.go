package templating

// shapes is what a template shows of the values it reads: which are looped
// over, which have members, what they are compared with.
type shapes struct {
	roots map[root]*shape
	vars  map[int]*shape // what variables stand for
	depth int
}

// shape is one value's.
type shape struct {
	consts  []value // compared with
	number  bool
	date    bool
	item    *shape // of a list
	names   []string
	members map[string]*shape // of an object
}

func (s *shape) member(name string) *shape {
	if s.members == nil {
		s.members = map[string]*shape{}
	}
	if s.members[name] == nil {
		s.members[name] = &shape{}
		s.names = append(s.names, name)
	}
	return s.members[name]
}

func (s *shape) element() *shape {
	if s.item == nil {
		s.item = &shape{}
	}
	return s.item
}

func (s *shape) compared(v value) {
	switch {
	case v.isNumber() && v.k != kBool:
		s.number = true
	case v.k != kString && v.k != kBool:
		return
	}
	const most = 8
	if len(s.consts) < most {
		s.consts = append(s.consts, v)
	}
}

// inferShapes reads the shapes off t's statements.
func inferShapes(t *Template) *shapes {
	s := &shapes{roots: map[root]*shape{}, vars: map[int]*shape{}}
	for _, r := range []root{rootUser, rootEvent, rootCampaign} {
		s.roots[r] = &shape{}
	}
	s.body(t.body)
	return s
}

func (s *shapes) body(body []stmt) {
	for _, st := range body {
		for _, x := range expressions(st) {
			visitExpr(*x, s.uses)
		}
		for _, f := range blockFilters(st) {
			visitExpr(f, s.uses)
		}
		switch st := st.(type) {
		case *setStmt:
			if of := s.of(st.x); of != nil && st.target.parts == nil {
				s.vars[st.target.slot] = of
			}
		case *forStmt:
			s.loop(st)
			if st.cond != nil {
				visitExpr(st.cond, s.uses)
			}
		}
		for _, b := range bodies(st) {
			s.body(b)
		}
	}
}

func (s *shapes) loop(st *forStmt) {
	of := s.of(st.iter)
	switch {
	case of == nil:
	case st.target.parts == nil:
		s.vars[st.target.slot] = of.element()
	}
}

// listFilterNames are the filters that take a list and give one of its items.
var listFilterNames = map[string]bool{"sort": true, "selectattr": true, "rejectattr": true, "select": true, "reject": true,
	"reverse": true, "unique": true, "list": true}

// of is the shape that x stands for, or nil.
func (s *shapes) of(x expr) *shape {
	if s.depth++; s.depth > MaxDepth { // a chain so long shows nothing more
		s.depth--
		return nil
	}
	defer func() { s.depth-- }()
	switch x := x.(type) {
	case *attrExpr:
		if of := s.roots[x.root]; of != nil && x.name != lineID && x.name != userID {
			return of.member(x.name)
		}
	case *nameExpr:
		return s.vars[x.slot]
	case *getExpr:
		return s.ofMember(x)
	case *sliceExpr:
		return s.of(x.base)
	case *filterExpr:
		of := s.of(x.x)
		switch {
		case of == nil:
		case listFilterNames[x.f.name]:
			of.element()
			return of
		case x.f.name == "default":
			return of
		case x.f.name == "first" || x.f.name == "last":
			return of.element()
		case x.f.name == "batch" || x.f.name == "slice":
			return &shape{item: of}
		}
	}
	return nil
}

func (s *shapes) ofMember(x *getExpr) *shape {
	of := s.of(x.base)
	c, ok := x.key.(*constExpr)
	switch {
	case of == nil || !ok:
		return nil
	case c.v.k == kString:
		return of.member(c.v.s)
	case c.v.k == kInt:
		return of.element()
	}
	return nil
}
