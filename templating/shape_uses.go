package templating

// uses notes what one expression shows of the values in it.
func (s *shapes) uses(x expr) {
	switch x := x.(type) {
	case *attrExpr, *getExpr:
		s.of(x)
	case *compareExpr:
		s.comparison(x)
	case *binaryExpr:
		if x.op != "+" && x.op != "%" {
			s.isNumber(x.l)
			s.isNumber(x.r)
		}
	case *testExpr:
		s.tested(x)
	case *filterExpr:
		s.filtered(x)
	case *methodExpr:
		if of := s.of(x.base); of != nil && (x.name == "items" || x.name == "values") {
			of.member("sample")
		}
	}
}

func (s *shapes) isNumber(x expr) {
	if of := s.of(x); of != nil {
		of.number = true
	}
}

func (s *shapes) comparison(x *compareExpr) {
	l := x.first
	for _, c := range x.ops {
		if c.op == "in" || c.op == "not in" {
			s.membership(l, c.x)
		} else {
			s.against(l, c.x)
			s.against(c.x, l)
		}
		l = c.x
	}
}

// against notes that the value of x is compared with what y is.
func (s *shapes) against(x, y expr) {
	of := s.of(x)
	if of == nil {
		return
	}
	switch y := y.(type) {
	case *constExpr:
		of.compared(y.v)
	case *unaryExpr:
		of.number = true
	}
}

// membership notes x in box.
func (s *shapes) membership(x, box expr) {
	if c, ok := x.(*constExpr); ok {
		if of := s.of(box); of != nil {
			of.element().compared(c.v)
		}
	}
	of := s.of(x)
	if of == nil {
		return
	}
	for _, y := range operands(box) {
		if c, ok := y.(*constExpr); ok {
			of.compared(c.v)
		}
	}
}

func (s *shapes) tested(x *testExpr) {
	of := s.of(x.x)
	if of == nil {
		return
	}
	switch x.t.name {
	case "odd", "even", "divisibleby", "number", "integer", "float":
		of.number = true
	case "mapping":
		of.member("sample")
	}
	for _, a := range x.args {
		if c, ok := a.(*constExpr); ok {
			of.compared(c.v)
		}
	}
}

// filtered notes what a filter needs of its value.
func (s *shapes) filtered(x *filterExpr) {
	of := s.of(x.x)
	if of == nil {
		return
	}
	switch x.f.name {
	case "int", "float", "round", "abs", "number":
		of.number = true
	case "date", "datetime", "dateFormatter", "dateTimeFormatter", "days", "shift":
		of.date = true
	case "join", "map", "sum", "min", "max", "groupby", "sort", "selectattr", "rejectattr", "first", "last", "batch":
		item := of.element()
		s.filteredMember(item, x)
	}
}

// filteredMember notes the member of the items that a filter looks at.
func (s *shapes) filteredMember(item *shape, x *filterExpr) {
	names := append([]expr(nil), x.args.fixed...)
	if x.f.name == "selectattr" || x.f.name == "rejectattr" {
		names = x.args.rest
	}
	for i, n := range x.args.names {
		if n == "attribute" {
			names = append(names, x.args.kw[i])
		}
	}
	at := indexOfParam(x.f.params, "attribute")
	for i, n := range names {
		name, ok := "", false
		if n != nil {
			name, ok = constText(n)
		}
		if !ok || i != at && at >= 0 && i < len(x.args.fixed) || i > 0 && at < 0 && x.f.name != "map" {
			continue
		}
		m := item.member(name)
		m.number = m.number || x.f.name == "sum" || x.f.name == "max" || x.f.name == "min"
		if len(names) > 2 && (x.f.name == "selectattr" || x.f.name == "rejectattr") {
			if c, ok := names[2].(*constExpr); ok {
				m.compared(c.v)
			}
		}
	}
}
