package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/linecast/linecast/audience"
	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/examples"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/segment"
)

// tour is the demo's walk through the product. Every step is a request that
// anybody could make.
type tour struct {
	*cli
	stage    *stage
	channel  channel.Channel
	segment  ref.Segment
	campaign campaign.Campaign
	run      delivery.Progress
}

// demoEvery is how often a log gets a line: the demo is over in seconds.
const demoEvery = time.Second

// walkInTime is walk, given up when it takes many times as long as it should:
// a demo that hangs must not look like one that works.
func (t *tour) walkInTime(ctx context.Context, o demoOptions) error {
	limit := 2*time.Minute + time.Duration(o.recipients)*10*time.Millisecond
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := t.walk(limited, o)
	if ctx.Err() == nil && limited.Err() != nil {
		return errs.New("demo.failed", fmt.Sprintf("it was not finished after %s", limit)).Because(err)
	}
	return err
}

// walk does every step. Its error is demo.failed when a promise did not hold.
func (t *tour) walk(ctx context.Context, o demoOptions) error {
	steps := []func(context.Context) error{
		func(ctx context.Context) error { return t.importUsers(ctx, o.recipients) },
		t.connect, t.makeSegment, t.makeCampaign, t.test, t.preflight, t.publish, t.follow,
	}
	for _, step := range steps {
		t.say("")
		if err := step(ctx); err != nil {
			return err
		}
	}
	return t.judge()
}

// step begins a step's line.
func (t *tour) step(what, format string, args ...any) {
	t.say("%s %s", t.bold(fmt.Sprintf("%-10s", what)), fmt.Sprintf(format, args...))
}

func (t *tour) importUsers(ctx context.Context, recipients int) error {
	name, file, err := demoFile(recipients)
	if err != nil {
		return err
	}
	defer file.Close()
	t.step("Import", "POST /api/v1/imports with %s", name)
	i, err := t.upload(ctx, t.stage.api, name, file, audience.ImportOptions{}, demoEvery)
	if err != nil {
		return err
	}
	t.say("  %s rows: %s created, %s updated, %s unchanged, %s rejected", count(i.RowsTotal), count(i.Created), count(i.Updated), count(i.Unchanged), count(i.Rejected))
	list, err := rejections(ctx, t.stage.api, i)
	if err != nil {
		return err
	}
	t.sayRejections(i, list)
	return nil
}

func (t *tour) connect(ctx context.Context) (err error) {
	account := t.stage.line.Accounts()[0].Channel()
	t.channel, err = post[channel.Channel](ctx, t.stage.api, "channels", map[string]any{
		"name": "Demo", "line_channel_id": account.ID, "channel_secret": account.Secret, "channel_access_token": account.Token})
	if err != nil {
		return err
	}
	t.step("Channel", "%s is %s (%s), its token verified; at most %s messages a second",
		t.channel.ID, t.channel.DisplayName, t.channel.BasicID, count(int64(t.channel.PushPerSecond)))
	return nil
}

func (t *tour) makeSegment(ctx context.Context) error {
	definition, err := fs.ReadFile(examples.Files(), "segment.json")
	if err != nil {
		return err
	}
	made, err := post[segment.Stored](ctx, t.stage.api, "segments", segment.Draft{Name: "Gold, silver, or 100 points", Definition: definition})
	if err != nil {
		return err
	}
	n, err := post[counted](ctx, t.stage.api, "segments/"+made.ID.String()+"/count", nil)
	if err != nil {
		return err
	}
	t.segment = made.ID
	t.step("Segment", "%s, examples/segment.json: gold or silver, or 100 points and more: %s users", made.ID, count(n.Count))
	return nil
}

// makeCampaign makes a draft of examples/campaign.json. It greets by name and
// tells the points; a user without points is skipped and counted, because the
// template gives no default.
func (t *tour) makeCampaign(ctx context.Context) error {
	text, err := fs.ReadFile(examples.Files(), "campaign.json")
	if err != nil {
		return err
	}
	var draft campaign.Draft
	if err := json.Unmarshal(text, &draft); err != nil {
		return fmt.Errorf("reading examples/campaign.json: %w", err)
	}
	draft.Channel, draft.Audience.Segment = t.channel.ID, t.segment
	if t.campaign, err = post[campaign.Campaign](ctx, t.stage.api, "campaigns", draft); err != nil {
		return err
	}
	t.step("Campaign", "%s %q, examples/campaign.json, a draft", t.campaign.ID, t.campaign.Name)
	return nil
}

