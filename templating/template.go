package templating

import (
	"sync"
	"time"
	"unicode/utf8"

	"github.com/linecast/linecast/errs"
)

// Options are what a campaign sets for all its recipients. The zero value is
// usable: missing values skip the recipient, dates are in UTC and English.
type Options struct {
	OnMissing Missing
	TimeZone  *time.Location // of dates, for users without their own; nil is the workspace's
	Language  string         // of month and weekday names: "en", "ja", "th", "id", "ko", "zh-Hant"
}

// Template is a compiled push request. It is immutable and may be used by any
// number of goroutines at once.
type Template struct {
	source string
	opts   Options
	body   []stmt
	lib    *library
	lints  lintList
	text   bool // not JSON: for tests of the language alone

	dynamic   bool    // the shape depends on data: every rendering is parsed
	parts     parts   // of a static shape
	recipient bool    // something but "to" depends on the recipient
	roots     roots32 // the roots that are read

	vars     []string // names of the variables, by slot
	slots    []slot   // user attributes, by slot
	slotOf   map[string]int
	wanted   []string // all names of all slots
	wantedAt map[string]int
	blank    []string // as many empty texts
	lengths  uint64   // bit n: a wanted name has n bytes
	branches int      // ifs and fors

	attributes, required []string
	event, campaign      []Reading

	pool  sync.Pool
	zones zones
}

// roots32 is a set of roots.
type roots32 uint32

// Compile parses and checks source, the JSON body of a push request with
// placeholders, as an author typed or pasted it. It refuses what could not be
// sent to any user: syntax errors, unknown names, text that is not JSON.
//
// The error is an *errs.Error with Line and Column; several mistakes are
// joined under template.invalid, one entry of Fields each.
func Compile(source string, opts Options) (*Template, error) {
	return compile(source, opts, false)
}

func compile(source string, opts Options, text bool) (*Template, error) {
	t := &Template{source: source, opts: opts, lib: lib, text: text, lints: lintList{src: source}}
	t.pool.New = func() any { return &state{t: t, lib: t.lib} }
	if list := t.build(); len(list) > 0 {
		return nil, errs.Several("template.invalid", list)
	}
	t.lints.sort()
	return t, nil
}

// build does the work of Compile and returns what is wrong.
func (t *Template) build() []*errs.Error {
	if err := t.readable(); err != nil {
		return []*errs.Error{err}
	}
	if err := CheckLanguage(t.opts.Language); err != nil {
		return []*errs.Error{errs.From(err)}
	}
	items, err := lex(t.source, &t.lints)
	if err != nil {
		return []*errs.Error{err}
	}
	p := &parser{src: t.source, items: items, out: t}
	t.body = p.parse()
	if len(p.errs) > 0 {
		return p.errs
	}
	if t.text {
		t.dynamic = true
		return nil
	}
	return t.shape()
}

func (t *Template) readable() *errs.Error {
	switch {
	case len(t.source) > MaxSource:
		return errs.New("template.source_too_large", len(t.source), MaxSource)
	case !utf8.ValidString(t.source):
		i := 0
		for i < len(t.source) {
			r, size := utf8.DecodeRuneInString(t.source[i:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			i += size
		}
		return at(t.source, i, errs.New("template.not_utf8"))
	}
	return nil
}

// shape proves that the template makes JSON, or finds that only renderings can
// tell.
func (t *Template) shape() []*errs.Error {
	f := newFolder(t)
	f.body(t.body)
	p := &placer{src: t.source}
	end := p.walk(t.body, place{})
	if len(p.errs) == 0 && end.inString {
		p.json(end.open, "this JSON string is never closed")
	}
	if len(p.errs) > 0 {
		return p.errs
	}
	if t.dynamic = p.dynamic; !t.dynamic {
		if err := t.prove(); err != nil {
			return []*errs.Error{err}
		}
	}
	if list := t.advise(); len(list) > 0 {
		return list
	}
	if err := t.analyse(f.broken); err != nil {
		return []*errs.Error{err}
	}
	t.quicken()
	return t.tryOut()
}

// prove shows that a shape without blocks outside strings is JSON whatever is
// printed, and divides it around "to".
func (t *Template) prove() *errs.Error {
	f := flatten(t.source, t.body)
	to, openKeys, err := f.check()
	if err != nil {
		return err
	}
	t.dynamic = openKeys
	t.parts, err = f.divide(to)
	if t.parts.fixedTo {
		t.lints.add("fixed_to", f.source(to.Value), `"to" is one id: everybody else is rejected. Leave it out or write {{UserAttribute['line_id']}}`)
	}
	return err
}

func (t *Template) quicken() {
	p := &t.parts
	for _, body := range [][]stmt{t.body, p.before, p.to, p.after, p.sharedBefore, p.sharedAfter} {
		quicken(body)
	}
}

// uses notes that the template reads the root r.
func (t *Template) uses(r root) { t.roots |= 1 << r }

// attr is the member name of the root r, found by slot when it is the user's.
func (t *Template) attr(r root, name string, off int) expr {
	x := &attrExpr{root: r, name: name, slot: -1, off: off}
	if r == rootNow {
		return &getExpr{base: &rootExpr{root: r, off: off}, key: &constExpr{str(name)}, dot: true, path: "now", off: off}
	}
	if r != rootUser {
		return x
	}
	if i, ok := t.slotOf[name]; ok {
		x.slot = i
		return x
	}
	if t.slotOf == nil {
		t.slotOf = map[string]int{}
	}
	x.slot = len(t.slots)
	t.slotOf[name] = x.slot
	s := slot{name: name}
	for _, n := range Aliases(name) {
		s.at = append(s.at, t.wantName(n))
	}
	t.slots = append(t.slots, s)
	return x
}

// wantName is the index at which a rendering finds the attribute called name.
func (t *Template) wantName(name string) int {
	if i, ok := t.wantedAt[name]; ok {
		return i
	}
	if t.wantedAt == nil {
		t.wantedAt = map[string]int{}
	}
	i := len(t.wanted)
	t.wantedAt[name] = i
	t.wanted = append(t.wanted, name)
	t.blank = append(t.blank, "")
	t.lengths |= 1 << min(uint(len(name)), 63)
	return i
}

// Lints lists what is allowed and probably not meant, in the order of the
// source.
func (t *Template) Lints() []Lint { return append([]Lint(nil), t.lints.items...) }

// Static reports whether the shape of the body was proven when it was
// compiled, so that no rendering has to be parsed.
func (t *Template) Static() bool { return !t.dynamic }

// UsesRecipient reports whether anything but "to" may differ from one
// recipient to the next. When it is false all recipients get the same members,
// and one rendering serves a multicast.
func (t *Template) UsesRecipient() bool { return t.recipient }

// Attributes lists the user attributes that the template prints or tests by a
// name known when it is compiled, sorted, as the author wrote them.
func (t *Template) Attributes() []string { return append([]string(nil), t.attributes...) }

// Required lists the user attributes that every rendering prints, or otherwise
// needs, without a default: a user for whom one is missing or null is skipped.
// Attributes that only some branches print are not among them.
func (t *Template) Required() []string { return append([]string(nil), t.required...) }

// CampaignAttributes lists the attributes of the campaign that the template
// reads, each once, in the order of the source.
func (t *Template) CampaignAttributes() []Reading { return append([]Reading(nil), t.campaign...) }

// EventAttributes lists the attributes of an event that the template reads,
// each once, in the order of the source.
func (t *Template) EventAttributes() []Reading { return append([]Reading(nil), t.event...) }
