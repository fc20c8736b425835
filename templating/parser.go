package templating

import (
	"fmt"

	"github.com/linecast/linecast/errs"
)

// mostErrors are reported together; then the parse ends.
const mostErrors = 20

// parser turns items into statements. An error inside a placeholder ends only
// that placeholder, so that an author sees several mistakes at once; an error
// in the nesting of blocks ends the parse.
type parser struct {
	src   string
	items []item
	i     int // present item

	toks []token // of the present placeholder
	t    int
	err  *errs.Error // the first error of the present placeholder
	errs []*errs.Error
	dead bool // the nesting of blocks is broken

	depth int
	nodes int
	loops int // for blocks open here
	names scope
	slots map[string]int // of variables, by name
	out   *Template
}

// fail notes the first error of the placeholder and moves to its end, where
// every loop of the parser stops.
func (p *parser) fail(off int, e *errs.Error) {
	if p.err == nil {
		p.err = at(p.src, off, e)
	}
	p.t = len(p.toks) - 1
}

func (p *parser) syntax(off int, format string, args ...any) {
	p.fail(off, errs.New("template.syntax", fmt.Sprintf(format, args...)))
}

// note adds an error that does not stop the parse.
func (p *parser) note(off int, e *errs.Error) {
	if len(p.errs) == mostErrors {
		p.dead = true
		return
	}
	p.errs = append(p.errs, at(p.src, off, e))
}

func (p *parser) peek() token { return p.toks[p.t] }

func (p *parser) look() token { return p.toks[min(p.t+1, len(p.toks)-1)] }

func (p *parser) next() token {
	t := p.toks[p.t]
	if t.kind != tokEnd {
		p.t++
	}
	return t
}

// skip passes the operator or keyword text.
func (p *parser) skip(text string) bool {
	if !p.peek().is(text) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(text string) {
	if t := p.peek(); !p.skip(text) {
		p.unexpected(t, "'"+text+"'")
	}
}

// unexpected says what stood where wanted was needed.
func (p *parser) unexpected(t token, wanted string) {
	hint := hintFor(p.toks, p.t)
	if hint == "" && urlEncoded(p.src[p.toks[0].off:p.toks[len(p.toks)-1].off]) {
		hint = "this is URL-encoded; write [ ] for %5B %5D, ' for %27 and a space for %20"
	}
	if hint != "" {
		p.fail(t.off, errs.New("template.pasted", hint))
		return
	}
	p.syntax(t.off, "expected %s, got %s", wanted, t.describe())
}

func (p *parser) name() token {
	t := p.peek()
	if t.kind != tokName {
		p.unexpected(t, "a name")
		return token{kind: tokName, off: t.off}
	}
	return p.next()
}

// finish checks that the placeholder has nothing more and files its error.
func (p *parser) finish(what string) bool {
	if t := p.peek(); p.err == nil && t.kind != tokEnd {
		p.unexpected(t, what)
	}
	ok := p.err == nil
	if !ok {
		p.note(p.err.Line, p.err)
		p.err = nil
	}
	return ok
}

// node counts a part of the tree against MaxNodes.
func (p *parser) node(off int) {
	if p.nodes++; p.nodes > MaxNodes {
		p.fail(off, errs.New("template.too_many_nodes", MaxNodes))
		p.dead = true
	}
}

// enter counts a level of nesting against MaxDepth; leave undoes it.
func (p *parser) enter(off int) bool {
	if p.depth++; p.depth > MaxDepth {
		p.fail(off, errs.New("template.too_deep", MaxDepth))
		p.dead = true
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// scope is the names that may be read at a place: those set so far, by block.
type scope struct{ frames []map[string]bool }

func (s *scope) push() { s.frames = append(s.frames, map[string]bool{}) }
func (s *scope) pop()  { s.frames = s.frames[:len(s.frames)-1] }

func (s *scope) set(name string) { s.frames[len(s.frames)-1][name] = true }

func (s *scope) has(name string) bool {
	for _, f := range s.frames {
		if f[name] {
			return true
		}
	}
	return false
}

// slot is the index of the variable called name.
func (p *parser) slot(name string) int {
	if p.slots == nil {
		p.slots = map[string]int{}
	}
	i, ok := p.slots[name]
	if !ok {
		i = len(p.out.vars)
		p.slots[name] = i
		p.out.vars = append(p.out.vars, name)
	}
	return i
}
