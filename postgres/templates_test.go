package postgres_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/internal/pgtest"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
)

// text is a template's body that says s.
func text(s string) campaign.Body {
	return campaign.Body(`{"messages":[{"type":"text","text":"` + s + `"}]}`)
}

func (f fixture) template(name, says string) library.Template {
	f.t.Helper()
	made, err := f.db.CreateTemplate(f.ctx, library.Draft{Name: name, Body: text(says)}, "key_1")
	return ok(f.t, made, err)
}

func (f fixture) change(id ref.Template, says string) library.Template {
	f.t.Helper()
	made, err := f.db.UpdateTemplate(f.ctx, id, 0, library.Draft{Name: "Greeting", Body: text(says)}, "key_2")
	return ok(f.t, made, err)
}

// follower is a draft that names a template.
func (f fixture) follower(ch ref.Channel, c campaign.Content) campaign.Campaign {
	f.t.Helper()
	return f.campaign(ch, func(d *campaign.Draft) { d.Content = c })
}

// A template is kept as it was written, in every version; what changes nothing
// makes no version.
func TestTemplateVersions(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	const written = "{ \"messages\": [\n<<UserAttribute['a']>> & ครับ ] }"
	made := val(f.db.CreateTemplate(f.ctx, library.Draft{Name: " Greeting ", Body: written}, "key_1"))(t)
	if made.Name != "Greeting" || made.Body != written || made.Version != 1 || made.CreatedBy != "key_1" {
		t.Errorf("%+v", made)
	}
	if same := val(f.db.UpdateTemplate(f.ctx, made.ID, 1, library.Draft{Name: "Greeting", Body: written}, "key_2"))(t); same != made {
		t.Errorf("nothing changed and it became %+v", same)
	}
	if two := f.change(made.ID, "two"); two.Version != 2 || two.UpdatedBy != "key_2" || two.CreatedBy != "key_1" || two.Body != text("two") {
		t.Errorf("%+v", two)
	}
	_, err := f.db.UpdateTemplate(f.ctx, made.ID, 1, library.Draft{Name: "x", Body: text("three")}, "")
	wantCode(t, err, "version.mismatch", "names version 1; the present version is 2")
	if one := val(f.db.TemplateVersion(f.ctx, made.ID, 1))(t); one.Body != written || one.Name != "Greeting" {
		t.Errorf("%+v", one)
	}
	_, err = f.db.TemplateVersion(f.ctx, made.ID, 3)
	wantCode(t, err, "template.no_version", "no version 3; the newest is 2")
	_, err = f.db.TemplateVersion(f.ctx, made.ID, math.MaxInt)
	wantCode(t, err, "template.no_version", fmt.Sprint(math.MaxInt))
	_, err = f.db.TemplateVersion(f.ctx, made.ID+1, 1)
	wantCode(t, err, "template.not_found", "")
	var numbers []int
	for before := math.MaxInt; ; {
		page := val(f.db.TemplateVersions(f.ctx, made.ID, before, 1))(t)
		if len(page) == 0 {
			break
		}
		before = page[0].Version
		numbers = append(numbers, before)
	}
	if diff := cmp.Diff([]int{2, 1}, numbers); diff != "" {
		t.Error(diff)
	}
}

func TestTemplateNamesAreTaken(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	f.template("Greeting", "a")
	other := f.template("Other", "b")
	_, err := f.db.CreateTemplate(f.ctx, library.Draft{Name: " GREETING", Body: text("c")}, "")
	wantCode(t, err, "template.name_taken", "/name")
	_, err = f.db.UpdateTemplate(f.ctx, other.ID, 0, library.Draft{Name: "greeting", Body: text("c")}, "")
	wantCode(t, err, "template.name_taken", "/name")
	if list := val(f.db.ListTemplates(f.ctx, 0, 10))(t); len(list) != 2 || list[1] != other {
		t.Errorf("%+v", list)
	}
}

// Only one of several people who change the same version at once wins, and no
// version is lost or made twice.
func TestTemplateIsChangedByOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Pool(t))
	made := f.template("Greeting", "a")
	const people = 8
	failed := make(chan error, people)
	for i := range people {
		go func() {
			_, err := f.db.UpdateTemplate(f.ctx, made.ID, 1, library.Draft{Name: "Greeting", Body: text(fmt.Sprint(i))}, "")
			failed <- err
		}()
	}
	won := 0
	for range people {
		if err := <-failed; err == nil {
			won++
		} else {
			wantCode(t, err, "version.mismatch", "")
		}
	}
	if now := val(f.db.Template(f.ctx, made.ID))(t); won != 1 || now.Version != 2 {
		t.Errorf("%d won; version %d", won, now.Version)
	}
}

