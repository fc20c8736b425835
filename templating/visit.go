package templating

import "slices"

// children are the expressions that x consists of, where x holds them and in
// the order they are evaluated; nil ones are left out.
func children(x expr) []*expr {
	switch x := x.(type) {
	case *listExpr:
		return each(x.items)
	case *tupleExpr:
		return each(x.items)
	case *dictExpr:
		return append(each(x.keys), each(x.vals)...)
	case *getExpr:
		return present(&x.base, &x.key)
	case *sliceExpr:
		return present(&x.base, &x.start, &x.stop, &x.step)
	case *unaryExpr:
		return present(&x.x)
	case *binaryExpr:
		return present(&x.l, &x.r)
	case *logicExpr:
		return present(&x.l, &x.r)
	case *notExpr:
		return present(&x.x)
	case *concatExpr:
		return each(x.parts)
	case *compareExpr:
		out := present(&x.first)
		for i := range x.ops {
			out = append(out, &x.ops[i].x)
		}
		return out
	case *condExpr:
		return present(&x.test, &x.then, &x.other)
	case *filterExpr:
		return slices.Concat(present(&x.x), each(x.args.fixed), each(x.args.rest), each(x.args.kw))
	case *testExpr:
		return append(present(&x.x), each(x.args)...)
	case *methodExpr:
		return slices.Concat(present(&x.base), each(x.args.pos), each(x.args.kw))
	case *callExpr:
		return append(each(x.args.pos), each(x.args.kw)...)
	}
	return nil
}

// each is present for the elements of xs.
func each(xs []expr) []*expr {
	out := make([]*expr, 0, len(xs))
	for i := range xs {
		if xs[i] != nil {
			out = append(out, &xs[i])
		}
	}
	return out
}

func present(xs ...*expr) []*expr {
	return slices.DeleteFunc(xs, func(x *expr) bool { return *x == nil })
}

// operands are the children's values.
func operands(x expr) []expr {
	holders := children(x)
	out := make([]expr, len(holders))
	for i, h := range holders {
		out[i] = *h
	}
	return out
}

// visitExpr calls f for x and everything in it.
func visitExpr(x expr, f func(expr)) {
	f(x)
	for _, y := range operands(x) {
		visitExpr(y, f)
	}
}

// expressions are those that s holds itself, outside its bodies, but for the
// filters of a block.
func expressions(s stmt) []*expr {
	switch s := s.(type) {
	case *printStmt:
		return present(&s.x)
	case *attributePrint:
		return present(&s.whole.x)
	case *ifStmt:
		var out []*expr
		for i := range s.arms {
			out = append(out, &s.arms[i].test)
		}
		return out
	case *forStmt:
		return present(&s.iter, &s.cond)
	case *setStmt:
		return present(&s.x)
	case *withStmt:
		return each(s.vals)
	case *doStmt:
		return present(&s.x)
	case *notSendStmt:
		return present(&s.reason)
	}
	return nil
}

// blockFilters are those of {% set x | … %} and {% filter … %}. They have
// arguments and no operand: that is the text of the block.
func blockFilters(s stmt) []*filterExpr {
	switch s := s.(type) {
	case *captureStmt:
		return s.filters
	case *filterStmt:
		return s.filters
	}
	return nil
}

// bodies are the blocks of statements that s consists of.
func bodies(s stmt) [][]stmt {
	switch s := s.(type) {
	case *ifStmt:
		var out [][]stmt
		for _, arm := range s.arms {
			out = append(out, arm.body)
		}
		return append(out, s.els)
	case *forStmt:
		return [][]stmt{s.body, s.els}
	case *captureStmt:
		return [][]stmt{s.body}
	case *filterStmt:
		return [][]stmt{s.body}
	case *withStmt:
		return [][]stmt{s.body}
	}
	return nil
}

// visit calls onStmt and onExpr for everything in body, in the order written.
func visit(body []stmt, onStmt func(stmt), onExpr func(expr)) {
	for _, s := range body {
		if onStmt != nil {
			onStmt(s)
		}
		if onExpr != nil {
			for _, x := range expressions(s) {
				visitExpr(*x, onExpr)
			}
			for _, f := range blockFilters(s) {
				visitExpr(f, onExpr)
			}
		}
		for _, b := range bodies(s) {
			visit(b, onStmt, onExpr)
		}
	}
}
