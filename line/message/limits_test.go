package message

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestLimits walks the tables: for every row with a maximum, a body with
// exactly that much passes and one with one more is refused, with the limit
// and the count in the finding.
func TestLimits(t *testing.T) {
	t.Parallel()
	rows := 0
	for _, w := range waysToObjects() {
		for i := range w.object.fields {
			f := &w.object.fields[i]
			if f.max == 0 {
				continue
			}
			rows++
			t.Run(w.object.name+"."+f.name, func(t *testing.T) {
				t.Parallel()
				testLimit(t, w, f, f.max, nil)
				if f.tight != nil {
					for _, beside := range f.tight.when {
						testLimit(t, w, f, f.tight.max, map[string]any{beside: sample(w.object.field(beside))})
					}
				}
			})
		}
	}
	if rows < 60 {
		t.Errorf("only %d rows with a maximum were reached", rows)
	}
}

func testLimit(t *testing.T, w way, f *field, limit int, others map[string]any) {
	for _, fill := range fills(f, limit) {
		object := map[string]any{f.name: fill(limit)}
		maps.Copy(object, others)
		if findings := Check(w.body(object, limit)); HasError(findings) {
			t.Errorf("%d should pass: %s", limit, listing(findings))
		}
		object[f.name] = fill(limit + 1)
		over := Check(w.body(object, limit+1))
		if !slices.ContainsFunc(over, func(found Finding) bool {
			return (found.Code == codeTooLong || found.Code == codeTooMany) && found.Limit == limit && found.Actual == limit+1 &&
				strings.HasSuffix(found.Path, "/"+f.name)
		}) {
			t.Errorf("%d over a limit of %d should be refused: %s", limit+1, limit, listing(over))
		}
	}
}

// fills make a value of n units: for strings in ASCII, in characters that are
// one unit and several bytes, and in the largest thing the unit counts once.
func fills(f *field, limit int) []func(n int) any {
	if f.kind != str {
		return []func(n int) any{func(n int) any { return several(f, n) }}
	}
	start := ""
	if f.format != nil && f.format.code == codeBadURL {
		start = f.format.example
	}
	fill := func(text string) func(n int) any {
		return func(n int) any { return start + strings.Repeat(text, n-len(start)) }
	}
	out := []func(n int) any{fill("a")}
	if f.format == nil || f.format == senderFormat {
		out = append(out, fill("ก"))
		if f.unit == graphemeUnits {
			out = append(out, fill("👨‍👩‍👧‍👦"))
		} else { // two units each, and one more to make an odd number
			out = append(out, func(n int) any { return strings.Repeat("🍎", n/2) + strings.Repeat("a", n%2) })
		}
	}
	return out
}

// several is a list or dict of n entries.
func several(f *field, n int) any {
	if f.kind == dict {
		entries := map[string]any{}
		for i := range n {
			entries[fmt.Sprintf("k%d", i)] = sampleOf(f.shape)
		}
		return entries
	}
	entries := make([]any, n)
	for i := range entries {
		entries[i] = sampleOf(f.shape)
		if f.of == "emoji" {
			entries[i].(map[string]any)["index"] = i
		}
	}
	return entries
}

// way is how a body comes to hold an object: the objects around it, with the
// fields that lead to it.
type way struct {
	object *object
	tags   map[string]any // what chose the object in its unions
	parent *way
	field  *field // of parent
}

// waysToObjects finds a way from the request to every object.
func waysToObjects() []way {
	ways := []way{{object: shapes["request"].object}}
	seen := map[*object]bool{ways[0].object: true}
	for i := 0; i < len(ways); i++ {
		parent := ways[i]
		for j := range parent.object.fields {
			f := &parent.object.fields[j]
			if f.shape == nil {
				continue
			}
			for _, next := range choicesOf(f.shape, nil) {
				if !seen[next.object] {
					seen[next.object] = true
					ways = append(ways, way{next.object, next.tags, &parent, f})
				}
			}
		}
	}
	return ways
}

func choicesOf(s *shape, tags map[string]any) []way {
	switch {
	case s.object != nil:
		return []way{{object: s.object, tags: tags}}
	case s.scalar != nil:
		return nil
	}
	var out []way
	for i := range s.union.cases {
		c := &s.union.cases[i]
		if c.shape == nil {
			continue
		}
		with := map[string]any{s.union.by: c.value}
		maps.Copy(with, tags)
		out = append(out, choicesOf(c.shape, with)...)
	}
	return out
}

// body is a request that holds the object with the given fields; size is the
// number of $ a text needs for its emojis.
func (w way) body(fields map[string]any, size int) []byte {
	value := sampleObject(w.object, w.tags)
	maps.Copy(value, fields)
	if _, emojis := fields["emojis"]; emojis {
		value["text"] = strings.Repeat("$", max(1, size))
	}
	if w.parent == nil {
		return encode(value)
	}
	return w.parent.body(map[string]any{w.field.name: w.field.wrap(value)}, size)
}