// A draft follows its template until it is published; from then on nothing
// changes what it sends.
func TestPublishingPinsTheTemplate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot").ID
	tpl := f.template("Greeting", "one")
	newest := f.follower(ch, campaign.Content{Template: tpl.ID, Attributes: `{"n":1.50,"s":"<<ก>>"}`})
	second := f.follower(ch, campaign.Content{Template: tpl.ID, Version: 1})
	f.exec(`update campaigns set tested_at = now()`)
	f.change(tpl.ID, "two")
	for _, tt := range []struct {
		campaign campaign.Campaign
		body     campaign.Body
		version  int
		tested   bool
	}{{newest, text("two"), 2, false}, {second, text("one"), 1, true}} {
		c := val(f.db.Campaign(f.ctx, tt.campaign.ID))(t)
		if !c.Content.Follows() || (c.TestedAt != nil) != tt.tested {
			t.Errorf("%s: %+v, tested %v", c.ID, c.Content, c.TestedAt)
		}
		want := campaign.Content{Template: tpl.ID, Version: tt.version, Body: tt.body, Attributes: tt.campaign.Content.Attributes}
		if got := val(f.db.ResolveContent(f.ctx, c.Content))(t); got != want {
			t.Errorf("%s resolves to %+v", c.ID, got)
		}
		if err := f.db.PinContent(f.ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	f.change(tpl.ID, "three")
	for id, want := range map[ref.Campaign]campaign.Body{newest.ID: text("two"), second.ID: text("one")} {
		pinned := val(f.db.Campaign(f.ctx, id))(t).Content
		if again := val(f.db.ResolveContent(f.ctx, pinned))(t); again != pinned || again.Body != want {
			t.Errorf("%s sends %+v", id, again)
		}
	}
}

// A draft must have what its template needs of it; a template that has come to
// need more is the preflight's to tell.
func TestTemplateNeedsAttributes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot").ID
	tpl := f.template("Sale", "{{CampaignAttribute['code']}}")
	d := campaign.Draft{Name: "x", Channel: ch, Kind: campaign.OneTime}
	d.Content = campaign.Content{Template: tpl.ID, Attributes: `{"Code":"X"}`}
	_, err := f.db.CreateCampaign(f.ctx, d, "")
	wantCode(t, err, "campaign.no_attribute", `"code", did you mean "Code"?`)
	d.Content.Attributes = `{"code":"X"}`
	c := val(f.db.CreateCampaign(f.ctx, d, ""))(t)
	f.change(tpl.ID, "{{CampaignAttribute['until']}}")
	_, err = f.db.UpdateCampaign(f.ctx, c.ID, 0, d, "")
	wantCode(t, err, "campaign.no_attribute", `"until"`)
	d.Content.Version = 1
	val(f.db.UpdateCampaign(f.ctx, c.ID, 0, d, ""))(t)
}

// What a campaign names must exist, and what it may still send stays.
func TestTemplateInUse(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot").ID
	tpl := f.template("Greeting", "one")
	for _, content := range []campaign.Content{{Template: tpl.ID + 1}, {Template: tpl.ID, Version: 2}} {
		d := campaign.Draft{Name: "x", Channel: ch, Kind: campaign.OneTime, Definition: campaign.Definition{Content: content}}
		_, err := f.db.CreateCampaign(f.ctx, d, "")
		code := "template.not_found"
		if content.Version > 0 {
			code = "template.no_version"
		}
		wantCode(t, err, code, "/content/")
	}
	f.campaign(ch, nil) // with a body of its own
	one := f.follower(ch, campaign.Content{Template: tpl.ID})
	two := f.follower(ch, campaign.Content{Template: tpl.ID, Version: 1})
	want := []library.Use{{Campaign: two.ID, Name: "Test", Status: campaign.StatusDraft, Version: 1}, {Campaign: one.ID, Name: "Test", Status: campaign.StatusDraft}}
	if diff := cmp.Diff(want, val(f.db.TemplateUses(f.ctx, tpl.ID, 0, 10))(t)); diff != "" {
		t.Error(diff)
	}
	if rest := val(f.db.TemplateUses(f.ctx, tpl.ID, two.ID, 10))(t); len(rest) != 1 {
		t.Errorf("%+v", rest)
	}
	wantCode(t, f.db.DeleteTemplate(f.ctx, tpl.ID, 2), "version.mismatch", "")
	wantCode(t, f.db.DeleteTemplate(f.ctx, tpl.ID, 1), "template.in_use", fmt.Sprintf("%s (Test), %s (Test)", two.ID, one.ID))
	f.exec(`update campaigns set status = 'finished'`)
	if err := f.db.DeleteTemplate(f.ctx, tpl.ID, 1); err != nil {
		t.Fatal(err)
	}
	wantCode(t, f.db.DeleteTemplate(f.ctx, tpl.ID, 0), "template.not_found", tpl.ID.String())
	var left int
	if err := f.db.Conn().QueryRow(f.ctx, `select count(*) from template_versions`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d versions left, %v", left, err)
	}
}

// The list says how many campaigns name each template, whatever their version
// and status.
func TestTemplateSummaries(t *testing.T) {
	t.Parallel()
	f := newFixture(t, pgtest.Tx(t))
	ch := f.channel("bot").ID
	used := f.template("Greeting", "one")
	for _, content := range []campaign.Content{{Template: used.ID}, {Template: used.ID, Version: 1}, {Body: text("two")}} {
		f.follower(ch, content)
	}
	f.exec(`update campaigns set status = 'archived' where id = (select min(id) from campaigns)`)
	used = f.change(used.ID, "two")
	unused := f.template("Other", "one")
	want := []library.Summary{
		{ID: unused.ID, Name: "Other", Version: 1, UpdatedBy: "key_1", UpdatedAt: unused.UpdatedAt},
		{ID: used.ID, Name: "Greeting", Version: 2, UpdatedBy: "key_2", UpdatedAt: used.UpdatedAt, Campaigns: 2},
	}
	if diff := cmp.Diff(want, val(f.db.TemplateSummaries(f.ctx, 0, 10))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[:1], val(f.db.TemplateSummaries(f.ctx, 0, 1))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[1:], val(f.db.TemplateSummaries(f.ctx, unused.ID, 10))(t)); diff != "" {
		t.Error(diff)
	}
}
