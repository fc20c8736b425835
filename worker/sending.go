package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/postgres"
)

// sending is one attempt at a batch that this process holds.
type sending struct {
	*sendBatch
	*lease

	content *content
	lane    *lane
	mu      sync.Mutex // of plan
	plan    *delivery.Plan
	open    []delivery.Recipient // without an outcome when the attempt began
	asked   bool                 // requests were made, or could have been
	report  delivery.Report
	left    int                // open recipients that the quota does not allow
	allowed int                // those that it does
	rest    []delivery.Outcome // not written yet
	lost    bool               // outcomes could not be written
	wait    time.Duration      // before the batch is tried again
}

// sendDeadline bounds how long one job holds a batch.
const sendDeadline = jobTimeout / 2

// send is everything up to the last answer. An error means that nobody was
// asked.
func (s *sending) send(ctx context.Context) (err error) {
	if s.content, err = s.contents.get(ctx, s.Run); err != nil {
		return err
	}
	if s.lane, s.wait, err = s.lanes.open(ctx, s.content); err != nil || s.wait > 0 {
		s.report.Stop = delivery.TryLater
		return err
	}
	s.wait = backoff(s.batch.Rounds)
	if s.plan, err = delivery.ParsePlan(s.batch.Plan); err != nil {
		return err
	}
	if s.open, err = s.db.OpenRecipients(ctx, s.content.run, s.Seq, s.content.composer.Template().UsesRecipient()); err != nil {
		return err
	}
	if err := s.expire(ctx); err != nil {
		return err
	}
	if s.budget(ctx); len(s.open) == 0 && s.left > 0 {
		return nil
	}
	record := delivery.NewRecorder(ctx, func(ctx context.Context, o []delivery.Outcome) error {
		return s.db.RecordOutcomes(ctx, s.content.run, s.Seq, o)
	})
	short := s.report
	s.report, err = s.request(ctx, s.metrics.outcomes(record.Add))
	if s.report.Stop == delivery.NotStopped {
		s.report.Stop, s.report.Detail, s.report.Rest = short.Stop, short.Detail, short.Rest
	}
	rest, failed := record.Close()
	s.rest, s.lost = rest, failed != nil
	return err
}

// expire gives up on those who were asked so long ago that their retry keys
// may be new messages to LINE by now.
func (s *sending) expire(ctx context.Context) error {
	asked, now := s.batch.FirstAttemptAt, s.config.Now()
	if asked == nil || now.Sub(*asked) <= delivery.RetryWindow {
		return nil
	}
	var expired []delivery.Outcome
	var rest []delivery.Recipient
	for i := range s.open {
		if r := &s.open[i]; r.Unclear {
			expired = append(expired, delivery.Expired(r, *asked, now))
		} else {
			rest = append(rest, *r)
		}
	}
	if err := s.db.ExpireUnclear(ctx, s.content.run, s.Held, expired); err != nil {
		return err
	}
	s.open, s.batch.FirstAttemptAt = rest, &s.batch.TakenAt
	return nil
}

// budget leaves out whom the channel's monthly quota does not allow, except
// those who may have been sent to already.
func (s *sending) budget(ctx context.Context) {
	n, spent := s.quotas.take(ctx, s.lane.channel, s.lane.client, len(s.open))
	s.allowed = n
	if n == len(s.open) {
		return
	}
	slices.SortStableFunc(s.open, func(a, b delivery.Recipient) int { return place(a.Unclear) - place(b.Unclear) })
	for n < len(s.open) && s.open[n].Unclear {
		n++
	}
	s.left = len(s.open) - n
	s.open = s.open[:n]
	s.report = delivery.Report{Stop: delivery.TryLater, Rest: 2 * askAgain}
	if spent != "" {
		s.report = delivery.Report{Stop: delivery.QuotaExhausted, Detail: spent}
	}
}

// landed gives back what budget took.
func (s *sending) landed() {
	if s.allowed > 0 {
		s.quotas.done(s.lane.channel.ID, s.allowed)
	}
}

// place is 0 for who comes first.
func place(first bool) int {
	if first {
		return 0
	}
	return 1
}

