package templating

// parts of an expression, in the order they are evaluated; nil ones are left
// out.
func operands(x expr) []expr {
	switch x := x.(type) {
	case *listExpr:
		return x.items
	case *tupleExpr:
		return x.items
	case *dictExpr:
		return append(append([]expr(nil), x.keys...), x.vals...)
	case *getExpr:
		return []expr{x.base, x.key}
	case *sliceExpr:
		return present(x.base, x.start, x.stop, x.step)
	case *unaryExpr:
		return []expr{x.x}
	case *binaryExpr:
		return []expr{x.l, x.r}
	case *logicExpr:
		return []expr{x.l, x.r}
	case *notExpr:
		return []expr{x.x}
	case *concatExpr:
		return x.parts
	case *compareExpr:
		out := []expr{x.first}
		for _, c := range x.ops {
			out = append(out, c.x)
		}
		return out
	case *condExpr:
		return present(x.test, x.then, x.other)
	case *filterExpr:
		return append(present(x.x), x.args.given()...)
	case *testExpr:
		return append([]expr{x.x}, x.args...)
	case *methodExpr:
		return append([]expr{x.base}, x.args.all()...)
	case *callExpr:
		return x.args.all()
	}
	return nil
}

func present(xs ...expr) []expr {
	var out []expr
	for _, x := range xs {
		if x != nil {
			out = append(out, x)
		}
	}
	return out
}

func (b *boundArgs) given() []expr {
	return append(append(present(b.fixed...), b.rest...), b.kw...)
}

func (c *callArgs) all() []expr {
	return append(append([]expr(nil), c.pos...), c.kw...)
}

// visitExpr calls f for x and everything in it.
func visitExpr(x expr, f func(expr)) {
	f(x)
	for _, y := range operands(x) {
		visitExpr(y, f)
	}
}

// inner is what a statement consists of: its expressions, and its bodies.
func inner(s stmt) (xs []expr, bodies [][]stmt) {
	switch s := s.(type) {
	case *printStmt:
		return []expr{s.x}, nil
	case *attributePrint:
		return []expr{s.whole.x}, nil
	case *ifStmt:
		for _, arm := range s.arms {
			xs = append(xs, arm.test)
			bodies = append(bodies, arm.body)
		}
		return xs, append(bodies, s.els)
	case *forStmt:
		return present(s.iter, s.cond), [][]stmt{s.body, s.els}
	case *setStmt:
		return []expr{s.x}, nil
	case *captureStmt:
		return chainExprs(s.filters), [][]stmt{s.body}
	case *filterStmt:
		return chainExprs(s.filters), [][]stmt{s.body}
	case *withStmt:
		return s.vals, [][]stmt{s.body}
	case *doStmt:
		return []expr{s.x}, nil
	case *notSendStmt:
		return present(s.reason), nil
	}
	return nil, nil
}

func chainExprs(filters []*filterExpr) []expr {
	out := make([]expr, len(filters))
	for i, f := range filters {
		out[i] = f
	}
	return out
}

// visit calls onStmt and onExpr for everything in body, in the order written.
func visit(body []stmt, onStmt func(stmt), onExpr func(expr)) {
	for _, s := range body {
		if onStmt != nil {
			onStmt(s)
		}
		xs, bodies := inner(s)
		if onExpr != nil {
			for _, x := range xs {
				visitExpr(x, onExpr)
			}
		}
		for _, b := range bodies {
			visit(b, onStmt, onExpr)
		}
	}
}
