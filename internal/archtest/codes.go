package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// Codes lists every misuse of the error catalogue in product code: a code that
// is not a literal or not catalogued, arguments that do not fit the detail,
// and catalogued codes that nothing makes.
//
// A function may take the code as a parameter and hand it to errs.New; then
// its callers are held to the same.
func Codes(packages []Package, fset *token.FileSet) (problems []string) {
	used := map[string]bool{"internal.error": true} // errs makes that itself
	for _, p := range packages {
		if p.Path == "errs" {
			continue
		}
		makers := p.makers()
		for _, f := range p.Product {
			literals(f.AST, used)
			for call, m := range calls(f.AST, makers) {
				if problem := m.judge(call); problem != "" {
					problems = append(problems, fmt.Sprintf("%s:%d: %s", f.Name, fset.Position(call.Pos()).Line, problem))
				}
			}
		}
	}
	slices.Sort(problems)
	for _, code := range errs.Codes() {
		if !used[code] {
			problems = append(problems, fmt.Sprintf("errs/catalogue.go: nothing makes %q: use it or remove its row", code))
		}
	}
	return problems
}

// literals notes every string literal of f. Some codes are chosen from tables
// and not in the call itself.
func literals(f *ast.File, used map[string]bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				used[text] = true
			}
		}
		return true
	})
}

// maker is a function that makes a catalogued error.
type maker struct {
	code int // which argument is the code
	args int // how many values its detail gets; -1: those that follow code
}

// makers are errs.New and Several, and the functions of p that hand a code on.
func (p Package) makers() map[string]maker {
	found := map[string]maker{"errs.New": {code: 0, args: -1}, "errs.Several": {code: 0, args: 1}}
	for _, f := range p.Product {
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			for call := range calls(f.AST, found) {
				inside := fn.Body.Pos() < call.Pos() && call.End() < fn.Body.End()
				if param, ok := call.Args[0].(*ast.Ident); ok && inside && calledName(call) == "errs.New" {
					if i := position(fn.Type, param.Name); i >= 0 {
						found[fn.Name.Name] = maker{code: i, args: handed(call)}
					}
				}
			}
		}
	}
	return found
}

// handed is how many values a call of errs.New gives to the detail, -1 when
// it passes on what it was given.
func handed(call *ast.CallExpr) int {
	if call.Ellipsis.IsValid() {
		return -1
	}
	return len(call.Args) - 1
}

// position is the index of the parameter name, or -1.
func position(fn *ast.FuncType, name string) int {
	i := 0
	for _, field := range fn.Params.List {
		for _, n := range field.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// calls are the calls of makers in f.
func calls(f *ast.File, makers map[string]maker) map[*ast.CallExpr]maker {
	found := map[*ast.CallExpr]maker{}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if m, ok := makers[calledName(call)]; ok && len(call.Args) > m.code && !withinOwn(f, call, makers) {
				found[call] = m
			}
		}
		return true
	})
	return found
}

// withinOwn reports the call of errs.New that makes a function a maker: its
// code is a parameter by design.
func withinOwn(f *ast.File, call *ast.CallExpr, makers map[string]maker) bool {
	param, ok := call.Args[0].(*ast.Ident)
	if !ok || calledName(call) != "errs.New" {
		return false
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if ok && fn.Body != nil && fn.Body.Pos() < call.Pos() && call.End() < fn.Body.End() {
			m, isMaker := makers[fn.Name.Name]
			return isMaker && position(fn.Type, param.Name) == m.code
		}
	}
	return false
}

// calledName is "errs.New" for that, and the bare name for a function or
// method of the package itself.
func calledName(call *ast.CallExpr) string {
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		return fn.Name
	case *ast.SelectorExpr:
		if x, ok := fn.X.(*ast.Ident); ok && x.Name == "errs" {
			return "errs." + fn.Sel.Name
		}
		return fn.Sel.Name
	}
	return ""
}

// judge says what is wrong with one call, or "".
func (m maker) judge(call *ast.CallExpr) string {
	literal, ok := call.Args[m.code].(*ast.BasicLit)
	if !ok {
		return "the code is not a string literal, so nobody can search for it"
	}
	code, _ := strconv.Unquote(literal.Value)
	entry, ok := errs.Lookup(code)
	if !ok {
		return fmt.Sprintf("%q is not in errs/catalogue.go", code)
	}
	args := m.args
	if args < 0 {
		args = len(call.Args) - m.code - 1
	}
	if call.Ellipsis.IsValid() || fits(entry.Detail, args) {
		return ""
	}
	return fmt.Sprintf("%q is made with %d arguments and its detail is %q", code, args, entry.Detail)
}

// fits reports whether fmt can print format with n arguments of whatever type.
func fits(format string, n int) bool {
	args := make([]any, n)
	for i := range args {
		args[i] = anything{}
	}
	return !strings.Contains(fmt.Sprintf(format, args...), "%!")
}

// anything prints with every verb.
type anything struct{}

func (anything) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("…")) }
