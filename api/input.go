package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/linecast/linecast/internal/strictjson"
)

// An input struct says by its tags where each field comes from:
//
//	ID     ref.Segment `path:"id"`
//	Cursor string      `query:"cursor"`
//	Match  ifMatch     `header:"If-Match"`
//	Name   string      `json:"name" required:"true"`      // of the JSON body
//	Body   *content    `body:"multipart/form-data"`       // the body as it comes
//	Body   []byte      `body:"application/json"`          // the body, read whole
//
// Fields of embedded structs count as their own. A type with UnmarshalText
// reads itself; string, bool, int and slices of any of these are known too.
type inputPlan struct {
	params  []param
	query   []string // the names of the query parameters
	json    bool     // the body is a JSON object with fields of the struct
	body    []int    // index of the field that takes the body itself
	streams bool     // that field takes it as it comes
	accepts []string // media types of the body
}

// param is a field that comes from outside the body.
type param struct {
	in    string // "path", "query" or "header"
	name  string
	index []int
}

// pointer is how problemField names the parameter.
func (p param) pointer() string {
	switch p.in {
	case "query":
		return "?" + p.name
	case "path":
		return "{" + p.name + "}"
	}
	return p.name + ":"
}

// planOf reads the tags of t, once for each route. It panics on a mistake in
// the tags, which every test that builds the routes meets.
func planOf(t reflect.Type) *inputPlan {
	p := &inputPlan{json: strictjson.HasFields(t)}
	for _, f := range reflect.VisibleFields(t) {
		for _, in := range []string{"path", "query", "header"} {
			if name, ok := f.Tag.Lookup(in); ok {
				p.params = append(p.params, param{in, name, f.Index})
			}
		}
		if media, ok := f.Tag.Lookup("body"); ok {
			p.body, p.accepts = f.Index, strings.Split(media, ",")
			p.streams = f.Type == reflect.TypeFor[*content]()
		}
	}
	if p.json && p.body != nil {
		panic(fmt.Sprintf("api: %v takes its body twice", t))
	}
	if p.json {
		p.accepts = []string{"application/json"}
	}
	for _, param := range p.params {
		if param.in == "query" {
			p.query = append(p.query, param.name)
		}
	}
	slices.Sort(p.query)
	return p
}
