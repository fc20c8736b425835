package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
)

// templatePage is one template of the library: one of its versions, what
// changed between two, all of them, and the campaigns that name it.
type templatePage struct {
	library.Template
	Shown      library.Version
	Lines      []string // of what is shown
	Findings   []finding
	From, To   int         // to compare, or compared
	Difference *difference // nil: nobody asked for one
	Versions   []library.Version
	Uses       []library.Use
	// Links to older versions and campaigns; "" where there are none.
	OlderVersions, OlderUses string
}

func (p templatePage) title() string { return p.Name }

func (s *Web) template(_ *response, r *http.Request) (page, error) {
	ctx := r.Context()
	id, err := pathID[ref.Template](r)
	if err != nil {
		return nil, err
	}
	q, err := templateQueryOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	p := templatePage{}
	if p.Template, err = s.deps.Store.Template(ctx, id); err != nil {
		return nil, err
	}
	p.From, p.To = q.pair(p.Version)
	if p.Shown, err = s.version(ctx, p.Template, cmp.Or(q.version, p.Version)); err != nil {
		return nil, inQuery("version", err)
	}
	p.Lines, p.Findings = linesOf(p.Shown), findingsOf(p.Shown)
	if q.compares() {
		if p.Difference, err = s.difference(ctx, p.Template, p.From, p.To); err != nil {
			return nil, err
		}
	}
	return p, s.fillLists(ctx, &p, q)
}

// version is one of the template's. The newest is at hand.
func (s *Web) version(ctx context.Context, t library.Template, number int) (library.Version, error) {
	if number == t.Version {
		return library.Version{Version: t.Version, Name: t.Name, Body: t.Body, CreatedBy: t.UpdatedBy, CreatedAt: t.UpdatedAt}, nil
	}
	return s.deps.Store.TemplateVersion(ctx, t.ID, number)
}

// fillLists reads the page's two lists, from the places that q names on.
func (s *Web) fillLists(ctx context.Context, p *templatePage, q templateQuery) (err error) {
	if p.Versions, err = s.deps.Store.TemplateVersions(ctx, p.ID, q.before, listRows+1); err != nil {
		return err
	}
	if len(p.Versions) > listRows {
		p.Versions = p.Versions[:listRows]
		p.OlderVersions = q.turn(p.ID, "before", strconv.Itoa(p.Versions[listRows-1].Version)) + "#versions"
	}
	if p.Uses, err = s.deps.Store.TemplateUses(ctx, p.ID, q.beforeCampaign, listRows+1); err != nil {
		return err
	}
	if len(p.Uses) > listRows {
		p.Uses = p.Uses[:listRows]
		p.OlderUses = q.turn(p.ID, "before_campaign", p.Uses[listRows-1].Campaign.String()) + "#campaigns"
	}
	return nil
}

// templateQuery is what a reader asks of the page; zero where they do not.
type templateQuery struct {
	version        int // to show
	from, to       int // to compare
	before         int // place in the list of versions
	beforeCampaign ref.Campaign
	asked          url.Values // all of it, for links that keep it
}

func templateQueryOf(q url.Values) (t templateQuery, err error) {
	t.asked = url.Values{}
	for _, n := range []struct {
		name string
		into *int
	}{{"version", &t.version}, {"from", &t.from}, {"to", &t.to}, {"before", &t.before}} {
		if *n.into, err = queryVersion(q, n.name); err != nil {
			return t, err
		}
		if *n.into > 0 {
			t.asked.Set(n.name, strconv.Itoa(*n.into))
		}
	}
	t.beforeCampaign, err = queryID[ref.Campaign](q, "before_campaign")
	if t.beforeCampaign > 0 {
		t.asked.Set("before_campaign", t.beforeCampaign.String())
	}
	return t, err
}

// queryVersion is a version's number in the query; 0 when it is not there.
func queryVersion(q url.Values, name string) (int, error) {
	text := strings.TrimSpace(q.Get(name))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, errs.New("request.bad_value", strconv.Quote(text), "a version is a whole number, the first is 1").At("?" + name)
	}
	return n, nil
}

// inQuery names the parameter with the version that there is not.
func inQuery(name string, err error) error {
	if errs.Is(err, "template.no_version") {
		return errs.From(err).At("?" + name)
	}
	return err
}

func (q templateQuery) compares() bool { return q.from > 0 || q.to > 0 }

// pair is the versions to compare: up to the newest when none is named, from
// the one before when none is.
func (q templateQuery) pair(newest int) (from, to int) {
	to = cmp.Or(q.to, newest)
	return cmp.Or(q.from, max(1, to-1)), to
}

// turn is the address of the page with another place in one of its lists.
func (q templateQuery) turn(id ref.Template, list, place string) string {
	next := maps.Clone(q.asked)
	next.Set(list, place)
	return join("/templates/"+id.String(), next)
}

func linesOf(v library.Version) []string {
	return strings.Split(strings.TrimSuffix(string(v.Body), "\n"), "\n")
}

// finding is what a check says of the version that is shown.
type finding struct{ Title, Detail, Fix string }

func findingsOf(v library.Version) (list []finding) {
	refused, doubts := v.Check()
	for _, e := range refused {
		list = append(list, finding{e.Title(), sentence(e.Where() + e.Detail), e.Fix()})
	}
	for _, l := range doubts {
		place := "line " + strconv.Itoa(l.Line) + ", column " + strconv.Itoa(l.Column) + ": "
		list = append(list, finding{"It may not be meant so", sentence(place + l.Message), "Leave it when it is."})
	}
	return list
}
