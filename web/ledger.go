package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/ref"
)

// ledger is a page of a run's deliveries, with its filter.
type ledger struct {
	Run                 ref.Run
	State, Reason, User string // the filter as it was asked for
	States, Codes       []string
	Rows                []delivery.Delivery
	Next, First, CSV    string // links; "" where there is none
	Masked              bool   // the reader may not see who the users are
}

const ledgerRows = 50 // on a page

func (s *Web) ledger(ctx context.Context, who reader, p delivery.Progress, q url.Values) (ledger, error) {
	filter, err := ledgerFilter(q)
	if err != nil {
		return ledger{}, err
	}
	var after ref.User
	if text := q.Get("after"); text != "" {
		if err := after.UnmarshalText([]byte(text)); err != nil {
			return ledger{}, err
		}
	}
	rows, err := s.deps.Store.Deliveries(ctx, p.Run, filter, after, ledgerRows+1)
	if err != nil {
		return ledger{}, err
	}
	l := ledger{
		Run: p.ID, State: q.Get("state"), Reason: q.Get("reason"), User: q.Get("user"),
		States: stateNames(), Codes: codesOf(p, q.Get("reason")), Masked: !who.may(access.UsersRead),
	}
	l.link(rows, after)
	l.Rows = rows[:min(len(rows), ledgerRows)]
	if l.Masked {
		hide(l.Rows)
	}
	return l, nil
}

// ledgerFilter reads the filter of a ledger's page or export.
func ledgerFilter(q url.Values) (f delivery.LedgerFilter, err error) {
	if name := q.Get("state"); name != "" {
		var ok bool
		if f.State, ok = delivery.ParseState(name); !ok {
			return f, errs.New("request.bad_value", name, "state is one of "+
				strings.Join(stateNames(), ", ")+nearest.Hint(name, stateNames()))
		}
	}
	f.Reason = q.Get("reason")
	if text := strings.TrimSpace(q.Get("user")); text != "" {
		err = f.User.UnmarshalText([]byte(text))
	}
	return f, err
}

func stateNames() []string {
	var names []string
	for _, state := range delivery.States() {
		names = append(names, state.String())
	}
	return names
}

// codesOf lists the reasons that the run's ledger can be filtered by, and the
// one that it is filtered by.
func codesOf(p delivery.Progress, chosen string) []string {
	codes := byCount(p.Reasons)
	if p.Counts.Cancelled > 0 && !slices.Contains(codes, "cancelled") {
		codes = append(codes, "cancelled")
	}
	if chosen != "" && !slices.Contains(codes, chosen) {
		codes = append(codes, chosen)
	}
	slices.Sort(codes)
	return codes
}

// link sets the links to the page behind rows, back to the first one, and to
// the export.
func (l *ledger) link(rows []delivery.Delivery, after ref.User) {
	path := "/runs/" + l.Run.String()
	filter := url.Values{}
	for name, value := range map[string]string{"state": l.State, "reason": l.Reason, "user": l.User} {
		if value != "" {
			filter.Set(name, value)
		}
	}
	l.CSV = join(path+"/ledger.csv", filter)
	if after != 0 {
		l.First = join(path, filter) + "#ledger"
	}
	if len(rows) > ledgerRows {
		filter.Set("after", rows[ledgerRows-1].Recipient.String())
		l.Next = join(path, filter) + "#ledger"
	}
}

// join is path with a query, if there is one.
func join(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// hide takes out of rows what says who the users are.
func hide(rows []delivery.Delivery) {
	for i := range rows {
		rows[i].UserID, rows[i].LineID = "", masked(rows[i].LineID)
	}
}
