package campaign_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
)

// What LINE would refuse whoever gets the message is a mistake of the draft,
// with its place in the template; what depends on the user is not.
func TestCheckContent(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5000)
	text := func(s string) string { return `{"messages":[{"type":"text","text":"` + s + `"}]}` }
	button := func(field, value string) string {
		return `{"messages":[{"type":"template","altText":"a","template":{"type":"confirm","text":"b","actions":[
  {"type":"uri","label":"c","` + field + `":"` + value + `"},{"type":"message","label":"d","text":"e"}]}}]}`
	}
	tests := []struct {
		name, body string
		onMissing  string
		want       []string // line:column path, or what is wrong
	}{
		{"fine", text("Hi {{UserAttribute['name']}}"), "", nil},
		{"a field missing", "{\"messages\":[\n {\"type\":\"text\"}]}", "", []string{"2:2 /messages/0/text"}},
		{"beside a placeholder", "{\"messages\":[{\"type\":\"text\",\"text\":\"{{UserAttribute['name']}}\"},\n {\"type\":\"text\"}]}", "", []string{"2:2 /messages/1/text"}},
		{"too long for all", text("{{UserAttribute['name']}}" + long), "", []string{"1:36 /messages/0/text"}},
		{"too long for some", text("{{UserAttribute['name']}}" + long[:4990]), "", nil},
		{"a link from an attribute", button("uri", "{{UserAttribute['link']}}"), "", nil},
		{"an unusable link", button("uri", "ftp://example.com"), "", []string{"2:35 /messages/0/template/actions/0/uri"}},
		{"a value from an attribute", `{"messages":[{"type":"sticker","packageId":"1","stickerId":{{UserAttribute['sticker']}}}]}`, "", nil},
		{"unknown fields are warnings", `{"messages":[{"type":"text","text":"a","colour":"red"}]}`, "", nil},
		{"printed empty", text("{{UserAttribute['name']}}"), "empty", nil},
		{"of an event, whose attributes nobody knows", text("{{EventAttribute['name']}}"), "empty", nil},
		{"several", `{"messages":[{"type":"text"},{"type":"image"}]}`, "",
			[]string{"1:14 /messages/0/text", "1:30 /messages/1/originalContentUrl", "1:30 /messages/1/previewImageUrl"}},
		{"six messages", `{"messages":[` + strings.TrimSuffix(strings.Repeat(`{"type":"text","text":"{{UserAttribute['name']}}"},`, 6), ",") + `]}`, "", []string{"1:13 /messages"}},
		{"of the campaign", text("{{CampaignAttribute['code']}}{{CampaignAttribute['list'][1].n|default('-')}}"), "", nil},
		{"too long with the campaign's value", text("{{CampaignAttribute['terms']}}{{UserAttribute['name']}}"), "", []string{"1:36 /messages/0/text"}},
		{"a link of the campaign's", button("uri", "{{CampaignAttribute['code']}}"), "", []string{"2:35 /messages/0/template/actions/0/uri"}},
		{"what the campaign does not have", text("{{CampaignAttribute['Code']}} {{CampaignAttribute['none']}}"), "",
			[]string{`1:56 the campaign has no attribute "Code", did you mean "code"?`, `1:86 the campaign has no attribute "none"`}},
		{"it would be empty for everybody", text("{{CampaignAttribute['x']}}"), "empty", []string{`1:56 the campaign has no attribute "x"`}},
		{"what it can do without", text("{{CampaignAttribute['x']|default('-')}}{% if CampaignAttribute['y'] %}{{CampaignAttribute['y']}}{% endif %}{{UserAttribute['a'] or CampaignAttribute['z']}}"), "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			d.Content.Attributes = campaign.Attributes(`{"code":"X1","list":[1,{"n":2.50}],"none":null,"terms":"` + long + `"}`)
			d.Content.Body, d.Delivery.OnMissing = campaign.Body(tt.body), tt.onMissing
			var got []string
			if err := d.CheckContent(); err != nil {
				for _, e := range errs.From(err).Fields {
					path, _, _ := strings.Cut(e.Detail, ": ")
					got = append(got, fmt.Sprintf("%d:%d %s", e.Line, e.Column, path))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestContentSaysOneThing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		content campaign.Content
		want    string
	}{
		"a kept template":      {campaign.Content{Template: 3}, ""},
		"a version of it":      {campaign.Content{Template: 3, Version: 2}, ""},
		"both":                 {campaign.Content{Template: 3, Body: `{"messages":[]}`}, "/content campaign.two_contents"},
		"a version of nothing": {campaign.Content{Body: `{"messages":[]}`, Version: 2}, "/content/template request.required"},
		"a negative version":   {campaign.Content{Template: 3, Version: -1}, "/content/version campaign.negative"},
		"what LINE refuses":    {campaign.Content{Body: `{"messages":[]}`}, "/content/body message.refused"},
		"attributes of either": {campaign.Content{Template: 3, Attributes: `{"a":1}`}, ""},
		"attributes of none":   {campaign.Content{Attributes: `{"a":1}`}, "/content/body request.required"},
		"what is not there":    {campaign.Content{Body: `{"messages":[{"type":"text","text":"{{CampaignAttribute.a}}"}]}`}, "/content/body campaign.no_attribute"},
	} {
		d := draft()
		d.Content = tt.content
		if got := problem(d.Validate()); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A copy of what was sent with a kept template names the template again.
func TestCopyNamesTheTemplate(t *testing.T) {
	t.Parallel()
	c := campaign.Campaign{Name: "x"}
	c.Content = campaign.Content{Template: 3, Version: 2, Body: `{"messages":[]}`, Attributes: `{"a":1}`}
	if got := c.Copy().Content; got != (campaign.Content{Template: 3, Version: 2, Attributes: `{"a":1}`}) || !got.Follows() {
		t.Errorf("%+v", got)
	}
}
