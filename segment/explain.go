package segment

// Explanation is the tree marked true and false for one user.
type Explanation struct {
	Pointer  string        `json:"pointer"`           // of the condition in its definition; of a referenced segment's in that one's
	Says     string        `json:"says"`              // the condition as a sentence
	Holds    bool          `json:"holds"`             // whether it is true for the user
	Value    any           `json:"value,omitempty"`   // what the user has for the attribute or channel; absent when missing
	Missing  bool          `json:"missing,omitempty"` // the user lacks the attribute
	Children []Explanation `json:"children,omitempty"`
}

// Explain says why u is or is not in the segment: every condition of the tree,
// those of referenced segments too, with what u has and whether it holds. The
// root's Holds is what Match says.
func (s *Segment) Explain(env Env, u *User) Explanation {
	return explain(s.root, newEvaluation(env, s), u)
}

func explain(n node, e *evaluation, u *User) Explanation {
	x := Explanation{Pointer: n.pointer(), Says: n.says(), Holds: n.holds(e, u)}
	switch n := n.(type) {
	case *comparison:
		x.Value = n.attribute.of(u)
		x.Missing = x.Value == nil
	case *friend:
		if f, ok := u.Friendships[n.of]; ok {
			x.Value = f.State
		}
	}
	inside, inner := n.inside(e)
	for _, child := range inside {
		x.Children = append(x.Children, explain(child, inner, u))
	}
	return x
}
