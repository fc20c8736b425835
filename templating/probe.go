package templating

import "github.com/linecast/linecast/errs"

// probe records which branches a rendering took while a template is checked,
// and may force one.
type probe struct {
	taken    map[branch]bool
	force    *branch
	steps    int         // of all samples together
	rendered int         // samples that did not fail
	fault    *errs.Error // of the last one that did
}

// branch is an arm of the if with an id.
type branch struct{ id, arm int }

// take says whether the branch arm of the if id is taken, when its condition
// is truth. A nil probe changes nothing.
func (p *probe) take(id, arm int, truth bool) bool {
	if p == nil {
		return truth
	}
	if p.force != nil && p.force.id == id {
		truth = p.force.arm == arm
	}
	if truth {
		p.taken[branch{id, arm}] = true
	}
	return truth
}
