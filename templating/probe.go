package templating

// probe records which branches a rendering took while a template is checked,
// and may force one.
type probe struct{}

// take says whether the branch arm of the block id is taken, when its
// condition is truth.
func (p *probe) take(id, arm int, truth bool) bool { return truth }
