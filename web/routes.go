package web

import (
	"net/http"

	"github.com/linecast/linecast/internal/access"
)

// route is a row of the table of routes.
type route struct {
	pattern  string       // as net/http.ServeMux reads it
	scope    access.Scope // what the reader's key must be allowed; Anyone needs no sign-in
	handle   handler
	template string // of templates/; "" when handle writes the answer itself
	nav      string // the title in the navigation; "" keeps it out
	streams  bool   // lasts as long as it moves, without a time limit for the whole
}

// handler makes the data that the route's template shows. One that wrote the
// answer itself returns nil.
type handler func(w *response, r *http.Request) (page, error)

// page is the data of a template.
type page interface {
	title() string // of the browser's window
}

// table is every route. It is a method because handlers need the Web they
// belong to.
func (s *Web) table() []route {
	const read = access.ReportsRead
	return []route{
		{pattern: "GET /{$}", scope: read, handle: s.home, template: "home", nav: "Home"},
		{pattern: "GET /campaigns", scope: read, handle: s.campaigns, template: "campaigns", nav: "Campaigns"},
		{pattern: "GET /campaigns/{id}", scope: read, handle: s.campaign, template: "campaign"},
		{pattern: "GET /templates", scope: read, handle: s.library, template: "library", nav: "Templates"},
		{pattern: "GET /templates/{id}", scope: read, handle: s.template, template: "template"},
		{pattern: "GET /runs", scope: read, handle: s.runs, template: "runs", nav: "Runs"},
		{pattern: "GET /runs/{id}", scope: read, handle: s.run, template: "run"},
		{pattern: "GET /runs/{id}/live", scope: read, handle: s.runLive, streams: true},
		{pattern: "GET /runs/{id}/ledger.csv", scope: read, handle: s.ledgerCSV, streams: true},

		{pattern: "GET /signin", handle: s.signInForm, template: "signin"},
		{pattern: "POST /signin", handle: s.signIn, template: "signin"},
		{pattern: "GET /signin/once/{token}", handle: s.signInOnce},
		{pattern: "POST /signout", handle: s.signOut},
		{pattern: "GET /assets/{name}", handle: s.asset},
	}
}
