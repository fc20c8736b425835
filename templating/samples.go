package templating

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/templating/internal/jsontext"
)

// A template is rendered for sample users when it is compiled: users made so
// that its conditions come out both ways and its lists have none, one and
// several items. When the shape depends on data, a sample whose body is not
// JSON stands for real users, so it is an error then and there.

const (
	leastSamples  = 8
	mostSamples   = 40
	staticSamples = 5 // only to see whether any rendering succeeds
)

// tryOut renders samples until every branch was taken or mostSamples are done.
func (t *Template) tryOut() []*errs.Error {
	if t.roots == 0 && !t.dynamic {
		return nil
	}
	shapes := inferShapes(t)
	p := &probe{taken: map[branch]bool{}}
	r := rand.New(rand.NewPCG(1, 2)) // the same samples at every compilation
	most, branches := mostSamples, len(t.branchList())
	switch {
	case t.roots == 0: // the same for everybody
		most = 1
	case !t.dynamic:
		most = staticSamples
	}
	for i := range most {
		if i >= leastSamples && len(p.taken) == branches || p.steps > MaxSteps/4 {
			break
		}
		if err := t.trySample(shapes.sample(i, r), p); err != nil {
			return []*errs.Error{err}
		}
	}
	if t.dynamic {
		t.forceBranches(shapes, p, r)
	}
	if p.rendered == 0 && p.fault != nil {
		t.lints.add("no_sample_rendered", 0, "no sample user could be rendered: "+p.fault.Where()+p.fault.Detail)
	}
	return nil
}

// trySample renders one sample. What a sample lacks, and types that were
// guessed wrong, are no mistake of the template's.
func (t *Template) trySample(d *Data, p *probe) *errs.Error {
	st := t.begin(nil, d)
	st.probe = p
	_, err := st.runAll(t.body)
	p.steps += st.steps + len(st.out)/64
	out, err := st.end(nil, err)
	switch {
	case isOutcome(err):
		return nil
	case err != nil:
		p.fault = errs.From(err)
		return nil
	}
	if p.rendered++; !t.dynamic {
		return nil
	}
	_, fault := checkBody(view(out))
	if fault == nil {
		return nil
	}
	_, tr := t.traced(d, p)
	e := jsonError(t.source, fault, tr.source)
	e.Detail = fmt.Sprintf("for a user with %s: %s", describeSample(t, d), e.Detail)
	return e
}

// hostileText is hostile as samples hold it.
var hostileText = string(jsontext.AppendQuoted(nil, hostile))

// describeSample names the attributes of d that the template reads.
func describeSample(t *Template, d *Data) string {
	const most = 4
	var parts []string
	for _, name := range t.attributes {
		if name == lineID || name == userID {
			continue
		}
		if len(parts) == most {
			return strings.Join(parts, ", ") + " …"
		}
		text := find(d.Attributes, name)
		switch {
		case text == "":
			parts = append(parts, "no "+name)
		case text[0] == '[':
			n := 0
			for walk := jsontext.ItemsOf(text); ; n++ {
				if _, ok := walk.Next(); !ok {
					break
				}
			}
			parts = append(parts, fmt.Sprintf("%d items in %s", n, name))
		case text == hostileText:
			parts = append(parts, "any text in "+name)
		default:
			parts = append(parts, name+" "+shorten(text, 30))
		}
	}
	if len(parts) == 0 {
		return "any attributes"
	}
	return strings.Join(parts, ", ")
}

// forceBranches takes the branches that no sample took, one at a time. Whether
// a real user can get there is not known, so a body that is not JSON is a lint.
func (t *Template) forceBranches(shapes *shapes, p *probe, r *rand.Rand) {
	d := shapes.sample(0, r)
	for _, b := range t.branchList() {
		if p.taken[b] {
			continue
		}
		if p.steps > MaxSteps/2 {
			return
		}
		p.force = &b
		if err := t.trySample(d, p); err != nil {
			t.lints.items = append(t.lints.items, Lint{"branch_not_json",
				"if this branch is ever taken: " + err.Detail, err.Line, err.Column})
		}
		p.force = nil
	}
}

// branchList is every branch of the template's ifs, the missing else included.
func (t *Template) branchList() []branch {
	var list []branch
	visit(t.body, func(s stmt) {
		if s, ok := s.(*ifStmt); ok {
			for arm := range len(s.arms) + 1 {
				list = append(list, branch{s.id, arm})
			}
		}
	}, nil)
	return list
}

// isOutcome says whether err is about the recipient and not the template.
func isOutcome(err error) bool {
	var skip *Skip
	var halt *Halt
	var reject *Reject
	return errors.As(err, &skip) || errors.As(err, &halt) || errors.As(err, &reject)
}
