package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
)

// Codes lists every misuse of the error catalogue in product code: a code that
// is not a literal or not catalogued, arguments that do not fit the detail,
// and catalogued codes that nothing makes.
func Codes(packages []Package, fset *token.FileSet) (problems []string) {
	used := map[string]bool{}
	for _, p := range packages {
		for _, f := range p.Product {
			name := errsName(f.AST)
			ast.Inspect(f.AST, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BasicLit:
					if text, err := strconv.Unquote(n.Value); err == nil && p.Path != "errs" {
						used[text] = true
					}
				case *ast.CallExpr:
					if problem := checkNew(n, name); problem != "" {
						problems = append(problems, fmt.Sprintf("%s:%d: %s", f.Name, fset.Position(n.Pos()).Line, problem))
					}
				}
				return true
			})
		}
	}
	used["internal.error"] = true // made by errs itself
	for _, code := range errs.Codes() {
		if !used[code] {
			problems = append(problems, fmt.Sprintf("errs/catalogue.go: nothing makes %q: use it or remove its row", code))
		}
	}
	return problems
}

// errsName is the name that the file knows package errs by, or "".
func errsName(f *ast.File) string {
	for _, spec := range f.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); path == module+"/errs" {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return "errs"
		}
	}
	return ""
}

// checkNew judges one call, if it is a call of errs.New or errs.Several.
func checkNew(call *ast.CallExpr, name string) string {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || name == "" || len(call.Args) == 0 {
		return ""
	}
	if x, ok := selector.X.(*ast.Ident); !ok || x.Name != name || selector.Sel.Name != "New" && selector.Sel.Name != "Several" {
		return ""
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return "the code is not a string literal, so nobody can search for it"
	}
	code, _ := strconv.Unquote(literal.Value)
	entry, ok := errs.Lookup(code)
	if !ok {
		return fmt.Sprintf("%q is not in errs/catalogue.go", code)
	}
	args := len(call.Args) - 1 // Several has one too: how many there are
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
	text := fmt.Sprintf(format, args...)
	return !strings.Contains(text, "%!")
}

// anything prints with every verb.
type anything struct{}

func (anything) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("…")) }
