package strictjson

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/linecast/linecast/internal/nearest"
)

// field is a struct field that stands in the document.
type field struct {
	typ      reflect.Type
	required bool
}

type fieldSet struct {
	byName   map[string]field
	required []string
}

// HasFields reports whether values of the struct type t are read from a
// document: whether a field of it, or of a struct embedded in it, has a json
// tag.
func HasFields(t reflect.Type) bool { return len(fieldsOf(t).byName) > 0 }

func fieldsOf(t reflect.Type) fieldSet {
	set := fieldSet{byName: map[string]field{}}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		required := f.Tag.Get("required") == "true"
		set.byName[name] = field{f.Type, required}
		if required {
			set.required = append(set.required, name)
		}
	}
	return set
}

func (s fieldSet) hint(name string) string {
	known := slices.Sorted(maps.Keys(s.byName))
	if hint := nearest.Hint(name, known); hint != "" {
		return hint
	}
	return "; known are " + strings.Join(known, ", ")
}
