package delivery_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
)

func preview(t *testing.T, body string, o campaign.Options, r delivery.Recipient) delivery.Preview {
	t.Helper()
	def := campaign.Definition{Content: campaign.Content{Body: campaign.Body(body)}, Delivery: o}
	c, err := delivery.NewComposer(def, delivery.Run{Clock: noon})
	if err != nil {
		t.Fatal(err)
	}
	return c.Preview(&r, noon)
}

// A preview says what would become of the message and why, with places in the
// template.
func TestPreview(t *testing.T) {
	t.Parallel()
	blocked, nobody, noUserID := recipient(`{"name":"x"}`), recipient(`not an object`), recipient(`{}`)
	blocked.Blocked, noUserID.UserID = true, ""
	sticker := "{\"messages\":[\n{\"type\":\"sticker\",\"packageId\":\"1\",\n\"stickerId\":{{UserAttribute['s']}}}]}"
	for name, tt := range map[string]struct {
		body      string
		options   campaign.Options
		recipient delivery.Recipient
		want      string // what becomes of it | problems | missing
	}{
		"sent":                    {hi, campaign.Options{}, recipient(`{"name":"x"}`), "sent |  | "},
		"missing":                 {hi, campaign.Options{}, recipient(`{"name":null}`), "skipped missing_attribute name |  | name!"},
		"missing, halting":        {hi, campaign.Options{OnMissing: "halt"}, nobody, "halted missing_attribute name |  | name!"},
		"missing, with a default": {strings.Replace(hi, "']", "']|default('you')", 1), campaign.Options{}, recipient(`{}`), "sent |  | name"},
		"by another name":         {strings.Replace(hi, "'name'", "'First Name'", 1), campaign.Options{}, recipient(`{"u_fn":"x"}`), "sent |  | "},
		"the brand's own id":      {strings.Replace(hi, "'name'", "'uid'", 1), campaign.Options{}, recipient(`{}`), "sent |  | "},
		"no id of the brand's":    {strings.Replace(hi, "'name'", "'user_id'", 1), campaign.Options{}, noUserID, "skipped missing_attribute user_id |  | user_id!"},
		"blocked":                 {hi, campaign.Options{}, blocked, "skipped blocked  |  | "},
		"refused": {sticker, campaign.Options{}, recipient(`{"s":7}`),
			"rejected bad_message /messages/0/stickerId: stickerId is a number, 7; LINE wants a string; put it in quotes | 3:13 error wrong_type | "},
		"a failing rendering": {strings.Replace(hi, "UserAttribute['name']", "1 // UserAttribute['n']", 1), campaign.Options{}, recipient(`{"n":0}`),
			"rejected render_error line 1, column 44: integer division or modulo by zero | 1:44 error template.zero_division | "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := preview(t, tt.body, tt.options, tt.recipient)
			var problems, missing []string
			for _, f := range p.Found {
				problems = append(problems, fmt.Sprintf("%d:%d %s %s", f.Line, f.Column, f.Severity, f.Code))
			}
			for _, a := range p.Missing {
				missing = append(missing, a.Name+map[bool]string{true: "!"}[a.Required])
			}
			reason := strings.TrimSuffix(" "+p.Reason+" "+p.Detail, "  ")
			got := p.Becomes + reason + " | " + strings.Join(problems, ", ") + " | " + strings.Join(missing, ", ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if p.Becomes == "sent" != strings.Contains(p.Body, lineID) && p.Becomes != "rejected" {
				t.Errorf("body %q", p.Body)
			}
		})
	}
}

func TestMadeUpPerson(t *testing.T) {
	t.Parallel()
	r, err := delivery.Person{}.MadeUp()
	if err != nil || r.LineID != delivery.SampleLineID || string(r.Attributes) != "{}" {
		t.Errorf("%+v, %v", r, err)
	}
	for _, attributes := range []string{`[1]`, `"x"`, `null`, `{`} {
		if _, err := (delivery.Person{Attributes: []byte(attributes)}).MadeUp(); !errs.Is(err, "request.wrong_type") {
			t.Errorf("%s: %v", attributes, err)
		}
	}
}

// What a source names replaces what the campaign has, and nothing else.
func TestSourceOver(t *testing.T) {
	t.Parallel()
	base := campaign.Definition{Content: campaign.Content{Body: "a", Attributes: `{"Flow": "x"}`}, Schedule: campaign.Schedule{TimeZone: "Asia/Bangkok"},
		Delivery: campaign.Options{Language: "th", MaxPerSecond: 5}}
	d, err := delivery.Source{}.Over(base)
	if diff := cmp.Diff(base, d); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	d, err = delivery.Source{Template: 3, TimeZone: "UTC", Language: "ja", Missing: "empty"}.Over(base)
	want := base
	want.Schedule.TimeZone, want.Delivery.Language, want.Delivery.OnMissing = "UTC", "ja", "empty"
	want.Content = campaign.Content{Template: 3, Attributes: base.Content.Attributes}
	if diff := cmp.Diff(want, d); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	d, err = delivery.Source{CampaignAttributes: `{}`}.Over(base)
	want = base
	want.Content.Attributes = `{}`
	if diff := cmp.Diff(want, d); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for want, s := range map[string]delivery.Source{
		"render.nothing":          {},
		"campaign.two_contents":   {Body: "a", Template: 1},
		"request.required":        {Version: 2},
		"campaign.negative":       {Template: 1, Version: -2},
		"schedule.time_zone":      {Body: "a", TimeZone: "Mars"},
		"request.bad_value":       {Body: "a", Missing: "maybe"},
		"campaign.attribute_name": {Body: "a", CampaignAttributes: `{"": 1}`},
		"template.bad_language":   {Body: "a", Language: "xx"},
	} {
		if _, err := s.Over(campaign.Definition{}); !errs.Is(err, want) {
			t.Errorf("%+v: %v, want %s", s, err, want)
		}
	}
}
