package worker

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
	"github.com/linecast/linecast/line"
	"github.com/linecast/linecast/templating"
)

// preflight is one walk over the checks.
type preflight struct {
	Control
	campaign campaign.Campaign
	channel  channel.Channel
	client   *line.Client
	report   *delivery.Preflight
	samples  []delivery.Recipient
	extremes []delivery.Extreme
}

func (p *preflight) run(ctx context.Context) error {
	p.report.Ready = true
	composer, err := p.composer(ctx, p.campaign)
	if err != nil {
		return err
	}
	if err := p.checkAudience(ctx, composer); err != nil {
		return err
	}
	p.checkSchedule()
	p.checkChannel(ctx)
	p.checkQuota(ctx)
	p.checkUnits(ctx)
	p.checkTemplate(composer)
	if err := p.checkAttributes(ctx, composer); err != nil {
		return err
	}
	p.checkMissing(composer)
	p.checkSamples(ctx, composer)
	p.checkTested()
	return nil
}

func (p *preflight) add(name string, status delivery.CheckStatus, fix, format string, args ...any) {
	p.report.Add(delivery.Check{Name: name, Status: status, Detail: fmt.Sprintf(format, args...), Fix: fix})
}

// failed adds what an error says as a failed check.
func (p *preflight) failed(name string, err error) {
	e := errs.From(err)
	p.add(name, delivery.Fail, e.Fix(), "%s", plain(err))
}

func (p *preflight) checkAudience(ctx context.Context, c *delivery.Composer) error {
	run, extremes, ordinary, err := p.measure(ctx, p.campaign, c)
	if err != nil {
		return err
	}
	p.extremes = extremes
	ids, _ := delivery.Interesting(extremes, ordinary, preflightSamples)
	if p.samples, err = p.DB.RecipientsByID(ctx, p.campaign.Channel, ids); err != nil {
		return err
	}
	p.report.Matched, p.report.Excluded, p.report.Reach = run.Matched, run.Excluded, run.Frozen
	if run.Frozen == 0 {
		p.add("audience", delivery.Fail, "Check the segment with its preview, and that its users have a line_id.",
			"nobody: %d users match and none of them can be reached", run.Matched)
		return nil
	}
	p.add("audience", delivery.OK, "", "%d of %d matching users can be reached", run.Frozen, run.Matched)
	return nil
}

// checkSchedule tells when a draft would be sent: a time can have passed since
// it was written, and a cron expression can name a day that never comes.
func (p *preflight) checkSchedule() {
	if p.campaign.Status != campaign.StatusDraft {
		return
	}
	first, err := p.campaign.Schedule.First(p.Now(), p.TimeZone)
	switch {
	case err != nil:
		p.failed(delivery.ScheduleCheck, err)
	case p.campaign.Schedule.Now:
		p.add(delivery.ScheduleCheck, delivery.OK, "", "at once, when it is published")
	default:
		p.add(delivery.ScheduleCheck, delivery.OK, "", "first at %s", first.Format(time.RFC3339))
	}
}

func (p *preflight) checkChannel(ctx context.Context) {
	bot, err := p.client.BotInfo(ctx)
	switch {
	case p.channel.State != channel.Active:
		p.failed("channel", errs.New("channel.suspended", p.channel.ID, p.channel.State))
	case err != nil:
		p.failed("channel", err)
	default:
		p.add("channel", delivery.OK, "", "LINE knows the token: %s (%s)", bot.DisplayName, bot.BasicID)
	}
}

func (p *preflight) checkQuota(ctx context.Context) {
	quota, err := p.client.Quota(ctx)
	if err != nil {
		p.failed("quota", err)
		return
	}
	if !quota.Limited {
		p.add("quota", delivery.OK, "", "the plan has no monthly limit")
		return
	}
	used, err := p.client.Consumption(ctx)
	if err != nil {
		p.failed("quota", err)
		return
	}
	left := quota.Value - used - int64(p.channel.QuotaReserve)
	detail := fmt.Sprintf("%d recipients, %d of %d messages used this month, %d reserved", p.report.Reach, used, quota.Value, p.channel.QuotaReserve)
	if left < p.report.Reach {
		p.add("quota", delivery.Fail, "Raise the plan's limit, lower max_recipients or the channel's quota_reserve.", "%s", detail)
		return
	}
	p.add("quota", delivery.OK, "", "%s", detail)
}

// checkUnits tells when LINE keeps no more statistics this month: the messages
// are sent all the same.
func (p *preflight) checkUnits(ctx context.Context) {
	if !p.campaign.Delivery.AggregationUnit {
		return
	}
	used, err := p.client.AggregationUnits(ctx)
	switch {
	case err != nil:
		p.add("statistics", delivery.Warn, "Look again later; the messages can be sent.", "LINE does not say how many names are in use: %s", plain(err))
	case used >= line.MaxAggregationUnits:
		p.add("statistics", delivery.Warn, "Send as it is, or next month.", "LINE keeps statistics for %d names a month, and all are used", line.MaxAggregationUnits)
	default:
		p.add("statistics", delivery.OK, "", "%d of %d names used this month", used, line.MaxAggregationUnits)
	}
}

// checkTemplate tells what is allowed and was probably not meant. Which
// attributes there are, checkAttributes knows better.
func (p *preflight) checkTemplate(c *delivery.Composer) {
	lints := slices.DeleteFunc(c.Template().Lints(), func(l templating.Lint) bool { return l.Code == "attribute_name" })
	for _, l := range lints {
		p.add("template", delivery.Warn, "Look at the place named; change nothing when it is meant so.",
			"line %d, column %d: %s", l.Line, l.Column, l.Message)
	}
	if len(lints) == 0 {
		p.add("template", delivery.OK, "", "it reads as it is meant")
	}
}

