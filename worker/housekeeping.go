package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/linecast/linecast/postgres"
)

// keepHouseEvery is how often what is too old is removed.
const keepHouseEvery = time.Hour

// housekeeper removes what is kept for a time only. Every process has one; what
// one has removed, the others do not find.
type housekeeper struct {
	db     *postgres.DB
	config Config
	log    *slog.Logger

	stop context.CancelFunc
	done chan struct{}
}

// Start begins, with a first round at once.
func (h *housekeeper) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	h.stop, h.done = cancel, make(chan struct{})
	go h.run(ctx)
}

// Stop ends it. It waits, and may be called twice or before Start.
func (h *housekeeper) Stop() {
	if h.stop == nil {
		return
	}
	h.stop()
	<-h.done
}

func (h *housekeeper) run(ctx context.Context) {
	defer close(h.done)
	tick := time.NewTicker(keepHouseEvery)
	defer tick.Stop()
	for {
		h.once(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// once is a round; what fails is tried again in the next one.
func (h *housekeeper) once(ctx context.Context) {
	now := h.config.Now()
	answers, err := h.db.ForgetRequests(ctx, now)
	h.tell(ctx, "answers of the API kept for repeats", answers, err)
	if h.config.KeepDeliveries == 0 {
		return
	}
	ledgers, err := h.db.DropLedgers(ctx, now.Add(-h.config.KeepDeliveries))
	h.tell(ctx, "partitions of deliveries", int64(ledgers), err)
}

func (h *housekeeper) tell(ctx context.Context, what string, n int64, err error) {
	switch {
	case err != nil && ctx.Err() == nil:
		h.log.Warn("not removed", "what", what, "error", err)
	case n > 0:
		h.log.Info("removed for their age", "what", what, "n", n)
	}
}