func (t *tour) preflight(ctx context.Context) error {
	p, err := get[delivery.Preflight](ctx, t.stage.api, "campaigns/"+t.campaign.ID.String()+"/preflight")
	if err != nil {
		return err
	}
	t.step("Preflight", "GET /api/v1/campaigns/%s/preflight", t.campaign.ID)
	for _, check := range p.Checks {
		t.say("  %-4s  %s: %s", check.Status, check.Name, check.Detail)
	}
	return nil
}

// test sends to somebody whom the simulated LINE knows.
func (t *tour) test(ctx context.Context) error {
	user, err := t.tester(ctx)
	if err != nil {
		return err
	}
	answer, err := post[testAnswer](ctx, t.stage.api, "campaigns/"+t.campaign.ID.String()+"/test", map[string]any{"users": []string{user}})
	if err != nil {
		return err
	}
	t.step("Test send", "to %s alone", user)
	for _, r := range answer.Results {
		t.say("%s", testText(r))
		if r.Outcome != "accepted" {
			return errs.New("demo.failed", "the test message was "+r.Outcome+": "+r.Detail)
		}
	}
	return nil
}

func (t *tour) tester(ctx context.Context) (string, error) {
	query := url.Values{"attribute": {"tier"}, "value": {"gold"}, "limit": {"50"}}
	page, err := get[struct {
		Data []audience.User `json:"data"`
	}](ctx, t.stage.api, "users?"+query.Encode())
	if err != nil {
		return "", err
	}
	for _, u := range page.Data {
		if u.LineID != "" && !stranger(u.LineID) && strings.Contains(string(u.Attributes), `"points"`) {
			return u.ID.String(), nil
		}
	}
	return "", errs.New("demo.failed", "no gold user with points was imported")
}

func (t *tour) publish(ctx context.Context) error {
	_, err := post[campaign.Campaign](ctx, t.stage.api, "campaigns/"+t.campaign.ID.String()+"/publish", nil)
	if err != nil {
		return err
	}
	t.step("Published", "POST /api/v1/campaigns/%s/publish", t.campaign.ID)
	return nil
}

func (t *tour) follow(ctx context.Context) error {
	id, err := t.awaitRun(ctx, t.stage.api, t.campaign.ID)
	if err != nil {
		return err
	}
	begun := time.Now()
	if t.run, err = t.followRun(ctx, t.stage.api, id, demoEvery); err != nil {
		return err
	}
	t.step("Report", "%s, sent in %.1f s", id, time.Since(begun).Seconds())
	t.print(t.run, func() { t.printf("%s", indented(t.run.Funnel())) })
	return nil
}

// judge holds the run against the product's promise, and against what the
// simulated LINE counted.
func (t *tour) judge() error {
	stats := t.stage.line.Accounts()[0].Stats()
	tested := uint64(1)
	switch problem := t.run.Check(); {
	case t.run.State != delivery.RunFinished:
		return errs.New("demo.failed", fmt.Sprintf("the run is %s: %s", t.run.State, t.run.Reason))
	case problem != "":
		return errs.New("demo.failed", problem)
	case t.run.CheckedAt == nil:
		return errs.New("demo.failed", "the run's sums were not checked")
	case stats.Received != uint64(t.run.Counts.Accepted)+tested:
		return errs.New("demo.failed", fmt.Sprintf("LINE took %d messages, and we count %d and the test", stats.Received, t.run.Counts.Accepted))
	}
	t.say("Every recipient has exactly one outcome, the sums were checked, and the simulated LINE counted the same.")
	return nil
}

// whatNext shows the ways in. The link signs in without showing the key.
func (t *tour) whatNext() {
	t.say("\n%s     %s%s\n             (signs you in, once, within ten minutes)", t.bold("Console"), t.stage.app.URL(), t.stage.app.SignInPath(t.stage.key))
	t.say("%s    export LINECAST_URL=%s LINECAST_API_KEY=%s", t.bold("Commands"), t.stage.app.URL(), t.stage.key)
	t.say("             linecast campaign status %s", t.campaign.ID)
	t.say("%s    curl -H 'Authorization: Bearer %s' %s/api/v1/runs/%s", t.bold("Requests"), t.stage.key, t.stage.app.URL(), t.run.ID)
	t.say("             every route: %s/docs", t.stage.app.URL())
	t.say("\nCtrl-C ends it.")
}

// indented puts text two columns to the right.
func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}
