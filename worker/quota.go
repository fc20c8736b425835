package worker

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// quotas is what this process knows of the channels' monthly quotas. LINE's own
// refusal is what is exact; this keeps bulk campaigns from eating the reserve
// that a channel keeps for triggered and test messages.
type quotas struct {
	every time.Duration // how long an answer of LINE's is believed

	mu        sync.Mutex
	byChannel map[ref.Channel]*monthQuota
	flying    map[ref.Channel]int64 // taken by batches that are being sent
}

// monthQuota is a channel's quota as it was at a time, and what was taken since.
type monthQuota struct {
	line.Quota
	used, reserve, taken int64
	at                   time.Time
}

// left is what bulk messages may use.
func (m *monthQuota) left() int64 { return m.Value - m.used - m.reserve - m.taken }

// spent reports whether LINE's own count says that nothing is left.
func (m *monthQuota) spent() bool { return m.Limited && m.Value-m.used-m.reserve <= 0 }

func (m *monthQuota) String() string {
	return fmt.Sprintf("%d of %d messages used this month, %d reserved", m.used, m.Value, m.reserve)
}

func newQuotas(every time.Duration) *quotas {
	return &quotas{every: every, byChannel: map[ref.Channel]*monthQuota{}, flying: map[ref.Channel]int64{}}
}

// askAgain is the age from which an answer is not trusted to stop a run.
const askAgain = time.Second

// take is how many of n messages a channel's quota allows, less its reserve.
// Of what it does not allow, spent tells what is used up from what others of
// this process are about to use, for a word about the former. When LINE does
// not tell, the message itself will: all of them. done must be called with what
// was allowed when these messages have been sent.
func (q *quotas) take(ctx context.Context, ch channel.Channel, client *line.Client, n int) (allowed int, spent string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	month := q.byChannel[ch.ID]
	if month == nil || time.Since(month.at) > q.every || month.Limited && month.left() < int64(n) && time.Since(month.at) > askAgain {
		var err error
		if month, err = askQuota(ctx, ch, client); err != nil {
			q.flying[ch.ID] += int64(n)
			return n, ""
		}
		// LINE may have counted some of what is on its way: counting them twice
		// makes a batch wait for a moment, forgetting them would eat the reserve.
		month.taken = q.flying[ch.ID]
		q.byChannel[ch.ID] = month
	}
	if !month.Limited {
		q.flying[ch.ID] += int64(n)
		return n, ""
	}
	allowed = int(max(0, min(month.left(), int64(n))))
	month.taken += int64(allowed)
	q.flying[ch.ID] += int64(allowed)
	if month.spent() {
		spent = month.String()
	}
	return allowed, spent
}

// done ends the flight of n messages that take allowed.
func (q *quotas) done(id ref.Channel, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.flying[id] -= int64(n)
}

// forget makes the next take ask LINE.
func (q *quotas) forget(id ref.Channel) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.byChannel, id)
}

func askQuota(ctx context.Context, ch channel.Channel, client *line.Client) (*monthQuota, error) {
	quota, err := client.Quota(ctx)
	if err != nil {
		return nil, err
	}
	month := &monthQuota{Quota: quota, reserve: int64(ch.QuotaReserve), at: time.Now()}
	if !quota.Limited {
		return month, nil
	}
	month.used, err = client.Consumption(ctx)
	return month, err
}

// quotaReason begins the reason of a run that waits for quota.
const quotaReason = "quota: "

// resumePaidUp lets campaigns go on that were paused for want of quota, wish to
// go on by themselves, and have quota again.
func (p *pump) resumePaidUp(ctx context.Context) error {
	open, err := p.db.OpenRuns(ctx, 0)
	if err != nil {
		return err
	}
	control := Control{DB: p.db, Channels: p.config.Channels, TimeZone: p.config.TimeZone, Now: p.config.Now}
	for _, run := range open {
		if !strings.HasPrefix(run.Reason, quotaReason) {
			continue
		}
		waits, err := p.hasQuota(ctx, p.db, run.Campaign, run.Version, run.Channel)
		if err != nil || !waits {
			continue // LINE is asked again in a minute
		}
		_, err = control.Resume(ctx, run.Campaign)
		if err != nil && !errs.Is(err, "campaign.wrong_status") { // another process was first
			return err
		}
		p.log.Info("run resumed: there is quota again", "run", run.ID, "campaign", run.Campaign)
	}
	return nil
}

// hasQuota reports whether a campaign waits for quota, and there is some.
func (p *pump) hasQuota(ctx context.Context, db *postgres.DB, id ref.Campaign, version int, ch ref.Channel) (bool, error) {
	def, err := db.RunDefinition(ctx, id, version)
	if err != nil || !def.Delivery.WaitForQuota {
		return false, err
	}
	opened, client, err := p.config.Channels.Open(ctx, ch)
	if err != nil {
		return false, err
	}
	month, err := askQuota(ctx, opened, client)
	return err == nil && !month.spent(), err
}
