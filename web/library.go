package web

import (
	"net/http"
	"net/url"

	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
)

// libraryPage lists the templates that are kept.
type libraryPage struct {
	Rows []library.Summary
	Next string // link to older ones; "" on the last page
}

func (libraryPage) title() string { return "Templates" }

func (s *Web) library(_ *response, r *http.Request) (page, error) {
	before, err := queryID[ref.Template](r.URL.Query(), "before")
	if err != nil {
		return nil, err
	}
	list, err := s.deps.Store.TemplateSummaries(r.Context(), before, listRows+1)
	if err != nil {
		return nil, err
	}
	p := libraryPage{Rows: list}
	if len(list) > listRows {
		p.Rows = list[:listRows]
		p.Next = join("/templates", older(url.Values{}, "", list[listRows-1].ID.String()))
	}
	return p, nil
}
