package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed templates/*.html
var templateFiles embed.FS

// shared are the templates that every page is built with.
var shared = []string{"templates/layout.html", "templates/parts.html"}

// parseTemplates reads every page's template together with the shared ones, by
// the page's name. The files are part of the program: one that does not parse
// is a mistake that every start and every test shows.
func parseTemplates(functions template.FuncMap) map[string]*template.Template {
	base := template.Must(template.New("").Funcs(functions).ParseFS(templateFiles, shared...))
	files, _ := fs.Glob(templateFiles, "templates/*.html")
	pages := map[string]*template.Template{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		pages[name] = template.Must(template.Must(base.Clone()).ParseFS(templateFiles, file))
	}
	return pages
}

// layout is what every page has around it.
type layout struct {
	Title  string
	Nav    []navItem
	Reader string // the name of the key that is signed in; "" when none is
	Zone   string
	Page   page
}

type navItem struct {
	Title, Href string
	Current     bool
}

// render is the only place that writes a page. Nothing is written when its
// template fails.
func (s *Web) render(w *response, r *http.Request, status int, name string, p page) error {
	l := layout{Title: p.title(), Reader: w.reader.name, Zone: s.deps.Zone.String(), Page: p}
	if l.Reader != "" {
		l.Nav = s.navigation(r.URL.Path)
	}
	var out bytes.Buffer
	if err := s.templates[name].ExecuteTemplate(&out, "layout", l); err != nil {
		return fmt.Errorf("render the page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = out.WriteTo(w) // nobody is left to tell when the reader is gone
	return nil
}

// fragment is the part of a page that is kept up to date: its template "live".
func (s *Web) fragment(name string, data any) (string, error) {
	var out strings.Builder
	if err := s.templates[name].ExecuteTemplate(&out, "live", data); err != nil {
		return "", fmt.Errorf("render the live part of %s: %w", name, err)
	}
	return out.String(), nil
}

// navigation lists the routes that have a title there.
func (s *Web) navigation(at string) []navItem {
	var items []navItem
	for _, rt := range s.routes {
		if rt.nav == "" {
			continue
		}
		_, href, _ := strings.Cut(rt.pattern, " ")
		href = strings.TrimSuffix(href, "{$}")
		current := at == href || href != "/" && strings.HasPrefix(at, href+"/")
		items = append(items, navItem{Title: rt.nav, Href: href, Current: current})
	}
	return items
}
