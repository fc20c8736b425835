package delivery_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/message"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const lineID = "U0123456789abcdef0123456789abcdef"

func compose(t *testing.T, body string, o campaign.Options, r delivery.Recipient) delivery.Composed {
	t.Helper()
	def := campaign.Definition{Content: campaign.Content{Body: campaign.Body(body)}, Delivery: o}
	c, err := delivery.NewComposer(def, delivery.Run{Namespace: uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), Clock: noon})
	if err != nil {
		t.Fatal(err)
	}
	return c.Compose(&r, noon)
}

func recipient(attributes string) delivery.Recipient {
	return delivery.Recipient{ID: 42, LineID: lineID, UserID: "u42", Attributes: []byte(attributes)}
}

const hi = `{"messages":[{"type":"text","text":"Hi {{UserAttribute['name']}}"}]}`

func TestCompose(t *testing.T) {
	t.Parallel()
	blocked, erased, noLine := recipient(`{"name":"x"}`), recipient(`{}`), recipient(`{"name":"x"}`)
	blocked.Blocked, erased.Erased, noLine.LineID = true, true, ""
	tests := []struct {
		name, body string
		options    campaign.Options
		recipient  delivery.Recipient
		want       string // text of the message, or state and reason
	}{
		{"personalised", hi, campaign.Options{}, recipient(`{"name":"สมชาย"}`), "Hi สมชาย"},
		{"hostile name", hi, campaign.Options{}, recipient(`{"name":"\"},{\"type\":\"text\",\"text\":\"pwned"}`), `Hi "},{"type":"text","text":"pwned`},
		{"missing", hi, campaign.Options{}, recipient(`{}`), "skipped missing_attribute name"},
		{"missing, printed empty", hi, campaign.Options{OnMissing: "empty"}, recipient(`{}`), "Hi "},
		{"to of his own", `{"to":"{{UserAttribute['line_id']}}",` + hi[1:], campaign.Options{}, recipient(`{"name":"x"}`), "Hi x"},
		{"to of somebody else", `{"to":"{{UserAttribute['other']}}",` + hi[1:], campaign.Options{},
			recipient(`{"name":"x","other":"Uffffffffffffffffffffffffffffffff"}`), "rejected to_mismatch"},
		{"too long", hi, campaign.Options{}, recipient(`{"name":"` + strings.Repeat("x", 5000) + `"}`), "rejected bad_message"},
		{"do not send", `{"messages":[{"type":"text","text":"{% if UserAttribute['vip'] %}Hi{% else %}{% MOE_NOT_SEND('not a vip') %}{% endif %}"}]}`,
			campaign.Options{}, recipient(`{}`), "skipped not_send not a vip"},
		{"blocked meanwhile", hi, campaign.Options{}, blocked, "skipped blocked"},
		{"erased meanwhile", hi, campaign.Options{}, erased, "skipped erased"},
		{"lost his line_id", hi, campaign.Options{}, noLine, "skipped no_line_id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			made := compose(t, tt.body, tt.options, tt.recipient)
			if got := describe(t, made); !strings.HasPrefix(got, tt.want) || made.Message != nil && got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// describe is the text of the only message, or the outcome.
func describe(t *testing.T, c delivery.Composed) string {
	t.Helper()
	if c.Outcome != nil {
		return strings.TrimSpace(c.Outcome.State.String() + " " + c.Outcome.Reason + " " + c.Outcome.Detail)
	}
	if c.Message == nil {
		return "no outcome"
	}
	var body struct {
		To       string
		Messages []struct{ Type, Text string }
	}
	if err := json.Unmarshal(c.Message.Body, &body); err != nil || body.To != lineID || len(body.Messages) != 1 {
		t.Fatalf("%s: %v", c.Message.Body, err)
	}
	return body.Messages[0].Text
}

// TestComposeHalts: a template that must not meet a missing value has no
// outcome for the recipient; the run stops instead.
func TestComposeHalts(t *testing.T) {
	t.Parallel()
	made := compose(t, hi, campaign.Options{OnMissing: "halt"}, recipient(`{}`))
	if made.Message != nil || made.Outcome != nil || made.Err == nil {
		t.Errorf("%+v", made)
	}
}

// TestComposeIsPure: the same recipient always gets the same bytes, key and
// hash, which is what the retry key asks for.
func TestComposeIsPure(t *testing.T) {
	t.Parallel()
	body := `{"messages":[{"type":"text","text":"{{ UserAttribute['name'] }} {{ '%Y-%m-%d'|today('UTC') }}"}]}`
	one := compose(t, body, campaign.Options{}, recipient(`{"name":"x"}`))
	two := compose(t, body, campaign.Options{}, recipient(`{"name":"x"}`))
	if one.Message == nil || string(one.Message.Body) != string(two.Message.Body) || one.Message.Push(uuid.Nil).Key != two.Message.Push(uuid.Nil).Key || one.Message.Hash != two.Message.Hash {
		t.Errorf("%s %s", one.Body, two.Body)
	}
	if got := string(one.Messages()); got != `{"messages":[{"type":"text","text":"x 2026-11-22"}]}` {
		t.Errorf("messages alone: %s", got)
	}
}

// TestComposeOfACampaign: the template reads the campaign's attributes, every
// composer of one definition prints the same bytes of them, and messages that
// read nothing else are equal, as a multicast wants them.
func TestComposeOfACampaign(t *testing.T) {
	t.Parallel()
	def := campaign.Definition{Content: campaign.Content{
		Body:       `{"messages":[{"type":"text","text":"{{CampaignAttribute['Flow Name']}} {{CampaignAttribute.price}} {{CampaignAttribute['shops'][1].city}} {{CampaignAttribute.shops|tojson}}"}]}`,
		Attributes: `{"Flow Name":"Spring \"<1>\" ก","price":2.50,"big":12345678901234567890,"shops":[{"city":"Nara"},{"city":"東京"}]}`,
	}}
	a, b := recipient(`{"name":"x"}`), recipient(`{"Flow Name":"mine"}`)
	b.LineID = "U" + strings.Repeat("f", 32)
	var hashes []int64
	for _, r := range []*delivery.Recipient{&a, &b, &a} {
		c, err := delivery.NewComposer(def, delivery.Run{Clock: noon})
		if err != nil {
			t.Fatal(err)
		}
		made := c.Compose(r, noon)
		const want = `{"messages":[{"type":"text","text":"Spring \"<1>\" ก 2.5 東京 [{\"city\": \"Nara\"}, {\"city\": \"東京\"}]"}]}`
		if got := string(made.Messages()); made.Message == nil || got != want {
			t.Fatalf("%+v\n%s\n%s", made.Outcome, got, want)
		}
		hashes = append(hashes, made.Message.Hash)
	}
	if hashes[0] != hashes[1] || hashes[0] != hashes[2] {
		t.Errorf("not equal: %v", hashes)
	}
	def.Content.Attributes = `{"Flow name":"x","price":1,"shops":[]}`
	c, err := delivery.NewComposer(def, delivery.Run{Clock: noon})
	if err != nil {
		t.Fatal(err)
	}
	if got := describe(t, c.Compose(&b, noon)); got != "skipped missing_attribute Flow Name" {
		t.Error(got)
	}
}

// TestComposeAll records those who get nothing and returns the others, in
// order; a halt leaves the rest open.
func TestComposeAll(t *testing.T) {
	t.Parallel()
	a, b, d := recipient(`{"name":"a"}`), recipient(`{}`), recipient(`{"name":"c"}`)
	people := []*delivery.Recipient{&a, &b, &d}
	for onMissing, want := range map[string][3]int{"skip": {2, 1, 0}, "empty": {3, 0, 0}, "halt": {1, 0, 1}} {
		def := campaign.Definition{Content: campaign.Content{Body: hi}, Delivery: campaign.Options{OnMissing: onMissing}}
		c, err := delivery.NewComposer(def, delivery.Run{})
		if err != nil {
			t.Fatal(err)
		}
		var recorded int
		const lacks = "usr_42 lacks name, which the message prints, and on_missing is halt"
		messages, halt := c.ComposeAll(people, noon, func(o ...delivery.Outcome) { recorded += len(o) })
		if (halt != nil) != (want[2] == 1) || halt != nil && !strings.HasPrefix(halt.Error(), lacks) || len(messages) != want[0] || recorded != want[1] {
			t.Errorf("%s: %d messages, %d recorded, halt %v", onMissing, len(messages), recorded, halt)
		}
	}
}

// Links are replaced before the check, so what LINE would refuse is found; a
// link given back, or no hook, leaves the bytes alone.
func TestComposeRewritesLinks(t *testing.T) {
	t.Parallel()
	const body = `{"messages": [{"type":"template","altText":"a","template":{"type":"confirm","text":"b","actions":[
		{"type":"uri","label":"c","uri":"https://example.com/{{UserAttribute['name']}}"},{"type":"message","label":"d","text":"https://example.com"}]}}]}`
	def := campaign.Definition{Content: campaign.Content{Body: body}}
	for name, tt := range map[string]struct {
		hook func(*delivery.Recipient, message.Link) string
		want string // instead of the link; "" for a rejection
	}{
		"off":      {nil, "https://example.com/x"},
		"the same": {func(_ *delivery.Recipient, l message.Link) string { return l.URI }, "https://example.com/x"},
		"another":  {func(r *delivery.Recipient, l message.Link) string { return "https://t.x/" + r.ID.String() + l.Path }, "https://t.x/usr_42/messages/0/template/actions/0/uri"},
		"too long": {func(*delivery.Recipient, message.Link) string { return "https://t.x/" + strings.Repeat("a", 1000) }, ""},
	} {
		c, err := delivery.NewComposer(def, delivery.Run{})
		if err != nil {
			t.Fatal(err)
		}
		if tt.hook != nil {
			c.RewriteLinks(tt.hook)
		}
		r := recipient(`{"name":"x"}`)
		made := c.Compose(&r, noon)
		if tt.want == "" {
			if made.Outcome == nil || made.Outcome.Reason != "bad_message" {
				t.Errorf("%s: %+v", name, made)
			}
			continue
		}
		want := `{"to":"` + lineID + `",` + strings.Replace(body[1:], "https://example.com/{{UserAttribute['name']}}", tt.want, 1)
		if got := string(made.Body); got != want || made.Message == nil {
			t.Errorf("%s: %s\n%s", name, got, want)
		}
	}
}

// TestComposeZone: dates are told in the workspace's zone when nobody names
// another.
func TestComposeZone(t *testing.T) {
	t.Parallel()
	def := campaign.Definition{Content: campaign.Content{Body: `{"messages":[{"type":"text","text":"{{ '%H'|today }}"}]}`}}
	tests := map[string]struct {
		zone, own, want string
	}{
		"nobody names one": {"", `{}`, "12"},
		"the workspace's":  {"Asia/Tokyo", `{}`, "21"},
		"the user's own":   {"Asia/Tokyo", `{"time_zone": "Asia/Bangkok"}`, "19"},
	}
	for name, tt := range tests {
		c, err := delivery.NewComposer(def, delivery.Run{Clock: noon})
		if err != nil {
			t.Fatal(err)
		}
		if tt.zone != "" {
			if c.Workspace, err = time.LoadLocation(tt.zone); err != nil {
				t.Fatal(err)
			}
		}
		r := recipient(tt.own)
		if made := c.Compose(&r, noon); !strings.Contains(string(made.Body), `"text":"`+tt.want+`"`) {
			t.Errorf("%s: %s %v, want %s", name, made.Body, made.Err, tt.want)
		}
	}
}
