package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"text/template/parse"
)

// LocalPath and Harmless are what fuzz targets try.
var (
	LocalPath = localPath
	Harmless  = harmless
)

// MarkBranches makes every branch of every template call mark with its name
// when it is executed, and returns the names of all branches.
func MarkBranches(s *Web, mark func(branch string)) []string {
	var all []string
	functions := template.FuncMap{"mark": func(branch string) string { mark(branch); return "" }}
	for _, page := range s.templates {
		for _, t := range page.Funcs(functions).Templates() {
			if t.Tree == nil || strings.HasSuffix(t.Name(), ".html") { // a file holds definitions only
				continue
			}
			n := 0
			eachList(t.Tree.Root, func(list *parse.ListNode) {
				n++
				branch := fmt.Sprintf("%s:%d %.40q", t.Name(), n, list.String())
				all = append(all, branch)
				// A declaration prints nothing, so it may stand anywhere.
				tree := template.Must(template.New("").Funcs(functions).Parse(fmt.Sprintf(`{{$mark := mark %q}}`, branch)))
				list.Nodes = slices.Insert(list.Nodes, 0, tree.Tree.Root.Nodes[0])
			})
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// eachList visits every list of nodes, which is what a branch is made of.
func eachList(list *parse.ListNode, visit func(*parse.ListNode)) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.IfNode:
			eachList(n.List, visit)
			eachList(n.ElseList, visit)
		case *parse.RangeNode:
			eachList(n.List, visit)
			eachList(n.ElseList, visit)
		case *parse.WithNode:
			eachList(n.List, visit)
			eachList(n.ElseList, visit)
		}
	}
	visit(list)
}
