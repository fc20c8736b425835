package web

import (
	"cmp"
	"context"
	"net/url"
	"strconv"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// origin is the template that a campaign's content comes from.
type origin struct {
	Template ref.Template
	Name     string // "" when it was deleted
	Version  int    // 0: the newest, until publishing pins one
}

// Link leads to the template, in the version if one is named.
func (o origin) Link() string {
	q := url.Values{}
	if o.Version > 0 {
		q.Set("version", strconv.Itoa(o.Version))
	}
	return join("/templates/"+o.Template.String(), q)
}

// resolve finds where content comes from, and gives it the body that it would
// be sent with now. A template may have been deleted since all that named it
// was over.
func (s *Web) resolve(ctx context.Context, c campaign.Content) (*origin, campaign.Content, error) {
	if c.Template == 0 {
		return nil, c, nil
	}
	from := &origin{Template: c.Template, Version: c.Version}
	t, err := s.deps.Store.Template(ctx, c.Template)
	if errs.Is(err, "template.not_found") {
		return from, c, nil
	}
	if err != nil {
		return nil, c, err
	}
	from.Name = t.Name
	if c.Follows() {
		v, err := s.version(ctx, t, cmp.Or(c.Version, t.Version))
		c.Body = v.Body
		return from, c, err
	}
	return from, c, nil
}
