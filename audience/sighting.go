package audience

import (
	"slices"
	"strings"
)

// Sighting is what a batch of patches showed of one attribute: it feeds the
// catalogue, which never decides what may be stored.
type Sighting struct {
	Name  string
	First Type         // of the first value seen
	Count map[Type]int // values by type
}

// Drift is how many of the values do not fit an attribute of type t.
func (s *Sighting) Drift(t Type) int {
	n := 0
	for seen, count := range s.Count {
		if !t.Accepts(seen) {
			n += count
		}
	}
	return n
}

// look notes the values of an accepted patch.
func (b *Book) look(p *Patch) {
	for _, list := range [...][]Attribute{p.Attributes, p.Add} {
		for _, a := range list {
			if a.Value != "" {
				b.sighting(a.Name, a.Value.Type())
			}
		}
	}
}

func (b *Book) sighting(name string, t Type) {
	s := b.seen[name]
	if s == nil {
		s = &Sighting{Name: name, First: t, Count: map[Type]int{}}
		b.seen[name] = s
	}
	s.Count[t]++
}

// Sightings lists what was seen, by name.
func (b *Book) Sightings() []*Sighting {
	list := make([]*Sighting, 0, len(b.seen))
	for _, s := range b.seen {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *Sighting) int { return strings.Compare(a.Name, b.Name) })
	return list
}
