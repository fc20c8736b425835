package api

import (
	"context"
	"encoding/csv"

	"github.com/linecast/linecast/delivery"
)

// exportDeliveries exports the ledger of a run, filtered as the list is.
func (a *API) exportDeliveries(ctx context.Context, in ledgerQuery) (ledgerFile, error) {
	run, err := a.deps.RunStore.Run(ctx, in.ID)
	return ledgerFile{a.deps.RunStore, run, in.rows()}, err
}

// ledgerFile is the answer of exportDeliveries.
type ledgerFile struct {
	store  RunStore
	run    delivery.Run
	filter delivery.LedgerFilter
}

func (ledgerFile) mediaType() string { return "text/csv; charset=utf-8" }

func (l ledgerFile) filename() string { return l.run.ID.String() + "-deliveries.csv" }

// writeTo never holds more than a row. It waits for its reader, and the
// database with it: a reader who stands still is cut off after moveLimit.
func (l ledgerFile) writeTo(ctx context.Context, w *stream) error {
	out := csv.NewWriter(w)
	if err := out.Write(delivery.CSVHeader()); err != nil {
		return err
	}
	err := l.store.EachDelivery(ctx, l.run, l.filter, func(d delivery.Delivery) error {
		return out.Write(d.CSV())
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}
