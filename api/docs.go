package api

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/httpstatus"
)

//go:embed docs/*.html
var docsFiles embed.FS

//go:embed docs/style.css
var styleSheet []byte

// The part of an OpenAPI document that the page shows.
type (
	spec struct {
		Info struct{ Title, Version, Summary, Description string }
		Tags []struct{ Name, Description string }
		// Paths by path, then by method in lower case.
		Paths      map[string]map[string]operation
		Components struct {
			Schemas    map[string]*schema
			Parameters map[string]parameter
		}
	}
	operation struct {
		OperationID          string
		Summary, Description string
		Tags                 []string
		Security             []map[string][]string
		Parameters           []parameter
		RequestBody          *body
		Responses            map[string]body
		Errors               []string `json:"x-errors"`

		Method, Path string `json:"-"`
	}
	parameter struct {
		Ref                   string `json:"$ref"`
		Name, In, Description string
		Required              bool
		Schema                *schema
		Example               any
	}
	body struct {
		Ref         string `json:"$ref"`
		Description string
		Content     map[string]media
	}
	media struct {
		Schema  *schema
		Example any
	}
	schema struct {
		Ref         string `json:"$ref"`
		Type        any
		Format      string
		Description string
		Properties  map[string]*schema
		Required    []string
		Items       *schema
		Enum        []any
		OneOf       []*schema
		Const       any
		Default     any
		Example     any
	}
)

// docsPage is the OpenAPI document as a page.
func docsPage(document []byte) ([]byte, error) {
	var s spec
	if err := json.Unmarshal(document, &s); err != nil {
		return nil, err
	}
	return render("page.html", s)
}

// errorsPage is the error catalogue as a page; problem documents link to it.
func errorsPage() ([]byte, error) {
	type row struct {
		Code string
		errs.Entry
		Status int
	}
	var rows []row
	for _, code := range errs.Codes() {
		entry, _ := errs.Lookup(code)
		rows = append(rows, row{code, entry, httpstatus.Of(entry.Kind)})
	}
	return render("errors.html", rows)
}

func render(name string, data any) ([]byte, error) {
	t := template.New(name).Funcs(template.FuncMap{"json": indented, "last": nameOf, "paragraphs": paragraphs, "inline": inline})
	t, err := t.ParseFS(docsFiles, "docs/*.html")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

func indented(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return strings.TrimSpace(b.String()), err
}

// nameOf is the name at the end of a $ref.
func nameOf(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

func paragraphs(text string) []string {
	return strings.Split(strings.TrimSpace(text), "\n\n")
}

var (
	codeSpan = regexp.MustCompile("`([^`]+)`")
	boldSpan = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// inline is a text with the two marks of Markdown that our descriptions use.
// They are set in text that is escaped already.
func inline(text string) template.HTML {
	escaped := codeSpan.ReplaceAllString(template.HTMLEscapeString(text), "<code>$1</code>")
	return template.HTML(boldSpan.ReplaceAllString(escaped, "<strong>$1</strong>"))
}

// Operations lists the operations of a tag in the order of the routes' table.
func (s spec) Operations(tag string) []operation {
	var list []operation
	for _, rt := range (&API{}).table() {
		op, ok := s.Paths[rt.Path][strings.ToLower(rt.Method)]
		if ok && slices.Contains(op.Tags, tag) {
			op.Method, op.Path = rt.Method, rt.Path
			list = append(list, op)
		}
	}
	return list
}

// Parameter resolves a reference to a parameter.
func (s spec) Parameter(p parameter) parameter {
	if p.Ref != "" {
		return s.Components.Parameters[nameOf(p.Ref)]
	}
	return p
}

// Scope is the scope that the operation needs, or "".
func (o operation) Scope() string {
	for _, need := range o.Security {
		return strings.Join(need["key"], " ")
	}
	return ""
}

// Curl is the operation as a command that can be copied.
func (o operation) Curl() (string, error) {
	var b strings.Builder
	b.WriteString("curl")
	if o.Method != "GET" && o.RequestBody == nil {
		b.WriteString(" -X " + o.Method)
	} else if o.Method != "GET" && o.Method != "POST" {
		b.WriteString(" -X " + o.Method)
	}
	path := o.Path
	for _, p := range o.Parameters {
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", fmt.Sprint(p.Example))
		}
	}
	b.WriteString(` "$LINECAST_URL` + path + `"`)
	if o.Scope() != "" {
		b.WriteString(` -H "Authorization: Bearer $LINECAST_API_KEY"`)
	}
	return b.String() + o.curlBody(), nil
}

func (o operation) curlBody() string {
	if o.RequestBody == nil {
		return ""
	}
	for name, m := range o.RequestBody.Content {
		if text, err := indented(m.Example); err == nil && name == "application/json" {
			return " \\\n  -H 'Content-Type: application/json' -d '" + strings.ReplaceAll(text, "'", `'\''`) + "'"
		}
	}
	if _, ok := o.RequestBody.Content["multipart/form-data"]; ok {
		return " \\\n  -F file=@audience.csv"
	}
	return ""
}

// Fields lists the properties, the required ones first.
func (s *schema) Fields() []field {
	var list []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		list = append(list, field{name, slices.Contains(s.Required, name), s.Properties[name]})
	}
	slices.SortStableFunc(list, func(a, b field) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	return list
}

type field struct {
	Name     string
	Required bool
	Schema   *schema
}

// Kind is the type in words: "string", "array of Scope", "one of a, b".
func (s *schema) Kind() string {
	switch {
	case s.Ref != "":
		return nameOf(s.Ref)
	case s.Const != nil:
		return fmt.Sprintf("%q", s.Const)
	case len(s.Enum) > 0:
		return strings.Trim(strings.ReplaceAll(fmt.Sprintf("%q", s.Enum), " ", " | "), "[]")
	case s.Items != nil:
		return "array of " + s.Items.Kind()
	case len(s.OneOf) > 0:
		var kinds []string
		for _, one := range s.OneOf {
			kinds = append(kinds, one.Kind())
		}
		return strings.Join(kinds, " or ")
	}
	kind := "any"
	if s.Type != nil {
		kind = strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Type), " ", " or "), "[]")
	}
	if s.Format != "" {
		kind += " (" + s.Format + ")"
	}
	return kind
}
