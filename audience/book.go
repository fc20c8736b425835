package audience

import (
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// Book applies patches to users, one after another, in memory: the one reading
// of identity, merging, limits and counting that API, files and syncs share.
// Load what is stored of everybody the patches name, Apply them in order, then
// write Changes. Two patches of one person in one Book do what they would do in
// two, so that where a batch or a chunk of a file ends never matters: the last
// one wins, attribute by attribute, and each has its own Status.
//
// A Book is for one goroutine and one transaction.
type Book struct {
	pages  []*page
	byUser map[string]*page
	byLine map[string]*page
	log    []logLine
	seen   map[string]*Sighting
}

// page is one user in a Book.
type page struct {
	Row
	attributes attributes
	storedLine string // the line_id in the database
	stored     bool   // it has a row in the database
	dirty      bool   // the row must be written
	into       *page  // where it went, when it was merged into another
}

type logLine struct {
	page       *page
	what       string
	old, new   string
	mergedFrom *page
}

// NewBook makes an empty Book for about n patches.
func NewBook(n int) *Book {
	return &Book{byUser: make(map[string]*page, n), byLine: make(map[string]*page, n), seen: map[string]*Sighting{}}
}

// Load adds a stored user; attributes is the text PostgreSQL prints for them.
func (b *Book) Load(row Row, attributes string) {
	p := &page{Row: row, stored: true, storedLine: row.LineID, attributes: parseStored(attributes)}
	b.pages = append(b.pages, p)
	b.index(p)
}

func (b *Book) index(p *page) {
	if p.UserID != "" {
		b.byUser[p.UserID] = p
	}
	if p.LineID != "" {
		b.byLine[p.LineID] = p
	}
}

// Outcome is what Apply did: a Result whose id is known once Changes are
// written.
type Outcome struct {
	Status Status
	Err    *errs.Error
	page   *page
}

// ID is the user's id; zero for a rejected patch, and before the id of a new
// user was set with New.ID.
func (o Outcome) ID() ref.User {
	if o.page == nil {
		return 0
	}
	return o.page.last().ID
}

// Result is the outcome with its id.
func (o Outcome) Result() Result { return Result{o.Status, o.ID(), o.Err} }

// last follows merges to the row that is left.
func (p *page) last() *page {
	for p.into != nil {
		p = p.into
	}
	return p
}

// Apply makes one patch's changes, all of them or, with Status Rejected, none.
func (b *Book) Apply(patch *Patch) Outcome {
	byUser, byLine := lookup(b.byUser, patch.UserID), lookup(b.byLine, patch.LineID)
	d, err := Identify(byUser.row(), byLine.row(), patch.UserID, patch.LineID)
	if err != nil {
		return Outcome{Status: Rejected, Err: errs.From(err)}
	}
	target, gone := byLine, (*page)(nil)
	switch {
	case d.Action == CreateUser:
		target = &page{}
	case d.GoesToUser:
		target = byUser
	}
	if d.Action != CreateUser && patch.OnConflict == Skip {
		return Outcome{Status: Unchanged, page: target}
	}
	if d.Action == MergeUsers {
		gone = byLine
	}
	edit := editor{list: target.attributes}
	if gone != nil {
		edit.fill(gone.attributes)
	}
	if err := edit.apply(patch); err != nil {
		return Outcome{Status: Rejected, Err: err}
	}
	b.look(patch)
	return Outcome{Status: b.write(target, gone, d, edit), page: target}
}

func lookup(m map[string]*page, id string) *page {
	if id == "" {
		return nil
	}
	return m[id]
}

// row is the page's identity for Identify. Rows that are not stored yet have no
// id, so pages are told apart by their pointers.
func (p *page) row() *Row {
	if p == nil {
		return nil
	}
	return &p.Row
}

// write turns a decision into the page's new state.
func (b *Book) write(target, gone *page, d Decision, edit editor) Status {
	if gone != nil {
		gone.into = target
		b.log = append(b.log, logLine{target, "merged", d.OldLineID, d.LineID, gone})
	} else if d.OldLineID != "" {
		b.log = append(b.log, logLine{target, "line_id_changed", d.OldLineID, d.LineID, nil})
	}
	if d.OldLineID != "" {
		delete(b.byLine, d.OldLineID)
	}
	changed := edit.changed || gone != nil || target.UserID != d.UserID || target.LineID != d.LineID
	target.UserID, target.LineID, target.attributes = d.UserID, d.LineID, edit.list
	b.index(target)
	switch {
	case d.Action == CreateUser:
		target.dirty = true
		b.pages = append(b.pages, target)
		return Created
	case !changed:
		return Unchanged
	}
	target.dirty = true
	return Updated
}
