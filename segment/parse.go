package segment

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
)

// maxProblems bounds the answer to a hostile definition.
const maxProblems = 20

// parser collects a definition's nodes and every problem of it.
type parser struct {
	nodes    []node
	count    int
	depth    int
	problems []*errs.Error
}

// Parse reads a definition. It fails with request.malformed for what is not
// JSON, with its line and column, and otherwise with all its problems
// (errs.Several), each with the RFC 6901 pointer of its place. Whether the
// segments and channels it names exist is not known here: see Uses.
func Parse(definition []byte) (*Segment, error) {
	if len(definition) > MaxBytes {
		return nil, errs.New("segment.too_large", MaxBytes>>10, "KiB of JSON")
	}
	root, err := read(definition)
	if err != nil {
		return nil, err
	}
	p := &parser{}
	s := &Segment{root: p.node("", root), zone: p.zone(root)}
	s.nodes = p.nodes
	if len(p.problems) > 0 {
		return nil, errs.Several("segment.invalid", p.problems)
	}
	return s, nil
}

func (p *parser) fail(at string, err *errs.Error) {
	if len(p.problems) < maxProblems {
		p.problems = append(p.problems, err.At(at))
	}
}

// deeper enters a group; the function it returns leaves it again.
func (p *parser) deeper(at string) func() {
	if p.depth++; p.depth == MaxDepth+1 {
		p.fail(at, errs.New("segment.too_deep", MaxDepth))
	}
	return func() { p.depth-- }
}

// zone reads the root's time zone.
func (p *parser) zone(root value) *time.Location {
	name, ok := root.member("time_zone")
	if !ok {
		return nil
	}
	zone, err := loadZone(name.text)
	if name.kind != '"' {
		p.fail("/time_zone", errs.New("segment.wrong_value", "time_zone", "a string", name.says()))
	} else if err != nil {
		p.fail("/time_zone", err)
	}
	return zone
}

// abbreviations are IANA names that PostgreSQL takes for abbreviations: its CET
// knows no summer time, Go's does.
var abbreviations = []string{"CET", "EET", "EST", "HST", "MET", "MST", "WET"}

// loadZone takes the IANA names that PostgreSQL and Go read the same.
func loadZone(name string) (*time.Location, *errs.Error) {
	if name == "" || name == "Local" || slices.Contains(abbreviations, name) {
		return nil, errs.New("segment.time_zone", shorten(name))
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, errs.New("segment.time_zone", shorten(name)).Because(err)
	}
	return zone, nil
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// escape writes a field's name as a token of a JSON pointer.
func escape(name string) string { return pointerEscaper.Replace(shorten(name)) }

func itoa(n int) string { return strconv.Itoa(n) }
