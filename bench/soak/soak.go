package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/linecast/linecast/bench/soak/checker"
	"github.com/linecast/linecast/line/simulator"
)

// misbehaviour is how LINE fails meanwhile: 0.5 % of requests are accepted and
// cut without an answer, 0.5 % answered 500, a few 429, each of which slows
// all workers down for a second.
func misbehaviour(people []person) simulator.Faults {
	return simulator.Faults{LatencyMS: 4, JitterMS: 8, CutRate: 0.005, ErrorRate: 0.005, LimitRate: 0.0002, BadIDs: badIDs(people)}
}

// soak sets everything up, sends, breaks and judges.
func soak(ctx context.Context, o options, talk io.Writer) (v verdict, err error) {
	if o.binary, err = filepath.Abs(o.binary); err != nil {
		return v, err
	}
	dir, err := workDir()
	if err != nil {
		return v, err
	}
	fmt.Fprintf(talk, "soak %s\nlogs and database in %s\n", o.flags(), dir)
	defer func() {
		if err == nil && v.OK && !o.keep {
			_ = os.RemoveAll(dir)
		}
	}()
	db, err := startDatabase(ctx, dir)
	if err != nil {
		return v, err
	}
	defer func() { _ = db.server.Stop(context.WithoutCancel(ctx)) }()
	s, err := newStage(ctx, dir, o.binary, db.url())
	defer s.close()
	if err != nil {
		return v, err
	}
	return s.soak(ctx, o, db, talk)
}

// soak is the part that has a stage.
func (s *stage) soak(ctx context.Context, o options, db *database, talk io.Writer) (v verdict, err error) {
	people := crowd(map[string]int{"main": o.recipients - o.recipients/steeredShare, "steered": o.recipients / steeredShare})
	if err := s.addWorkers(ctx, o.workers); err != nil {
		return v, err
	}
	channel, err := s.connect(ctx, o.rate, people)
	if err != nil {
		return v, err
	}
	if err := s.platform.faults(ctx, misbehaviour(people)); err != nil {
		return v, err
	}
	start := time.Now()
	sendings, err := s.publish(ctx, channel, o)
	if err != nil {
		return v, err
	}
	c := &chaos{stage: s, database: db, steered: sendings[1], talk: talk, start: start}
	took, err := s.send(ctx, o, c, sendings)
	if err != nil {
		return v, err
	}
	return s.judge(ctx, o, c, people, sendings, took)
}

// publish makes and publishes two campaigns: one to be left alone, and one to
// be paused and cancelled, which is capped so that it lasts as long.
func (s *stage) publish(ctx context.Context, ch channelID, o options) (sendings []*sending, err error) {
	for _, c := range []struct {
		list      string
		perSecond int
	}{{"main", 0}, {"steered", o.rate / steeredShare}} {
		one := &sending{list: c.list}
		if one.id, err = s.draft(ctx, ch, c.list, c.perSecond); err != nil {
			return nil, err
		}
		sendings = append(sendings, one)
	}
	for _, one := range sendings {
		if err := s.act(ctx, one.id, "publish"); err != nil {
			return nil, err
		}
	}
	return sendings, nil
}

// send breaks things until all runs have ended, and ends the workers: nothing
// is sent after it. It returns how long the runs took.
func (s *stage) send(ctx context.Context, o options, c *chaos, sendings []*sending) (took time.Duration, err error) {
	limited, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	over := make(chan struct{})
	go func() {
		defer close(over)
		if err := s.awaitEnd(limited, c, sendings); err != nil {
			s.wrong("the runs had not ended after %s: %w", o.limit, err)
		}
		took = time.Since(c.start)
	}()
	// One in a hundred is skipped, so not all of the recipients are messages.
	err = c.run(limited, over, o.plan(), o.recipients*98/100)
	<-over
	s.stopWorkers()
	if limited.Err() != nil && ctx.Err() == nil {
		err = nil // noted above
	}
	return took, err
}

// awaitEnd waits until every run is closed. While API or database are away it
// looks again later.
func (s *stage) awaitEnd(ctx context.Context, c *chaos, sendings []*sending) error {
	var ids []campaignID
	for _, one := range sendings {
		ids = append(ids, one.id)
	}
	return poll(ctx, func() (bool, error) {
		c.calm.RLock()
		defer c.calm.RUnlock()
		ended, _ := s.ended(ctx, ids)
		if !ended {
			sleep(ctx, 4*pollEvery)
		}
		return ended, nil
	})
}

// judge reads both records and checks them.
func (s *stage) judge(ctx context.Context, o options, c *chaos, people []person, sendings []*sending, took time.Duration) (v verdict, err error) {
	h, err := s.history(ctx, people, sendings)
	if err != nil {
		return v, err
	}
	v = newVerdict(o, checker.Check(h), c.done, took, s.trouble)
	v.Away = c.away.Seconds()
	stats, err := s.platform.stats(ctx)
	v.WorstSecond = stats.Push.Arrived.SlidingMax
	return v, err
}
