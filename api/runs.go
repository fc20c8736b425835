package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// RunStore is where runs and their ledgers are read.
type RunStore interface {
	Run(ctx context.Context, id ref.Run) (delivery.Run, error)
	RunProgress(ctx context.Context, id ref.Run) (delivery.Progress, error)
	// ListRuns lists the runs of a campaign, the newest first, from before the
	// id before.
	ListRuns(ctx context.Context, id ref.Campaign, before ref.Run, limit int) ([]delivery.Run, error)
	// Deliveries lists rows by user, from behind after.
	Deliveries(ctx context.Context, run delivery.Run, f delivery.LedgerFilter, after ref.User, limit int) ([]delivery.Delivery, error)
	// EachDelivery streams all rows; an error of visit ends it and is returned.
	EachDelivery(ctx context.Context, run delivery.Run, f delivery.LedgerFilter, visit func(delivery.Delivery) error) error
}

type runsQuery struct {
	paging
	campaignRef
}

func (a *API) listRuns(ctx context.Context, in runsQuery) (page[delivery.Run], error) {
	before, err := after[ref.Run](&in.paging)
	if err != nil {
		return page[delivery.Run]{}, err
	}
	if _, err := a.deps.CampaignStore.Campaign(ctx, in.ID); err != nil {
		return page[delivery.Run]{}, err
	}
	list, err := a.deps.RunStore.ListRuns(ctx, in.ID, before, in.size()+1)
	if err != nil {
		return page[delivery.Run]{}, err
	}
	return pageOf(&in.paging, list, func(r delivery.Run) ref.Run { return r.ID })
}

type runRef struct {
	ID ref.Run `path:"id"`
}

// readRun shows state, funnel, rate, ETA and what the run waits for.
func (a *API) readRun(ctx context.Context, in runRef) (delivery.Progress, error) {
	return a.deps.RunStore.RunProgress(ctx, in.ID)
}

// knownState is an outcome's state, as a filter names it.
type knownState delivery.State

// UnmarshalText refuses what is no state, naming the nearest one.
func (s *knownState) UnmarshalText(text []byte) error {
	state, ok := delivery.ParseState(string(text))
	*s = knownState(state)
	if ok {
		return nil
	}
	names := make([]string, len(delivery.States()))
	for i, state := range delivery.States() {
		names[i] = state.String()
	}
	return unknownValue("state", string(text), names)
}

// knownReason is a key of delivery.Reasons, as a filter names it.
type knownReason string

// UnmarshalText refuses what is no reason, naming the nearest one.
func (r *knownReason) UnmarshalText(text []byte) error {
	*r = knownReason(text)
	if _, ok := delivery.Reasons[string(text)]; ok {
		return nil
	}
	return unknownValue("reason", string(text), slices.Sorted(maps.Keys(delivery.Reasons)))
}

type ledgerQuery struct {
	runRef
	State  knownState  `query:"state"`
	Reason knownReason `query:"reason"`
	User   ref.User    `query:"user"`
}

func (q ledgerQuery) rows() delivery.LedgerFilter {
	return delivery.LedgerFilter{State: delivery.State(q.State), Reason: string(q.Reason), User: q.User}
}

// ledgerOf is a run whose deliveries are still kept.
func (a *API) ledgerOf(ctx context.Context, id ref.Run) (delivery.Run, error) {
	run, err := a.deps.RunStore.Run(ctx, id)
	if err == nil && run.LedgerDroppedAt != nil {
		err = errs.New("run.ledger_dropped", id, run.LedgerDroppedAt.Format(time.DateOnly))
	}
	return run, err
}

type deliveriesQuery struct {
	paging
	ledgerQuery
}

// listDeliveries lists what became of each recipient, by user.
func (a *API) listDeliveries(ctx context.Context, in deliveriesQuery) (page[delivery.Delivery], error) {
	from, err := after[ref.User](&in.paging)
	if err != nil {
		return page[delivery.Delivery]{}, err
	}
	run, err := a.ledgerOf(ctx, in.ID)
	if err != nil {
		return page[delivery.Delivery]{}, err
	}
	list, err := a.deps.RunStore.Deliveries(ctx, run, in.rows(), from, in.size()+1)
	if err != nil {
		return page[delivery.Delivery]{}, err
	}
	return pageOf(&in.paging, list, func(d delivery.Delivery) ref.User { return d.Recipient })
}
