package worker

import (
	"context"
	"sync"
	"time"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// endpointPush names the budget of a channel's push requests.
const endpointPush = "push"

// lane is how this process speaks to one channel.
type lane struct {
	channel channel.Channel
	client  *line.Client
	metrics *metrics
	budget  postgres.Budget
	pacer   *delivery.Pacer // nil when the channel has no limit of ours
}

// lanes keeps a pacer for each channel, so that all batches of a channel in
// this process share its slices.
type lanes struct {
	db      *postgres.DB
	config  Config
	metrics *metrics

	mu     sync.Mutex
	pacers map[ref.Channel]rated
}

type rated struct {
	perSecond int
	pacer     *delivery.Pacer
}

func newLanes(db *postgres.DB, c Config, m *metrics) *lanes {
	return &lanes{db: db, config: c, metrics: m, pacers: map[ref.Channel]rated{}}
}

// open is the lane of a run's channel; wait above 0 says that its circuit is
// open for that long. Once the time has come the token is tried with a request
// that sends nothing, and the circuit closes when LINE knows it again.
func (l *lanes) open(ctx context.Context, c *content) (_ *lane, wait time.Duration, err error) {
	ch, client, err := l.config.Channels.Open(ctx, c.run.Channel)
	if err != nil {
		return nil, 0, err
	}
	if ch.CircuitReason != "" {
		if wait = ch.CircuitUntil.Sub(l.config.Now()); wait > 0 {
			return nil, wait, nil
		}
		if _, err := client.BotInfo(ctx); err != nil {
			return nil, l.config.ProbeEvery, l.refused(ctx, ch.ID, plain(err))
		}
		if err := l.db.OpenCircuit(ctx, ch.ID, "", time.Time{}); err != nil {
			return nil, 0, err
		}
	}
	ln := &lane{channel: ch, client: client, metrics: l.metrics}
	if ch.PushPerSecond > 0 {
		ln.budget = l.db.NewBudget(ch.ID, endpointPush, ch.PushPerSecond)
		ln.pacer = l.pacer(ch, ln.budget)
	}
	return ln, 0, nil
}

// refused opens a channel's circuit: its batches wait, nobody is marked failed.
func (l *lanes) refused(ctx context.Context, id ref.Channel, detail string) error {
	l.config.Log.Error("LINE refuses the channel's token", "channel", id, "detail", detail)
	return l.db.OpenCircuit(ctx, id, "LINE refuses the channel's token: "+detail, l.config.Now().Add(l.config.ProbeEvery))
}

func (l *lanes) pacer(ch channel.Channel, b postgres.Budget) *delivery.Pacer {
	l.mu.Lock()
	defer l.mu.Unlock()
	if have, ok := l.pacers[ch.ID]; ok && have.perSecond == ch.PushPerSecond {
		return have.pacer
	}
	made := rated{ch.PushPerSecond, delivery.NewPacer(b, ch.PushPerSecond)}
	l.pacers[ch.ID] = made
	return made.pacer
}

// Requests on the wire for one batch. Uncapped, more than 64 only fight for
// the processors; capped, the rate itself bounds them, and a slow LINE (rate
// times latency) may need all of the batch at once.
const inFlightUncapped = 64

func (l *lane) sender(c *content, now func() time.Time) *delivery.Sender {
	s := &delivery.Sender{
		Pusher: l.metrics.watch(l.client), InFlight: inFlightUncapped, Streak: c.streak, Now: now,
		Slow: func(ctx context.Context, d time.Duration) {
			if l.pacer != nil {
				_ = l.budget.Hold(ctx, d) // the next lease tells when it cannot be reached
			}
		},
	}
	for _, p := range []*delivery.Pacer{c.pacer, l.pacer} {
		if p != nil {
			s.Pacers, s.InFlight = append(s.Pacers, p), maxBatch
		}
	}
	return s
}
