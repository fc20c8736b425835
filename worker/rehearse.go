package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

const (
	// rehearsalLimit bounds a rehearsal: it holds a snapshot of the database.
	rehearsalLimit = 10 * time.Minute
	reportEvery    = time.Second
	lookEvery      = 100 // recipients between two looks at the clock
)

// errLimit ends a rehearsal that took too long.
var errLimit = errors.New("over its time")

// Rehearse renders a campaign's present content for everybody whom a run would
// be frozen for now. Nothing is sent and nothing is stored. report is called
// about once a second with how it stands; its error, or the end of ctx, ends
// the rehearsal. One campaign is rehearsed by one process at a time.
func (c Control) Rehearse(ctx context.Context, id ref.Campaign, report func(delivery.Rehearsal) error) (out delivery.Rehearsal, err error) {
	cmp, err := c.DB.Campaign(ctx, id)
	if err != nil {
		return out, err
	}
	composer, err := c.composer(ctx, cmp)
	if err != nil {
		return out, err
	}
	audience, err := c.audience(ctx, cmp)
	if err != nil {
		return out, err
	}
	run := delivery.Run{Campaign: id, Channel: cmp.Channel, Clock: c.Now(), BatchSize: maxBatch}
	alone := false
	err = c.DB.Exclusive(ctx, "linecast.rehearse."+id.String(), func(_ pgx.Tx, db *postgres.DB) error {
		alone = true
		if run, _, err = db.CountAudience(ctx, run, audience, 1); err != nil {
			return err
		}
		head := delivery.Rehearsal{Campaign: id, Version: cmp.Version, Matched: run.Matched, Excluded: run.Excluded, Recipients: run.Frozen}
		out, err = c.rehearse(ctx, db, run, audience, delivery.NewRehearser(composer, head), report)
		return err
	})
	if err == nil && !alone {
		err = errs.New("campaign.rehearsing", id)
	}
	return out, err
}

func (c Control) rehearse(ctx context.Context, db *postgres.DB, run delivery.Run, audience postgres.Audience, h *delivery.Rehearser, report func(delivery.Rehearsal) error) (delivery.Rehearsal, error) {
	begun := c.Now()
	reported := begun
	err := db.EachRecipient(ctx, run, audience, func(r *delivery.Recipient) error {
		now := c.Now()
		h.Add(r, now)
		if h.Rendered%lookEvery != 0 {
			return nil
		}
		switch {
		case now.Sub(begun) > rehearsalLimit:
			return errLimit
		case now.Sub(reported) < reportEvery:
			return nil
		}
		reported = now
		return report(h.Report(now.Sub(begun)))
	})
	stopped := ""
	if errors.Is(err, errLimit) {
		stopped, err = fmt.Sprintf("it took more than %s; %d of %d were rendered", rehearsalLimit, h.Rendered, h.Recipients), nil
	}
	now := c.Now()
	return h.Finish(now.Sub(begun), now, stopped), err
}
