package web

import (
	"context"
	"encoding"
	"net/http"
	"net/url"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/ref"
)

// runsPage lists the runs of all campaigns.
type runsPage struct {
	Runs []runRow
	Next string // link to older ones; "" on the last page
}

func (runsPage) title() string { return "Runs" }

func (s *Web) runs(_ *response, r *http.Request) (page, error) {
	before, err := queryID[ref.Run](r.URL.Query(), "before")
	if err != nil {
		return nil, err
	}
	runs, err := s.deps.Store.ListRuns(r.Context(), 0, before, listRows+1)
	if err != nil {
		return nil, err
	}
	p := runsPage{}
	if len(runs) > listRows {
		runs = runs[:listRows]
		p.Next = join("/runs", older(url.Values{}, "", runs[listRows-1].ID.String()))
	}
	p.Runs, err = s.runRows(r.Context(), runs, map[ref.Campaign]string{})
	return p, err
}

// runRow is a run in a list.
type runRow struct {
	delivery.Run
	Name string // of its campaign
	Done float64
	Bar  []piece
}

// runRows adds to runs what lists show of them. Only runs that are open are
// counted: of the others every recipient has an outcome, and counting which
// for each row of a list would read millions of rows.
func (s *Web) runRows(ctx context.Context, runs []delivery.Run, names map[ref.Campaign]string) ([]runRow, error) {
	rows := make([]runRow, len(runs))
	for i, run := range runs {
		class := "ended"
		if run.State == delivery.RunFinished {
			class = "finished"
		}
		rows[i] = runRow{Run: run, Done: 1, Bar: []piece{pieceOf(class, 0, run.Frozen, run.Frozen)}}
		if run.FinishedAt == nil {
			p, err := s.readings.get(ctx, run.ID)
			if err != nil {
				return nil, err
			}
			rows[i].Run, rows[i].Done, rows[i].Bar = p.Run, p.Done, outcomeBar(p)
		}
		if _, ok := names[run.Campaign]; !ok {
			c, err := s.deps.Store.Campaign(ctx, run.Campaign)
			if err != nil {
				return nil, err
			}
			names[run.Campaign] = c.Name
		}
		rows[i].Name = names[run.Campaign]
	}
	return rows, nil
}

func nameOf(list []campaign.Campaign) map[ref.Campaign]string {
	names := map[ref.Campaign]string{}
	for _, c := range list {
		names[c.ID] = c.Name
	}
	return names
}

// textID is an id that can be read from text: a pointer to one of package
// ref's.
type textID[ID any] interface {
	*ID
	encoding.TextUnmarshaler
}

// pathID is the {id} of the request's path.
func pathID[ID any, P textID[ID]](r *http.Request) (id ID, err error) {
	err = P(&id).UnmarshalText([]byte(r.PathValue("id")))
	return id, err
}

// queryID is an id in the query; zero when it is not there.
func queryID[ID any, P textID[ID]](q url.Values, name string) (id ID, err error) {
	if text := q.Get(name); text != "" {
		err = P(&id).UnmarshalText([]byte(text))
	}
	return id, err
}
