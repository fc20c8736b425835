package worker

import (
	"context"
	"sync"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// content is what every batch of a run shares: the run as frozen, the version
// it pinned, compiled, and its streak of refusals in this process.
type content struct {
	run      delivery.Run
	def      campaign.Definition
	composer *delivery.Composer
	streak   *delivery.Streak
	cap      *delivery.Cap // the campaign's own; nil without one
}

// contents keeps the contents of the runs this process is sending. Nothing in
// one can change, so nothing has to be invalidated.
type contents struct {
	db   *postgres.DB
	zone *time.Location // the workspace's

	mu    sync.Mutex
	byRun map[ref.Run]*content
	order []ref.Run // oldest first
}

// maxContents is how many runs are kept compiled.
const maxContents = 64

func newContents(db *postgres.DB, zone *time.Location) *contents {
	return &contents{db: db, zone: zone, byRun: map[ref.Run]*content{}}
}

func (c *contents) get(ctx context.Context, id ref.Run) (*content, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if have, ok := c.byRun[id]; ok {
		return have, nil
	}
	made, err := c.load(ctx, id)
	if err != nil {
		return nil, err
	}
	c.byRun[id], c.order = made, append(c.order, id)
	if len(c.order) > maxContents {
		delete(c.byRun, c.order[0])
		c.order = c.order[1:]
	}
	return made, nil
}

func (c *contents) load(ctx context.Context, id ref.Run) (*content, error) {
	p, err := c.db.RunProgress(ctx, id)
	if err != nil {
		return nil, err
	}
	def, err := c.db.RunDefinition(ctx, p.Campaign, p.Version)
	if err != nil {
		return nil, err
	}
	composer, err := delivery.NewComposer(def, p.Run)
	if err != nil {
		return nil, err
	}
	composer.Workspace = c.zone
	made := &content{run: p.Run, def: def, composer: composer, streak: delivery.NewStreak(p.Counts.Accepted > 0)}
	if rate := def.Delivery.MaxPerSecond; rate > 0 {
		made.cap = delivery.NewCap(c.db.NewBudget(p.Channel, "campaign:"+p.Campaign.String(), float64(rate)), rate)
	}
	return made, nil
}
