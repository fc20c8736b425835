package templating

import (
	"regexp"
	"strings"

	"github.com/linecast/linecast/errs"
)

// advise looks for what people paste and forget: it returns what cannot be
// meant and lints what probably is not.
func (t *Template) advise() []*errs.Error {
	var list []*errs.Error
	visit(t.body, func(s stmt) {
		switch s := s.(type) {
		case *textStmt:
			if e := t.adviseText(s); e != nil && len(list) < mostErrors {
				list = append(list, e)
			}
		case *printStmt:
			t.advisePrint(s)
		}
	}, nil)
	t.adviseNames()
	return list
}

// encoded is a placeholder in the URL-encoding that address bars and some
// editors make of it.
var encoded = regexp.MustCompile(`(?i)%7B%7B.{1,200}?%7D%7D`)

// textLints are texts that look like code that lost its braces.
var textLints = []struct{ code, text, message string }{
	{"not_send_as_text", "MOE_NOT_SEND", `this sends the words MOE_NOT_SEND; write {% MOE_NOT_SEND("reason") %}`},
	{"root_as_text", "UserAttribute[", "this is sent as text; a placeholder is {{UserAttribute['name']}}"},
	{"root_as_text", "EventAttribute[", "this is sent as text; a placeholder is {{EventAttribute['name']}}"},
	{"entity_as_text", "&lt;&lt;", "&lt;&lt; is sent as text; a placeholder opens with << or {{"},
	{"entity_as_text", "&#123;&#123;", "&#123; is sent as text; a placeholder opens with {{"},
	{"foreign_as_text", "${", "this is sent as text; a placeholder is {{UserAttribute['name']}}"},
	{"foreign_as_text", "*|", "this is sent as text; Mailchimp's *|NAME|* is {{UserAttribute['name']}} here"},
	{"foreign_as_text", "<%=", "this is sent as text; a placeholder is {{UserAttribute['name']}}"},
}

func (t *Template) adviseText(s *textStmt) *errs.Error {
	if s.verb {
		return nil
	}
	for _, l := range textLints {
		if i := strings.Index(s.text, l.text); i >= 0 {
			t.lints.add(l.code, s.off+i, l.message)
		}
	}
	if at := encoded.FindStringIndex(s.text); at != nil {
		return errs.New("template.pasted", "this placeholder is URL-encoded; write {{ for %7B%7B and }} for %7D%7D").
			AtLine(position(t.source, s.off+at[0]))
	}
	return nil
}

// advisePrint lints a list or object printed inside a string, where Jinja, and
// so this, shows ['a', 'b'].
func (t *Template) advisePrint(s *printStmt) {
	if s.ctx == ctxString && isCollection(s.x) {
		t.lints.add("list_as_text", s.off, "a list prints as ['a', 'b'] and an object as {'a': 1}; use |join(', ') or |tojson")
	}
}

// collectionFilters and collectionMethods give lists.
var (
	collectionFilters = map[string]bool{"list": true, "map": true, "select": true, "reject": true, "selectattr": true, "rejectattr": true,
		"sort": true, "unique": true, "batch": true, "slice": true, "groupby": true, "dictsort": true, "items": true}
	collectionMethods = map[string]bool{"split": true, "rsplit": true, "splitlines": true, "keys": true, "values": true, "items": true}
)

func isCollection(x expr) bool {
	switch x := x.(type) {
	case *listExpr, *tupleExpr, *dictExpr, *rootExpr:
		return true
	case *filterExpr:
		return collectionFilters[x.f.name]
	case *methodExpr:
		return collectionMethods[x.name]
	}
	return false
}

// adviseNames lints user attributes whose names are almost MoEngage's display
// names: "First name" is not "First Name".
func (t *Template) adviseNames() {
	known := map[string]string{}
	for _, group := range aliases {
		for _, name := range group {
			known[squeezed(name)] = name
		}
	}
	seen := map[string]bool{}
	visit(t.body, nil, func(x expr) {
		a, ok := x.(*attrExpr)
		if !ok || a.root != rootUser || len(Aliases(a.name)) > 1 || seen[a.name] {
			return
		}
		seen[a.name] = true
		if name := known[squeezed(a.name)]; name != "" {
			t.lints.add("attribute_name", a.off, "attribute names are case-sensitive: is '"+a.name+"' meant to be '"+name+"'?")
		}
	})
}

func squeezed(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