// request composes, plans and sends.
func (s *sending) request(ctx context.Context, record func(...delivery.Outcome)) (delivery.Report, error) {
	multicasts, others := s.plan.Requests(s.content.run.Namespace, s.Seq, s.open)
	messages, halt, err := s.compose(ctx, others)
	if err != nil {
		return delivery.Report{}, err
	}
	if halt != nil {
		return delivery.Report{Stop: delivery.Poisoned, Detail: halt.Error(), Open: s.pushes(messages)}, nil
	}
	if len(multicasts) == 0 && s.mayPlan() {
		planned, err := s.makePlan(ctx, messages)
		if err != nil {
			return delivery.Report{}, err
		}
		multicasts, messages = planned, s.plan.Ungrouped(messages)
	}
	if err := s.openReach(ctx); err != nil {
		return delivery.Report{}, err
	}
	if stop, err := s.judge(ctx); err != nil || stop {
		return delivery.Report{Stop: delivery.GateClosed, Open: s.pushes(messages)}, err
	}
	gate, cancel := context.WithTimeout(s.gate, sendDeadline)
	defer cancel()
	sender := s.lane.sender(s.content, s.lease, s.config.Now)
	sender.Split = s.split
	if s.lane.push != nil || s.content.cap != nil { // without a limit every place is busy as it is
		sender.Begun = s.begun
	}
	s.asked = true
	return sender.Send(ctx, gate, append(multicasts, s.pushes(messages)...), record), nil
}

// compose makes the messages and writes down who gets none, before anybody is
// asked: of whom a worker that vanishes leaves without an outcome, nobody could
// tell later whether he was sent to.
func (s *sending) compose(ctx context.Context, to []*delivery.Recipient) (messages []*delivery.Message, halt, err error) {
	var decided []delivery.Outcome
	note := s.metrics.outcomes(func(o ...delivery.Outcome) { decided = append(decided, o...) })
	messages, halt = s.content.composer.ComposeAll(to, s.config.Now(), note)
	return messages, halt, s.db.RecordOutcomes(ctx, s.content.run, s.Seq, decided)
}

// judge decides whether the run goes on, when this batch is the last of its
// first ones whose messages are made.
func (s *sending) judge(ctx context.Context) (stopped bool, err error) {
	run := s.content.run
	if run.Judged || s.Seq*run.BatchSize >= delivery.FirstRecipients {
		return false, nil
	}
	err = s.db.InTx(ctx, func(tx pgx.Tx, db *postgres.DB) error {
		stopped, err = judge(ctx, tx, db, s.jobs(), s.config.Log, run)
		return err
	})
	return stopped, err
}

// openReach lets requests be made, now that those who get nothing have their
// outcomes: they are not in doubt when this worker vanishes.
func (s *sending) openReach(ctx context.Context) error {
	if !s.plan.Empty() { // it reaches everybody
		return nil
	}
	kept, err := s.db.OpenReach(ctx, s.Held, s.batch.Ahead)
	if err != nil {
		return err
	}
	if !kept {
		return errLost
	}
	s.grow(s.batch.Ahead)
	return nil
}

// mayPlan reports whether equal messages of this batch may be grouped: the
// campaign allows it, and nobody may have been asked by a push before.
func (s *sending) mayPlan() bool {
	if !s.content.def.MayMulticast() || !s.plan.Empty() {
		return false
	}
	for i := range s.open {
		if s.open[i].Unclear {
			return false
		}
	}
	return true
}

// makePlan groups equal messages and stores the groups before any is sent.
func (s *sending) makePlan(ctx context.Context, messages []*delivery.Message) ([]*delivery.Request, error) {
	plan := delivery.NewPlan(messages)
	if plan.Empty() {
		return nil, nil
	}
	if err := s.store(ctx, plan); err != nil {
		return nil, err
	}
	multicasts, _ := plan.Requests(s.content.run.Namespace, s.Seq, s.open)
	return multicasts, nil
}

// split takes a refused multicast apart, on disk first.
func (s *sending) split(ctx context.Context, r *delivery.Request, bad int) ([]*delivery.Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	plan := s.plan.Split(r, bad)
	if err := s.store(ctx, plan); err != nil {
		return nil, err
	}
	return plan.Parts(s.content.run.Namespace, s.Seq, r), nil
}

// begunTimeout bounds how long an attempt waits for the database to make room.
const begunTimeout = 2 * time.Second

// begun makes room for the run's next batch while this one waits for its last
// answers. When that fails there is room once they are here.
func (s *sending) begun(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, begunTimeout)
	defer cancel()
	err := s.db.InTx(ctx, func(tx pgx.Tx, db *postgres.DB) error {
		if kept, err := db.MarkBegun(ctx, s.Held); err != nil || !kept {
			return err
		}
		return queueWindow(ctx, tx, db, s.jobs(), s.content.run)
	})
	if err != nil {
		s.config.Log.Warn("no room made for the next batch", "run", s.Run, "batch", s.Seq, "error", err)
	}
}

