package audience

import "github.com/linecast/linecast/ref"

// Changes is what a Book has to write, in the order in which it must be
// written: rows that go away, line_ids that become free, changed rows, new
// rows, the log. Only so does no statement meet an id that another row has.
type Changes struct {
	Gone   []Gone
	Freed  []Row // stored rows, as they will be, whose line_id is another one now
	Change []Change
	New    []New
	log    []logLine
}

// Gone is a stored row that was merged into another.
type Gone struct {
	ID   ref.User
	page *page
}

// Into is the row that it was merged into; zero before New.ID was set.
func (g Gone) Into() ref.User { return g.page.last().ID }

// Change is the new state of a stored row.
type Change struct {
	Row
	Attributes string // a JSON object
}

// New is a row to be inserted.
type New struct {
	Row
	Attributes string // a JSON object
	page       *page
}

// SetID tells the Book the id that the row was given.
func (n New) SetID(id ref.User) { n.page.ID = id }

// IdentityChange is a line of user_identity_log. MergedID is zero for a change of
// line_id, and when the row merged was never stored.
type IdentityChange struct {
	User                 ref.User
	What                 string // line_id_changed or merged
	OldLineID, NewLineID string
	MergedID             ref.User
}

// Changes lists what the patches applied so far changed.
func (b *Book) Changes() Changes {
	c := Changes{log: b.log}
	var text jsonText
	for _, p := range b.pages {
		switch {
		case p.into != nil && p.stored:
			c.Gone = append(c.Gone, Gone{p.ID, p})
		case p.into != nil || !p.dirty:
		case p.stored:
			if p.storedLine != "" && p.storedLine != p.LineID {
				c.Freed = append(c.Freed, p.Row)
			}
			c.Change = append(c.Change, Change{p.Row, text.of(p.attributes)})
		default:
			c.New = append(c.New, New{p.Row, text.of(p.attributes), p})
		}
	}
	return c
}

// Identity lists the changes of identity; call it after every New has its id.
func (c Changes) Identity() []IdentityChange {
	list := make([]IdentityChange, 0, len(c.log))
	for _, l := range c.log {
		line := IdentityChange{User: l.page.last().ID, What: l.what, OldLineID: l.old, NewLineID: l.new}
		if l.mergedFrom != nil && l.mergedFrom.stored {
			line.MergedID = l.mergedFrom.ID
		}
		list = append(list, line)
	}
	return list
}

// jsonText makes strings of attributes in one buffer that is used again.
type jsonText struct{ buf []byte }

func (t *jsonText) of(a attributes) string {
	t.buf = a.appendJSON(t.buf[:0])
	return string(t.buf)
}
