package archtest

import (
	"fmt"
	"go/ast"
	"strings"
)

// Explained lists packages that do not explain themselves: without a package
// comment that says what they own and refuse, or, for those that others may
// import, without a runnable example.
func Explained(packages []Package) (problems []string) {
	for _, p := range packages {
		if len(p.Product) == 0 {
			continue
		}
		name := p.Product[0].AST.Name.Name
		switch comment := p.comment(); {
		case comment == "":
			problems = append(problems, fmt.Sprintf("%s: no package comment", p.Path))
		case name != "main" && !strings.HasPrefix(comment, "Package "+name+" "):
			problems = append(problems, fmt.Sprintf("%s: the package comment does not begin with %q", p.Path, "Package "+name))
		}
		if name != "main" && !strings.Contains("/"+p.Path+"/", "/internal/") && !p.hasExample() {
			problems = append(problems, fmt.Sprintf("%s: no Example with an Output", p.Path))
		}
	}
	return problems
}

// comment is the package comment; a second one would be shown after it and is
// a mistake that vet does not see.
func (p Package) comment() (text string) {
	for _, f := range p.Product {
		if f.AST.Doc != nil {
			text += f.AST.Doc.Text()
		}
	}
	return text
}

func (p Package) hasExample() bool {
	for _, f := range p.Tests {
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && strings.HasPrefix(fn.Name.Name, "Example") && hasOutput(f.AST, fn) {
				return true
			}
		}
	}
	return false
}

// hasOutput reports whether fn ends with the comment that makes go test run it.
func hasOutput(f *ast.File, fn *ast.FuncDecl) bool {
	for _, c := range f.Comments {
		text := strings.ToLower(c.Text())
		inside := fn.Body.Pos() < c.Pos() && c.End() < fn.Body.End()
		if inside && (strings.HasPrefix(text, "output:") || strings.HasPrefix(text, "unordered output:")) {
			return true
		}
	}
	return false
}
