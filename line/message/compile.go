package message

import "fmt"

// tables are all rows, before their names are looked up.
type tables struct {
	objects []object
	unions  []union
	scalars []scalar
}

// compile looks up every name the rows use. It panics on a row that names
// nothing or a name given twice: a mistake in the tables, found by any test.
func compile(t tables) map[string]*shape {
	shapes := map[string]*shape{}
	add := func(name string, s *shape) {
		if shapes[name] != nil {
			panic(fmt.Sprintf("message: two rows are named %q", name))
		}
		shapes[name] = s
	}
	for i := range t.objects {
		add(t.objects[i].name, &shape{object: &t.objects[i]})
	}
	for i := range t.unions {
		add(t.unions[i].name, &shape{union: &t.unions[i]})
	}
	for i := range t.scalars {
		add(t.scalars[i].name, &shape{scalar: &t.scalars[i].field})
	}
	for i := range t.unions {
		linkUnion(shapes, &t.unions[i])
	}
	for i := range t.objects {
		linkObject(shapes, &t.objects[i])
	}
	return shapes
}

func find(shapes map[string]*shape, name, where string) *shape {
	if shapes[name] == nil {
		panic(fmt.Sprintf("message: %s names %q, which is no row", where, name))
	}
	return shapes[name]
}

// linkUnion finds what the cases mean and gives each object among them the
// field that chooses it.
func linkUnion(shapes map[string]*shape, u *union) {
	if u.by == "" {
		u.by = "type"
	}
	for i := range u.cases {
		c := &u.cases[i]
		if c.refused != "" {
			continue
		}
		c.shape = find(shapes, c.of, u.name)
		for _, o := range objectsOf(shapes, c.shape) {
			addTag(o, u.by)
		}
	}
}

// objectsOf is the object of a shape, or all objects of a union.
func objectsOf(shapes map[string]*shape, s *shape) []*object {
	if s.object != nil {
		return []*object{s.object}
	}
	var out []*object
	for _, c := range s.union.cases {
		if c.refused == "" {
			out = append(out, objectsOf(shapes, find(shapes, c.of, s.union.name))...)
		}
	}
	return out
}

func addTag(o *object, name string) {
	for i := range o.fields {
		if o.fields[i].name == name {
			return
		}
	}
	o.fields = append([]field{{name: name, kind: tag}}, o.fields...)
}

func linkObject(shapes map[string]*shape, o *object) {
	o.index = make(map[string]int, len(o.fields))
	if len(o.fields) > 64 {
		panic(fmt.Sprintf("message: %s has more than 64 fields", o.name))
	}
	for i := range o.fields {
		f := &o.fields[i]
		if _, twice := o.index[f.name]; twice {
			panic(fmt.Sprintf("message: %s has two rows for %s", o.name, f.name))
		}
		o.index[f.name] = i
		o.names = append(o.names, f.name)
		if f.need != optional {
			o.required |= 1 << i
		}
		if f.of != "" {
			f.shape = find(shapes, f.of, o.name+"."+f.name)
		}
	}
}

// join puts the tables together.
func join(parts ...tables) tables {
	var all tables
	for _, t := range parts {
		all.objects = append(all.objects, t.objects...)
		all.unions = append(all.unions, t.unions...)
		all.scalars = append(all.scalars, t.scalars...)
	}
	return all
}