// checkAttributes names attributes that the template prints and the campaign
// does not have, or no user has ever had: most often a spelling. A draft that
// needs what it does not have is not saved, but the template that it names may
// have changed since.
func (p *preflight) checkAttributes(ctx context.Context, c *delivery.Composer) error {
	needed, doubted := p.campaign.Content.Lacks(c.Template())
	for _, e := range needed {
		p.failed("attributes", e)
	}
	for _, e := range doubted {
		p.add("attributes", delivery.Warn, "Check the spelling; content.attributes of the campaign has the names.", "%s", plain(e))
	}
	unknown, err := p.DB.UnknownAttributes(ctx, c.Template().Attributes())
	switch {
	case err != nil:
		return err
	case len(unknown) > 0:
		return p.addUnknown(ctx, unknown)
	case len(needed)+len(doubted) == 0:
		p.add("attributes", delivery.OK, "", "every attribute of the template is known")
	}
	return nil
}

// addUnknown names attributes that no user has ever had.
func (p *preflight) addUnknown(ctx context.Context, unknown []string) error {
	known, err := p.DB.ListAttributes(ctx)
	if err != nil {
		return err
	}
	names := make([]string, len(known))
	for i, a := range known {
		names[i] = a.Name
	}
	for i, name := range unknown {
		unknown[i] += nearest.Hint(name, names)
	}
	p.add("attributes", delivery.Warn, "Check the spelling; GET /api/v1/attributes lists the names in use.",
		"no user has ever had: %s", strings.Join(unknown, ", "))
	return nil
}

// checkMissing counts who lacks an attribute that the template prints without
// a default. No event starts a campaign yet, so everybody lacks those of one.
func (p *preflight) checkMissing(c *delivery.Composer) {
	lacking := false
	for _, r := range c.Template().EventAttributes() {
		if r.Required {
			lacking = true
			p.addMissing(p.report.Reach, "EventAttribute['"+r.Name+"']", "No event starts a campaign yet: read it of the user, or give the placeholder a default.")
		}
	}
	for _, e := range p.extremes {
		if e.Required && e.Missing > 0 {
			lacking = true
			fix := "Give the placeholder a default, or narrow the segment."
			if p.wouldStop(e.Missing) {
				fix += " As it is, the run will stop for a person to look; max_missing_percent lets it go on."
			}
			p.addMissing(e.Missing, e.Name, fix)
		}
	}
	if !lacking {
		p.add("missing values", delivery.OK, "", "every recipient has what the template needs")
	}
}

// addMissing tells how many recipients lack an attribute, and what becomes of
// them.
func (p *preflight) addMissing(n int64, name, fix string) {
	status, what := delivery.Warn, "and are skipped"
	switch p.campaign.Delivery.Missing() {
	case templating.MissingEmpty:
		what = "and get nothing in its place"
	case templating.MissingHalt:
		status, what = delivery.Fail, "and the first of them halts the run"
	case templating.MissingSkip:
		if n == p.report.Reach { // it would reach nobody
			status = delivery.Fail
		}
	}
	p.add("missing values", status, fix, "%d of %d recipients lack %s, %s", n, p.report.Reach, name, what)
}

// wouldStop reports whether a run is likely to be judged to lack too much: by
// those who are skipped, which on_missing can say that nobody is.
func (p *preflight) wouldStop(lacking int64) bool {
	percent := p.campaign.Delivery.MissingPercent()
	return p.campaign.Delivery.Missing() == templating.MissingSkip && p.report.Reach >= delivery.FirstRecipients && percent < 100 && lacking*100 > p.report.Reach*int64(percent)
}

// checkSamples renders the message for some recipients and asks LINE whether
// it would take it.
func (p *preflight) checkSamples(ctx context.Context, c *delivery.Composer) {
	for i := range p.samples {
		made := c.Compose(&p.samples[i], p.Now())
		name := "sample " + p.samples[i].ID.String()
		attribute, halts := made.Halts()
		switch {
		case halts:
			p.add(name, delivery.Fail, "Give the placeholder a default, or narrow the segment.", "halts the run: %s %s", templating.MissingAttribute, attribute)
		case made.Outcome != nil && made.Outcome.State == delivery.Skipped:
			p.add(name, delivery.Warn, "Give the placeholder a default, or narrow the segment.", "skipped: %s %s", made.Outcome.Reason, made.Outcome.Detail)
		case made.Message == nil:
			p.add(name, delivery.Fail, "Mend the template.", "%s: %s", made.Outcome.Reason, made.Outcome.Detail)
		default:
			p.validate(ctx, name, made)
		}
	}
}

func (p *preflight) validate(ctx context.Context, name string, made delivery.Composed) {
	answer := askLINE(ctx, p.client, made.Messages())
	switch {
	case answer.Status == 200:
		p.add(name, delivery.OK, "", "LINE would take it")
	case undecided(answer):
		p.add(name, delivery.Warn, "Look again later: LINE had no opinion of the message.", "LINE: %s", answer.Text())
	default:
		p.add(name, delivery.Fail, "Mend what LINE names; docs/messages.md lists its rules.", "LINE: %s", answer.Text())
	}
}

func (p *preflight) checkTested() {
	if p.campaign.TestedAt == nil {
		p.add("test send", delivery.Warn, "POST /api/v1/campaigns/{id}/test sends it to one user first.", "this version was never sent to a tester")
		return
	}
	p.add("test send", delivery.OK, "", "sent to a tester at %s", p.campaign.TestedAt.Format("2006-01-02 15:04"))
}
