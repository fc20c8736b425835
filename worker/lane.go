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

// Endpoints name a channel's budgets: LINE counts them apart (LINE reference,
// Rate limits).
const (
	endpointPush      = "push"
	endpointMulticast = "multicast"
)

// lane is how this process speaks to one channel.
type lane struct {
	channel channel.Channel
	client  *line.Client
	metrics *metrics
	push    *rated // nil when the channel has no limit of ours
	multi   *rated
	silence *delivery.Silence
}

// lanes keeps a pacer for each channel and endpoint, so that all batches of a
// channel in this process share its slices.
type lanes struct {
	db      *postgres.DB
	config  Config
	metrics *metrics

	mu       sync.Mutex
	rates    map[string]*rated
	silences map[ref.Channel]*delivery.Silence
}

// rated is a budget and this process's pacer of it.
type rated struct {
	perSecond int
	budget    postgres.Budget
	pacer     *delivery.Pacer
}

func (r *rated) wait() *delivery.Pacer {
	if r == nil {
		return nil
	}
	return r.pacer
}

func newLanes(db *postgres.DB, c Config, m *metrics) *lanes {
	return &lanes{db: db, config: c, metrics: m, rates: map[string]*rated{}, silences: map[ref.Channel]*delivery.Silence{}}
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
	return &lane{
		channel: ch, client: client, metrics: l.metrics,
		push:  l.rated(ch.ID, endpointPush, ch.PushPerSecond),
		multi: l.rated(ch.ID, endpointMulticast, ch.MulticastPerSecond), silence: l.silence(ch.ID),
	}, 0, nil
}

// refused opens a channel's circuit: its batches wait, nobody is marked failed.
func (l *lanes) refused(ctx context.Context, id ref.Channel, detail string) error {
	l.config.Log.Error("LINE refuses the channel's token", "channel", id, "detail", detail)
	return l.db.OpenCircuit(ctx, id, "LINE refuses the channel's token: "+detail, l.config.Now().Add(l.config.ProbeEvery))
}

// rated is what this process has for an endpoint's rate; nil when it has no
// limit of ours.
func (l *lanes) rated(ch ref.Channel, endpoint string, perSecond int) *rated {
	if perSecond == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	name := ch.String() + " " + endpoint
	if have, ok := l.rates[name]; ok && have.perSecond == perSecond {
		return have
	}
	budget := l.db.NewBudget(ch, endpoint, headroom*float64(perSecond))
	l.rates[name] = &rated{perSecond, budget, delivery.NewPacer(budget, perSecond)}
	return l.rates[name]
}

// silence is the channel's, for all its batches in this process.
func (l *lanes) silence(ch ref.Channel) *delivery.Silence {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.silences[ch] == nil {
		l.silences[ch] = &delivery.Silence{}
	}
	return l.silences[ch]
}

// headroom is the share of a channel's rate that is used: requests arrive closer
// together here and there than they were sent.
const headroom = 0.99

// Requests on the wire for one batch. Uncapped, more than 32 only fight for
// the processors, since eight batches are sent at once; capped, the rate itself
// bounds them, and a slow LINE (rate times latency) may need all of the batch.
const inFlightUncapped = 32

func (l *lane) sender(c *content, held *lease, now func() time.Time) *delivery.Sender {
	s := &delivery.Sender{
		Caller: l.metrics.watch(l.client), Push: l.push.wait(), Multicast: l.multi.wait(), Cap: c.cap,
		InFlight: inFlightUncapped, Streak: c.streak, Silence: l.silence, Now: now, Valid: held.valid, Reach: held.within, Slow: l.slow,
	}
	if s.Push != nil || s.Cap != nil {
		s.InFlight = maxBatch
	}
	return s
}

// slow makes every process ask LINE less, after its 429. A budget that cannot
// be reached is found out by the next lease.
func (l *lane) slow(ctx context.Context, r *delivery.Request, d time.Duration) {
	rate := l.push
	if r.Group > 0 {
		rate = l.multi
	}
	if rate != nil {
		_ = rate.budget.Slow(ctx, d)
	}
}
