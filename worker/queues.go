package worker

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// channelQueue names the queue of a channel's batches: one each, so that a
// slow or suspended channel delays no other.
func channelQueue(id ref.Channel) string { return id.String() }

// queues follows the channels: a queue is worked while its channel is active.
type queues struct {
	db         *postgres.DB
	river      *river.Client[pgx.Tx]
	perChannel int

	mu     sync.Mutex
	worked map[ref.Channel]bool // false: being removed
}

// removeWait bounds one try to remove a queue. River waits for its running
// jobs, and nothing else may wait with it; the next try goes on.
const removeWait = 20 * time.Millisecond

// reconcile adds queues of new channels and drops those of channels that were
// suspended or deleted.
func (q *queues) reconcile(ctx context.Context) error {
	list, err := q.db.ListChannels(ctx)
	if err != nil {
		return err
	}
	active := map[ref.Channel]bool{}
	for _, c := range list {
		active[c.ID] = c.State == channel.Active
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for id := range q.worked {
		if !q.worked[id] || !active[id] {
			q.remove(ctx, id)
		}
	}
	for id, on := range active {
		if _, known := q.worked[id]; known || !on {
			continue
		}
		if err := q.river.Queues().Add(channelQueue(id), river.QueueConfig{MaxWorkers: q.perChannel}); err != nil {
			return fmt.Errorf("adding the queue of %s: %w", id, err)
		}
		q.worked[id] = true
	}
	return nil
}

// remove tries to take a queue out; one that is left half removed is tried
// again before it may be added anew.
func (q *queues) remove(ctx context.Context, id ref.Channel) {
	q.worked[id] = false
	ctx, cancel := context.WithTimeout(ctx, removeWait)
	defer cancel()
	if q.river.Queues().Remove(ctx, channelQueue(id)) == nil {
		delete(q.worked, id)
	}
}
