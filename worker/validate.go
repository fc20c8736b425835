package worker

import (
	"context"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/templating"
)

// mostSamples is how many messages a validation looks at, and asks LINE about.
const mostSamples = 12

// Validate checks a message for the extremes of an audience: everybody in
// segment, or else the campaign's own audience. Without either it is checked
// for people made up. LINE is asked when a channel is known. Nothing is sent
// and nothing is stored.
func (c Control) Validate(ctx context.Context, s delivery.Source, segment ref.Segment) (v delivery.Validation, err error) {
	v = delivery.Validation{OK: true, Excluded: map[string]int64{}, Attributes: []delivery.Extreme{}, Samples: []delivery.Sample{}}
	cmp, err := c.source(ctx, s)
	if err != nil {
		return v, err
	}
	composer, err := c.compile(ctx, cmp)
	if err != nil {
		return v, err
	}
	ask, err := c.asker(ctx, cmp.Channel)
	if err != nil {
		return v, err
	}
	look := validation{Control: c, composer: composer, ask: ask, out: &v}
	if segment == 0 && cmp.ID == 0 {
		look.madeUp(ctx)
		return v, nil
	}
	if segment != 0 {
		cmp.Audience = campaign.Audience{Segment: segment}
	}
	return v, placed(pointerOf(segment), look.audience(ctx, cmp))
}

// pointerOf is where the request named what an audience needs.
func pointerOf(segment ref.Segment) string {
	if segment != 0 {
		return "/segment"
	}
	return "/campaign"
}

// asker asks LINE's validate endpoint, or nobody without a channel.
func (c Control) asker(ctx context.Context, ch ref.Channel) (func(context.Context, string) *delivery.LineVerdict, error) {
	if ch == 0 {
		return func(context.Context, string) *delivery.LineVerdict { return nil }, nil
	}
	_, client, err := c.Channels.Open(ctx, ch)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, body string) *delivery.LineVerdict {
		messages := delivery.Composed{Body: []byte(body)}.Messages()
		if messages == nil {
			return nil
		}
		return delivery.Verdict(askLINE(ctx, client, messages))
	}, nil
}

// askLINE asks for LINE's opinion of messages, up to three times while its
// answer says nothing of them: one stray 500 must not keep a campaign from being
// published. Who had to wait for a timeout does not wait again.
func askLINE(ctx context.Context, client *line.Client, messages []byte) (a line.Answer) {
	for try := range 3 {
		if try > 0 {
			select {
			case <-time.After(time.Duration(try) * 200 * time.Millisecond):
			case <-ctx.Done():
				return a
			}
		}
		if a = client.Validate(ctx, line.KindPush, messages); !undecided(a) || line.Judge(a).Reason == line.ReasonTimeout {
			return a
		}
	}
	return a
}

// undecided reports an answer that is not about the messages.
func undecided(a line.Answer) bool {
	o := line.Judge(a).Outcome
	return o == line.Retry || o == line.RateLimited
}

// validation is one walk over an audience's extremes.
type validation struct {
	Control
	composer *delivery.Composer
	ask      func(ctx context.Context, body string) *delivery.LineVerdict
	out      *delivery.Validation
}

func (v validation) add(ctx context.Context, r *delivery.Recipient, why ...string) {
	s := delivery.Sample{Why: why, Preview: v.composer.Preview(r, v.Now())}
	s.Line = v.ask(ctx, s.Body)
	v.out.Add(s)
}

// madeUp looks at somebody who has everything and at somebody who has nothing.
func (v validation) madeUp(ctx context.Context) {
	values := map[string]any{}
	for _, a := range v.composer.Attributes() {
		v.out.Attributes = append(v.out.Attributes, delivery.Extreme{Attribute: a})
		values[a.Name] = "sample"
	}
	v.add(ctx, &delivery.Recipient{LineID: delivery.SampleLineID, UserID: "c-1001", Attributes: templating.Map(values)}, "made up, with every attribute")
	v.add(ctx, &delivery.Recipient{LineID: delivery.SampleLineID, Attributes: []byte("{}")}, "made up, without any attribute")
}

func (v validation) audience(ctx context.Context, cmp campaign.Campaign) error {
	run, extremes, ordinary, err := v.measure(ctx, cmp, v.composer)
	if err != nil {
		return err
	}
	v.out.Matched, v.out.Excluded, v.out.Reach, v.out.Attributes = run.Matched, run.Excluded, run.Frozen, extremes
	ids, why := delivery.Interesting(extremes, ordinary, mostSamples)
	people, err := v.DB.RecipientsByID(ctx, cmp.Channel, ids)
	if err != nil {
		return err
	}
	if worst, ok := delivery.Worst(extremes, people); ok {
		v.add(ctx, &worst, "made up, with the longest value of each attribute")
	}
	for i := range people {
		v.add(ctx, &people[i], why[people[i].ID]...)
	}
	return nil
}

// measure counts a campaign's audience and finds its extremes and some
// ordinary recipients.
func (c Control) measure(ctx context.Context, cmp campaign.Campaign, composer *delivery.Composer) (run delivery.Run, extremes []delivery.Extreme, ordinary []delivery.Recipient, err error) {
	audience, err := c.audience(ctx, cmp)
	if err != nil {
		return run, nil, nil, err
	}
	run = delivery.Run{Campaign: cmp.ID, Channel: cmp.Channel, Clock: c.Now(), BatchSize: maxBatch}
	if run, ordinary, err = c.DB.CountAudience(ctx, run, audience, sampled); err != nil {
		return run, nil, nil, err
	}
	extremes, err = c.DB.Extremes(ctx, run, audience, composer.Attributes())
	return run, extremes, ordinary, err
}