// wrap makes a value of a field that holds value.
func (f *field) wrap(value map[string]any) any {
	switch f.kind {
	case list:
		entries := []any{value}
		for len(entries) < f.min {
			entries = append(entries, value)
		}
		return entries
	case dict:
		return map[string]any{"k": value}
	}
	return value
}

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (o *object) field(name string) *field { return &o.fields[o.index[name]] }

// sampleObject is the smallest object that has no errors.
func sampleObject(o *object, tags map[string]any) map[string]any {
	out := map[string]any{}
	for i := range o.fields {
		if f := &o.fields[i]; f.need != optional {
			out[f.name] = sample(f)
		}
	}
	if o.name == "flex text" {
		out["text"] = "a"
	}
	maps.Copy(out, tags)
	return out
}

func sampleOf(s *shape) any {
	if s.scalar != nil {
		return sample(s.scalar)
	}
	first := choicesOf(s, nil)[0]
	return sampleObject(first.object, first.tags)
}

// sample is a value that a field takes.
func sample(f *field) any {
	switch f.kind {
	case str:
		switch {
		case len(f.enum) > 0:
			return f.enum[0]
		case f.format != nil:
			return f.format.example
		}
		return "a"
	case integer, number:
		if f.between != nil {
			return max(f.between.min, 0)
		}
		return 1
	case boolean:
		return true
	case list, dict:
		return several(f, f.min)
	}
	return sampleOf(f.shape)
}

// TestSamples: the smallest body of every object has no errors, so that a
// rule that refuses everything cannot hide.
func TestSamples(t *testing.T) {
	t.Parallel()
	for _, w := range waysToObjects() {
		if findings := Check(w.body(nil, 0)); HasError(findings) {
			t.Errorf("%s: %s\n%s", w.object.name, w.body(nil, 0), listing(findings))
		}
	}
}

// TestRequired: without a required field the body is refused, at the path
// where the field should stand.
func TestRequired(t *testing.T) {
	t.Parallel()
	for _, w := range waysToObjects() {
		for i := range w.object.fields {
			f := &w.object.fields[i]
			if f.need != required {
				continue
			}
			body := w.without(f.name)
			if !slices.ContainsFunc(Check(body), func(found Finding) bool {
				return found.Severity == Error && found.Code == codeRequired && strings.HasSuffix(found.Path, "/"+f.name)
			}) {
				t.Errorf("%s without %s passes: %s", w.object.name, f.name, body)
			}
		}
	}
}

// without is a body whose object lacks a field.
func (w way) without(name string) []byte {
	value := sampleObject(w.object, w.tags)
	delete(value, name)
	if w.parent == nil {
		return encode(value)
	}
	return w.parent.body(map[string]any{w.field.name: w.field.wrap(value)}, 0)
}

// TestWrongTypes: no field takes a value of another JSON type.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	others := map[jsonKind]any{str: 1, integer: "1", number: "1", boolean: "true", list: map[string]any{}, dict: []any{}, obj: "x"}
	for _, w := range waysToObjects() {
		for i := range w.object.fields {
			f := &w.object.fields[i]
			if f.kind == tag {
				continue
			}
			body := w.body(map[string]any{f.name: others[f.kind]}, 0)
			if !slices.ContainsFunc(Check(body), func(found Finding) bool {
				return found.Severity == Error && found.Code == codeWrongType && strings.HasSuffix(found.Path, "/"+f.name)
			}) {
				t.Errorf("%s takes %v for %s", w.object.name, others[f.kind], f.name)
			}
		}
	}
}

// TestEnumsAndFormats: every listed value passes, and a value that is none of
// them is refused.
func TestEnumsAndFormats(t *testing.T) {
	t.Parallel()
	for _, w := range waysToObjects() {
		for i := range w.object.fields {
			f := &w.object.fields[i]
			if f.kind != str || len(f.enum) == 0 && f.format == nil {
				continue
			}
			good := f.enum
			if f.format != nil {
				good = []string{f.format.example}
			}
			for _, value := range good {
				if findings := Check(w.body(map[string]any{f.name: value}, 0)); HasError(findings) {
					t.Errorf("%s.%s refuses %q: %s", w.object.name, f.name, value, listing(findings))
				}
			}
			if f.format == senderFormat {
				continue // it only warns
			}
			if !HasError(Check(w.body(map[string]any{f.name: "no such value!/ "}, 0))) {
				t.Errorf("%s.%s takes anything", w.object.name, f.name)
			}
		}
	}
}