// errLost stops an attempt whose batch another worker has by now.
var errLost = errors.New("another worker took the batch")

func (s *sending) store(ctx context.Context, plan *delivery.Plan) error {
	kept, err := s.db.StorePlan(ctx, s.Held, plan.Text())
	if err != nil {
		return err
	}
	if !kept {
		return errLost
	}
	s.plan = plan
	s.grow(s.batch.Size) // as the database has it by now
	return nil
}

func (s *sending) pushes(messages []*delivery.Message) []*delivery.Request {
	requests := make([]*delivery.Request, len(messages))
	for i, m := range messages {
		requests[i] = m.Push(s.content.run.Namespace)
	}
	return requests
}

// notBegun gives back a batch for an error that came before its first request.
func (s *sending) notBegun(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	wait := backoff(s.batch.Rounds)
	s.config.Log.Error("batch not begun", "run", s.Run, "batch", s.Seq, "again_in", wait, "error", cause)
	if err := s.db.ReleaseBatch(ctx, s.Held, s.release(true, wait)); err != nil {
		return fmt.Errorf("sending batch %d of %s: %w", s.Seq, s.Run, cause)
	}
	return river.JobSnooze(wait)
}

// settle ends the batch and the job in one transaction, or gives the batch
// back for the reason that sending stopped.
func (s *sending) settle(ctx context.Context, job *river.Job[SendBatchArgs]) error {
	// What was learned is written even when the process is stopping.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	var done bool
	err := s.db.InTx(ctx, func(tx pgx.Tx, db *postgres.DB) error {
		if err := db.RecordOutcomes(ctx, s.content.run, s.Seq, s.rest); err != nil {
			return err
		}
		var err error
		if done, err = db.CompleteBatch(ctx, s.BatchRef); err != nil || !done {
			return err
		}
		if err := queueWindow(ctx, tx, db, s.jobs(), s.content.run); err != nil {
			return err
		}
		_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	if err != nil || done {
		return err
	}
	return s.giveBack(ctx)
}

// silentRest is how long a batch rests at most while LINE answers nobody: it
// asks with one request.
const silentRest = 15 * time.Second

// giveBack releases a batch that has open recipients.
func (s *sending) giveBack(ctx context.Context) error {
	wait := max(s.wait, s.report.Rest)
	switch s.report.Stop {
	case delivery.GateClosed, delivery.Poisoned: // the pump makes a job when the run sends again
		return s.db.ReleaseBatch(ctx, s.Held, s.release(false, 0))
	case delivery.Unanswered:
		wait = min(wait, silentRest)
	case delivery.QuotaExhausted:
		if s.asked && s.quotaLeft(ctx) {
			break // LINE's text was misread: a rate limit like any other
		}
		halt(ctx, s.db, s.config.Log, s.Run, delivery.RunPaused, quotaReason+s.report.Detail)
		return s.db.ReleaseBatch(ctx, s.Held, s.release(false, 0))
	case delivery.ChannelRefused:
		wait = s.config.ProbeEvery
		if err := s.lanes.refused(ctx, s.content.run.Channel, s.report.Detail); err != nil {
			return err
		}
	}
	if err := s.db.ReleaseBatch(ctx, s.Held, s.release(true, wait)); err != nil {
		return err
	}
	return river.JobSnooze(wait)
}

// quotaLeft asks LINE whether the month's quota is really used up, which its
// refusal only hints at.
func (s *sending) quotaLeft(ctx context.Context) bool {
	s.quotas.forget(s.content.run.Channel)
	month, err := askQuota(ctx, s.lane.channel, s.lane.client)
	return err == nil && (!month.Limited || month.Value > month.used)
}

// release says who may have been asked: those whose answer is not known, and
// everybody when outcomes were lost on their way.
func (s *sending) release(queued bool, wait time.Duration) postgres.Release {
	r := postgres.Release{Queued: queued, NotBefore: s.config.Now().Add(wait), Keep: !s.asked}
	r.Unclear, r.Since = delivery.Unclear(s.report.Open, s.batch.FirstAttemptAt, &s.batch.TakenAt)
	if s.lost {
		r.Unclear, r.Since = nil, s.batch.FirstAttemptAt
		for i := range s.open {
			r.Unclear = append(r.Unclear, s.open[i].ID)
		}
	}
	return r
}
