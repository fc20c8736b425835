package worker

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/postgres"
	"github.com/linecast/linecast/ref"
)

// maxTestUsers bounds a test send: it is for looking, not for sending.
const maxTestUsers = 20

// Test sends a campaign's present content to named users, now, whatever the
// campaign's status, and shows everything LINE said. Nothing of it counts as a
// run.
func (c Control) Test(ctx context.Context, id ref.Campaign, users []string) ([]delivery.TestResult, error) {
	cmp, err := c.DB.Campaign(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(users) == 0 || len(users) > maxTestUsers {
		return nil, errs.New("campaign.test_users", len(users), maxTestUsers).At("/users")
	}
	recipients, err := c.DB.Recipients(ctx, cmp.Channel, users)
	if err != nil {
		return nil, err
	}
	tester, err := c.tester(ctx, cmp)
	if err != nil {
		return nil, err
	}
	results := tester.Send(ctx, recipients)
	if !slices.ContainsFunc(results, delivery.TestResult.Accepted) {
		return results, nil
	}
	// What was sent is shown and noted even when the caller's time is over.
	return results, c.DB.MarkTested(context.WithoutCancel(ctx), id, cmp.Version)
}

func (c Control) tester(ctx context.Context, cmp campaign.Campaign) (delivery.Tester, error) {
	ch, client, err := c.Channels.Open(ctx, cmp.Channel)
	if err != nil {
		return delivery.Tester{}, err
	}
	if ch.State != channel.Active {
		return delivery.Tester{}, errs.New("channel.suspended", ch.ID, ch.State)
	}
	composer, err := c.composer(ctx, cmp)
	if err != nil {
		return delivery.Tester{}, err
	}
	t := delivery.Tester{Composer: composer, Pusher: client, Now: c.Now}
	if ch.PushPerSecond > 0 {
		t.Pacer = delivery.NewPacer(c.DB.NewBudget(ch.ID, endpointPush, headroom*float64(ch.PushPerSecond)), 1)
	}
	return t, nil
}

// composer composes outside any run: the namespace is new, so a test never
// shares a retry key with anything.
func (c Control) composer(ctx context.Context, cmp campaign.Campaign) (_ *delivery.Composer, err error) {
	if cmp.Content, err = c.DB.ResolveContent(ctx, cmp.Content); err != nil {
		return nil, err
	}
	composer, err := delivery.NewComposer(cmp.Definition, delivery.Run{
		Campaign: cmp.ID, Channel: cmp.Channel, Clock: c.Now(), Namespace: uuid.New(), BatchSize: maxBatch,
	})
	if err != nil {
		return nil, err
	}
	composer.Workspace = c.TimeZone
	return composer, nil
}

const (
	// sampled is how many ordinary recipients are looked at beside extreme ones.
	sampled = 3
	// preflightSamples is how many recipients, extreme ones first, a preflight
	// renders and shows to LINE.
	preflightSamples = 6
)

// Preflight asks everything that can be known before publishing: the token,
// the quota, whom it reaches, and LINE's opinion of rendered samples. Nothing
// is sent and nothing is stored.
func (c Control) Preflight(ctx context.Context, id ref.Campaign) (p delivery.Preflight, err error) {
	cmp, err := c.DB.Campaign(ctx, id)
	if err != nil {
		return p, err
	}
	ch, client, err := c.Channels.Open(ctx, cmp.Channel)
	if err != nil {
		return p, err
	}
	check := preflight{Control: c, campaign: cmp, channel: ch, client: client, report: &p}
	return p, check.run(ctx)
}

// Audience is whom the definition names, as its segments are now.
func (c Control) audience(ctx context.Context, cmp campaign.Campaign) (postgres.Audience, error) {
	return Audience(ctx, c.DB, cmp.Definition, c.Now(), c.TimeZone)
}
