package postgres_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/ref"
)

func TestCampaigns(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot")
	c := f.campaign(ch.ID, nil)
	read := val(f.db.Campaign(f.ctx, c.ID))(t)
	if diff := cmp.Diff(c, read); diff != "" || c.Status != campaign.StatusDraft || c.Version != 1 || c.CreatedBy != "tester" {
		t.Errorf("%+v -created +read\n%s", c, diff)
	}
	if read.Content.Body != `{"messages":[{"type":"text","text":"<<UserAttribute['name']>> & ครับ"}]}` {
		t.Errorf("the author's text became %s", read.Content.Body)
	}
	d := campaign.Draft{Name: "New", Channel: ch.ID, Kind: campaign.OneTime, Definition: c.Definition}
	edited := val(f.db.UpdateCampaign(f.ctx, c.ID, 1, d, "editor"))(t)
	if edited.Version != 2 || edited.Name != "New" || edited.UpdatedBy != "editor" || edited.TestedAt != nil {
		t.Errorf("%+v", edited)
	}
	if _, err := f.db.UpdateCampaign(f.ctx, c.ID, 1, d, "late"); !errs.Is(err, "version.mismatch") {
		t.Errorf("an edit of an older version: %v", err)
	}
	if _, err := f.db.UpdateCampaign(f.ctx, 999, 0, d, "x"); !errs.Is(err, "campaign.not_found") {
		t.Errorf("an edit of nothing: %v", err)
	}
	if err := f.db.SetCampaignStatus(f.ctx, c.ID, campaign.StatusDraft, campaign.Scheduled, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := f.db.UpdateCampaign(f.ctx, c.ID, 0, d, "x"); !errs.Is(err, "campaign.wrong_status") {
		t.Errorf("an edit of a scheduled campaign: %v", err)
	}
	if err := f.db.DeleteCampaign(f.ctx, c.ID); !errs.Is(err, "campaign.wrong_status") {
		t.Errorf("deleting a scheduled campaign: %v", err)
	}
	if err := f.db.SetCampaignStatus(f.ctx, c.ID, campaign.StatusDraft, campaign.Scheduled, nil); !errs.Is(err, "campaign.wrong_status") {
		t.Errorf("moving from a status that it has left: %v", err)
	}
}

func TestCampaignReferences(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	d := campaign.Draft{Name: "x", Channel: 999, Kind: campaign.OneTime}
	d.Audience = campaign.Audience{Segment: 7, Exclude: []ref.Segment{8}}
	_, err := f.db.CreateCampaign(f.ctx, d, "x")
	var got []string
	for _, e := range errs.From(err).Fields {
		got = append(got, e.Pointer+" "+e.Code)
	}
	want := []string{"/channel channel.not_found", "/audience/segment segment.not_found", "/audience/exclude/0 segment.not_found"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestListCampaigns(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot")
	var ids []ref.Campaign
	for range 5 {
		ids = append(ids, f.campaign(ch.ID, nil).ID)
	}
	f.exec(`update campaigns set status = 'archived' where id = $1`, ids[1])
	list := func(status campaign.Status, before ref.Campaign, limit int) (got []ref.Campaign) {
		for _, c := range val(f.db.ListCampaigns(f.ctx, status, before, limit))(t) {
			got = append(got, c.ID)
		}
		return got
	}
	if diff := cmp.Diff([]ref.Campaign{ids[4], ids[3]}, list("", 0, 2)); diff != "" {
		t.Errorf("first page: %s", diff)
	}
	if diff := cmp.Diff([]ref.Campaign{ids[2], ids[0]}, list("", ids[3], 10)); diff != "" {
		t.Errorf("rest, without the archived one: %s", diff)
	}
	if diff := cmp.Diff([]ref.Campaign{ids[1]}, list(campaign.Archived, 0, 10)); diff != "" {
		t.Errorf("archived: %s", diff)
	}
}

// TestDueCampaigns: due, not paused, the longest due first.
func TestDueCampaigns(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot")
	now := time.Now()
	set := func(status campaign.Status, due time.Duration) ref.Campaign {
		c := f.campaign(ch.ID, nil)
		f.exec(`update campaigns set status = $2, next_due_at = $3 where id = $1`, c.ID, status, now.Add(due))
		return c.ID
	}
	second, first := set(campaign.Scheduled, -time.Minute), set(campaign.Running, -time.Hour)
	set(campaign.Scheduled, time.Minute)
	set(campaign.Paused, -time.Minute)
	set(campaign.StatusCancelled, -time.Minute)
	var got []ref.Campaign
	for _, c := range val(f.db.DueCampaigns(f.ctx, now, 10))(t) {
		got = append(got, c.ID)
	}
	if diff := cmp.Diff([]ref.Campaign{first, second}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestChannels(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	c := f.channel("bot")
	_, err := f.db.CreateChannel(f.ctx, channel.Channel{Name: "Again", BotUserID: "bot", BasicID: "@bot", PushPerSecond: 1}, channel.Sealed{Secret: []byte{1}, Token: []byte{1}})
	if !errs.Is(err, "channel.taken") {
		t.Errorf("the same account twice: %v", err)
	}
	if err := f.db.OpenCircuit(f.ctx, c.ID, "401", time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if open := val(f.db.Channel(f.ctx, c.ID))(t); open.CircuitReason != "401" || open.CircuitUntil == nil {
		t.Errorf("%+v", open)
	}
	mended := val(f.db.ReplaceCredentials(f.ctx, c.ID, channel.Sealed{Secret: []byte{3}, Token: []byte{4}}, "new4"))(t)
	if mended.CircuitReason != "" || mended.TokenVersion != 2 || mended.TokenLast4 != "new4" {
		t.Errorf("%+v", mended)
	}
	val(f.db.DeleteChannel(f.ctx, c.ID, "test"))(t)
	if _, err := f.db.Channel(f.ctx, c.ID); !errs.Is(err, "channel.not_found") {
		t.Errorf("a deleted channel: %v", err)
	}
	if again := f.channel("bot"); again.ID == c.ID {
		t.Error("the account of a deleted channel can be connected again, as a new channel")
	}
}

// TestLedger filters, pages and cancels.
func TestLedger(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	run := f.run(250)
	open := val(f.db.OpenRecipients(f.ctx, run, 0, true))(t)
	rejected := outcomes(open[:5], delivery.Rejected)
	for i := range rejected {
		rejected[i].Reason, rejected[i].Detail = "bad_recipient", "=cmd|' /C calc'!A0"
	}
	for _, o := range [][]delivery.Outcome{rejected, outcomes(open[5:80], delivery.Accepted)} {
		if err := f.db.RecordOutcomes(f.ctx, run, 0, o); err != nil {
			t.Fatal(err)
		}
	}
	f.exec(`update runs set state = 'cancelled' where id = $1`, run.ID)
	if left := val(f.db.CancelBatches(f.ctx, run, 2))(t); left != 1 {
		t.Errorf("%d batches left after two of three", left)
	}
	if left := val(f.db.CancelBatches(f.ctx, run, 2))(t); left != 0 {
		t.Errorf("%d batches left", left)
	}
	if closed := val(f.db.CloseRun(f.ctx, run.ID))(t); !closed {
		t.Error("sums do not hold")
	}
	count := func(filter delivery.LedgerFilter) (n int) {
		err := f.db.EachDelivery(f.ctx, run, filter, func(d delivery.Delivery) error { n++; return nil })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, tt := range map[string]struct {
		filter delivery.LedgerFilter
		want   int
	}{
		"all": {delivery.LedgerFilter{}, 250}, "accepted": {delivery.LedgerFilter{State: delivery.Accepted}, 75},
		"cancelled": {delivery.LedgerFilter{State: delivery.Cancelled}, 170}, "reason": {delivery.LedgerFilter{Reason: "bad_recipient"}, 5},
		"one": {delivery.LedgerFilter{User: open[7].ID}, 1}, "none": {delivery.LedgerFilter{State: delivery.Unknown}, 0},
	} {
		if got := count(tt.filter); got != tt.want {
			t.Errorf("%s: %d rows, want %d", name, got, tt.want)
		}
	}
	pageOne := val(f.db.Deliveries(f.ctx, run, delivery.LedgerFilter{State: delivery.Rejected}, 0, 3))(t)
	pageTwo := val(f.db.Deliveries(f.ctx, run, delivery.LedgerFilter{State: delivery.Rejected}, pageOne[2].Recipient, 3))(t)
	if len(pageOne) != 3 || len(pageTwo) != 2 || pageTwo[0].Recipient <= pageOne[2].Recipient {
		t.Errorf("pages %v %v", pageOne, pageTwo)
	}
	if row := pageOne[0].CSV(); row[5] != `=cmd|' /C calc'!A0` || len(row) != len(delivery.CSVHeader()) {
		t.Errorf("a formula came through: %q", row)
	}
}
