package segment

import "slices"

// Operator describes an operator to people: for documentation, for builders of
// segments and for tests that must know them all.
type Operator struct {
	Name       string   `json:"name"`
	Takes      []string `json:"takes"`                 // the kinds of value it may have
	IgnoreCase bool     `json:"ignore_case,omitempty"` // whether ignore_case may stand beside a string
	Negates    string   `json:"negates,omitempty"`     // it is the exact complement of that operator
	Doc        string   `json:"doc"`
	Examples   []string `json:"examples"` // conditions
}

// Operators lists every operator in the order of the table.
func Operators() []Operator {
	var list []Operator
	for _, row := range operators {
		i := slices.IndexFunc(list, func(o Operator) bool { return o.Name == row.name })
		if i < 0 {
			i = len(list)
			list = append(list, Operator{Name: row.name, Negates: row.negates})
		}
		o := &list[i]
		o.describe(row)
		if j := slices.IndexFunc(list, func(p Operator) bool { return p.Name == row.negates }); j >= 0 {
			positive := list[j]
			o.Takes, o.IgnoreCase, o.Doc = positive.Takes, positive.IgnoreCase, "not: "+positive.Doc
		}
	}
	return list
}

// describe adds a row to the operator's description.
func (o *Operator) describe(row operator) {
	o.Examples = append(o.Examples, row.example)
	o.IgnoreCase = o.IgnoreCase || row.folds
	if row.negates != "" {
		return
	}
	o.Takes = append(o.Takes, row.takes.says)
	if o.Doc != "" {
		o.Doc += "; or "
	}
	o.Doc += row.doc
}

// FriendStates lists the states that friend_of can ask for.
func FriendStates() []string {
	names := make([]string, len(friendStates))
	for i, s := range friendStates {
		names[i] = s.name
	}
	return names
}
