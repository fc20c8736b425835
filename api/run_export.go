package api

import (
	"context"

	"github.com/linecast/linecast/delivery"
)

type exportQuery struct {
	ledgerQuery
	Raw bool `query:"raw"`
}

// exportDeliveries exports the ledger of a run, filtered as the list is. It
// never holds more than a row.
func (a *API) exportDeliveries(ctx context.Context, in exportQuery) (csvFile, error) {
	run, err := a.ledgerOf(ctx, in.ID)
	if err != nil {
		return csvFile{}, err
	}
	each := func(ctx context.Context, row func([]string) error) error {
		return a.deps.RunStore.EachDelivery(ctx, run, in.rows(), func(d delivery.Delivery) error { return row(d.CSV()) })
	}
	return csvFile{run.ID.String() + "-deliveries.csv", delivery.CSVHeader(), in.Raw, each}, nil
}
