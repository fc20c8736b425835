package campaign_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/errs"
)

func Example() {
	var draft campaign.Draft
	err := json.Unmarshal([]byte(`{
		"name": "Songkran coupon", "channel": "ch_1", "kind": "recurring",
		"audience": {"segment": "seg_1"},
		"content": {"body": {"messages": [{"type": "text", "text": "Hi <<UserAttribute['name']|default('there')>>"}]}},
		"schedule": {"cron": "0 9 * * MON", "time_zone": "Asia/Bangkok"}
	}`), &draft)
	fmt.Println(err, draft.Validate())

	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	first, err := draft.Schedule.First(now, nil)
	fmt.Println(first, err)
	// Output:
	// <nil> <nil>
	// 2026-11-23 09:00:00 +0700 +07 <nil>
}

// draft is a campaign without mistakes.
func draft() campaign.Draft {
	return campaign.Draft{
		Name: "Songkran", Channel: 1, Kind: campaign.OneTime,
		Definition: campaign.Definition{
			Content:  campaign.Content{Body: `{"messages":[{"type":"text","text":"สวัสดี"}]}`},
			Schedule: campaign.Schedule{Now: true},
		},
	}
}

// problem is the pointer and code of the only problem in err.
func problem(err error) string {
	if err == nil {
		return ""
	}
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) != 1 {
		return err.Error()
	}
	return e.Fields[0].Pointer + " " + e.Fields[0].Code
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*campaign.Draft)
		want   string
	}{
		{"nothing wrong", func(*campaign.Draft) {}, ""},
		{"no name", func(d *campaign.Draft) { d.Name = " " }, "/name request.required"},
		{"long name", func(d *campaign.Draft) { d.Name = strings.Repeat("あ", 257) }, "/name campaign.long_name"},
		{"longest name", func(d *campaign.Draft) { d.Name = strings.Repeat("あ", 256) }, ""},
		{"no channel", func(d *campaign.Draft) { d.Channel = 0 }, "/channel request.required"},
		{"no body", func(d *campaign.Draft) { d.Content.Body = "" }, "/content/body request.required"},
		{"bad on_missing", func(d *campaign.Draft) { d.Delivery.OnMissing = "ignore" }, "/delivery/on_missing request.bad_value"},
		{"unknown language", func(d *campaign.Draft) { d.Delivery.Language = "xx" }, "/delivery/language template.bad_language"},
		{"language of a country", func(d *campaign.Draft) { d.Delivery.Language = "ja-JP" }, ""},
		{"negative rate", func(d *campaign.Draft) { d.Delivery.MaxPerSecond = -1 }, "/delivery/max_per_second campaign.negative"},
		{"negative cap", func(d *campaign.Draft) { d.Audience.MaxRecipients = -5 }, "/audience/max_recipients campaign.negative"},
		{"excludes itself", func(d *campaign.Draft) {
			d.Audience = campaign.Audience{Segment: 3, Exclude: append(d.Audience.Exclude, 2, 3)}
		}, "/audience/exclude campaign.excludes_itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			tt.change(&d)
			if got := problem(d.Validate()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestValidateListsEverything(t *testing.T) {
	t.Parallel()
	err := campaign.Draft{Kind: campaign.OneTime}.Validate()
	if diff := cmp.Diff([]string{"/name", "/channel", "/content/body", "/schedule"}, pointers(err)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func pointers(err error) (list []string) {
	for _, e := range errs.From(err).Fields {
		list = append(list, e.Pointer)
	}
	return list
}

// Every mistake of a template is told, with its own line, beside those of
// other fields; the order is the document's.
func TestValidateListsEveryMistakeOfATemplate(t *testing.T) {
	t.Parallel()
	d := draft()
	d.Content.Body = "{\"messages\":[\n{{ 1|nope }},\n{{ 2|nix }}]}"
	d.Delivery = campaign.Options{MaxPerSecond: -1, MaxMissingPercent: 101, GraceMinutes: -1}
	err := d.Validate()
	want := []string{"/content/body", "/content/body", "/delivery/max_per_second", "/delivery/max_missing_percent", "/delivery/grace_minutes"}
	if diff := cmp.Diff(want, pointers(err)); diff != "" {
		t.Fatalf("-want +got\n%s", diff)
	}
	for i, line := range []int{2, 3} {
		if f := errs.From(err).Fields[i]; f.Line != line || f.Code != "template.unknown_filter" {
			t.Errorf("%v at line %d, want line %d", f, f.Line, line)
		}
	}
}

func TestDraftsOfACampaign(t *testing.T) {
	t.Parallel()
	d := draft()
	c := campaign.Campaign{ID: 7, Name: d.Name, Channel: d.Channel, Kind: d.Kind, Definition: d.Definition, Status: campaign.Finished}
	if diff := cmp.Diff(d, c.AsDraft()); diff != "" {
		t.Errorf("AsDraft: %s", diff)
	}
	weekly := c.Rescheduled(campaign.Schedule{Cron: "0 9 * * MON"})
	back := campaign.Campaign{Kind: weekly.Kind, Definition: weekly.Definition}.Rescheduled(campaign.Schedule{Now: true})
	if weekly.Kind != campaign.Recurring || back.Kind != campaign.OneTime || weekly.Validate() != nil {
		t.Errorf("%s, then %s; %v", weekly.Kind, back.Kind, weekly.Validate())
	}
	for range 3 {
		d := c.Copy()
		c.Name = d.Name
		if !strings.HasSuffix(d.Name, " (copy)") || d.Validate() != nil {
			t.Errorf("%q: %v", d.Name, d.Validate())
		}
		c.Name = strings.Repeat("あ", 256)
	}
}

func TestOpenStatusesCanBeCancelled(t *testing.T) {
	t.Parallel()
	for _, s := range campaign.Open() {
		if !slices.Contains(campaign.From(campaign.Cancel), s) || !slices.Contains(campaign.Statuses(), s) {
			t.Errorf("%s is open and cannot be cancelled", s)
		}
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"string", `"{\"messages\":[]}"`, `{"messages":[]}`},
		{"placeholder in a string", `"\u003c\u003cUserAttribute['a']\u003e\u003e"`, `<<UserAttribute['a']>>`},
		{"object keeps order and placeholders", `{"b":"\u003c\u003cUserAttribute['a']\u003e\u003e \u0026","a":1}`,
			"{\n  \"b\": \"<<UserAttribute['a']>> &\",\n  \"a\": 1\n}"},
		{"an escaped backslash is text", `{"a":"\\u003c \\\u003C \u003e"}`, "{\n  \"a\": \"\\\\u003c \\\\< >\"\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b campaign.Body
			if err := json.Unmarshal([]byte(tt.in), &b); err != nil || string(b) != tt.want {
				t.Errorf("got %q, %v; want %q", b, err, tt.want)
			}
		})
	}
	for _, in := range []string{`1`, `[]`, `true`} {
		var b campaign.Body
		if err := json.Unmarshal([]byte(in), &b); !errs.Is(err, "request.wrong_type") {
			t.Errorf("%s: got %v, want request.wrong_type", in, err)
		}
	}
}

// TestNext walks every action from every status and compares with the table as
// people read it.
func TestNext(t *testing.T) {
	t.Parallel()
	statuses := campaign.Statuses()
	want := map[campaign.Action]map[campaign.Status]campaign.Status{
		campaign.Edit:    {"draft": "draft"},
		campaign.Publish: {"draft": "scheduled"},
		campaign.Start:   {"scheduled": "running", "running": "running"},
		campaign.Pause:   {"scheduled": "paused", "running": "paused"},
		campaign.Resume:  {"paused": "running"},
		campaign.Cancel:  {"draft": "cancelled", "in_review": "cancelled", "scheduled": "cancelled", "running": "cancelled", "paused": "cancelled"},
		campaign.Finish:  {"running": "finished"},
		campaign.Archive: {"draft": "archived", "finished": "archived", "cancelled": "archived"},
		campaign.Delete:  {"draft": ""},
	}
	for action, row := range want {
		for _, status := range statuses {
			to, err := campaign.Campaign{ID: 7, Status: status, PausedFrom: campaign.Running}.Next(action)
			expected, allowed := row[status]
			if allowed != (err == nil) || to != expected {
				t.Errorf("%s from %s: got %q, %v; want %q", action, status, to, err, expected)
			}
			if allowed != slices.Contains(campaign.From(action), status) {
				t.Errorf("From(%s) and Next disagree on %s", action, status)
			}
		}
	}
	due := noon
	if to, err := (campaign.Campaign{Status: campaign.Running, NextDueAt: &due}).Next(campaign.Finish); to != campaign.Scheduled || err != nil {
		t.Errorf("a recurring campaign that finished a run: got %s, %v", to, err)
	}
}
