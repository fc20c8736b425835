package web

import (
	"context"

	"github.com/linecast/linecast/library"
)

// difference is what changed between two versions of a template.
type difference struct {
	From, To library.Version
	Hunks    []library.Hunk
	Left     int // lines that are not shown any more
}

// mostChanged bounds the lines that a difference shows: two versions may have
// 64 KiB of empty lines each, and a browser does not like tables of 130,000
// rows.
const mostChanged = 1000

func (s *Web) difference(ctx context.Context, t library.Template, from, to int) (*difference, error) {
	var d difference
	var err error
	if d.From, err = s.version(ctx, t, from); err != nil {
		return nil, inQuery("from", err)
	}
	if d.To, err = s.version(ctx, t, to); err != nil {
		return nil, inQuery("to", err)
	}
	all := library.Hunks(library.Diff(string(d.From.Body), string(d.To.Body)))
	d.Hunks, d.Left = cut(all, mostChanged)
	return &d, nil
}

// cut is the first most lines of hunks, and how many it leaves out.
func cut(hunks []library.Hunk, most int) (kept []library.Hunk, left int) {
	for _, h := range hunks {
		if n := min(len(h), most); n > 0 {
			kept = append(kept, h[:n])
			most, h = most-n, h[n:]
		}
		left += len(h)
	}
	return kept, left
}
