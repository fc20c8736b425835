package templating

import "strings"

// branches places an if: every branch begins at pl and must end alike.
func (p *placer) branches(s *ifStmt, pl place) place {
	before := p.last
	bodies := [][]stmt{}
	for _, arm := range s.arms {
		bodies = append(bodies, arm.body)
	}
	bodies = append(bodies, s.els)
	var end place
	for i, body := range bodies {
		p.last = before
		e := p.walk(body, pl)
		if i == 0 {
			end = e
		}
		if e.inString != end.inString {
			p.context(s.off, "%s ends %s, but the first branch ends %s", branchName(i, len(bodies), s), where(e), where(end))
			return end
		}
		p.outside(body, pl, e)
	}
	p.last = 0
	return end
}

func branchName(i, n int, s *ifStmt) string {
	switch {
	case i < n-1:
		return "the elif branch"
	case len(s.els) == 0:
		return "without an else the text goes on where the if began, that"
	}
	return "the else branch"
}

// loop places a for: the body must end where it began, whatever the number of
// its turns.
func (p *placer) loop(s *forStmt, pl place) place {
	p.loops = append(p.loops, pl)
	p.last = 0
	end := p.walk(s.body, pl)
	p.loops = p.loops[:len(p.loops)-1]
	if end.inString != pl.inString {
		p.context(s.off, "the body of the loop begins %s and ends %s", where(pl), where(end))
	}
	p.last = 0
	els := p.walk(s.els, pl)
	if els.inString != pl.inString {
		p.context(s.off, "the else of the loop begins %s and ends %s", where(pl), where(els))
	}
	p.last = 0
	p.outside(s.body, pl, end)
	p.outside(s.els, pl, els)
	return pl
}

// outside notes whether body, from one place to the other, writes JSON outside
// strings: then its shape depends on data.
func (p *placer) outside(body []stmt, from, to place) {
	if p.captive > 0 || p.dynamic {
		return
	}
	p.dynamic = writesOutside(body, &from) || from.inString != to.inString
}

// writesOutside says whether body writes anything but whitespace outside
// strings.
func writesOutside(body []stmt, pl *place) bool {
	for _, s := range body {
		switch s := s.(type) {
		case *textStmt:
			if pl.inString && !strings.Contains(s.text, `"`) || strings.TrimFunc(s.text, isSpace) == "" {
				continue
			}
			if !pl.inString || leavesString(s.text) {
				return true
			}
		case *printStmt, *filterStmt:
			if !pl.inString {
				return true
			}
		case *withStmt:
			if writesOutside(s.body, pl) {
				return true
			}
		}
	}
	return false
}

// leavesString says whether text, begun inside a string, holds its end.
func leavesString(text string) bool {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			return true
		case '\\':
			i++
		}
	}
	return false
}
