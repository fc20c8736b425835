package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	u1 = "U4af4980629000000000000000000718a"
	c1 = "C4af4980629000000000000000000718a"
)

// What LINE says of a push body: "" when it takes it, else its message and
// details on one line.
func complaintOf(t *testing.T, multicast bool, body string) string {
	t.Helper()
	c := checker{multicast: multicast, toNeeded: true}
	bad := c.check([]byte(body))
	if bad == nil {
		return ""
	}
	var f fault
	if err := json.Unmarshal(bad.body, &f); err != nil || bad.status != 400 {
		t.Fatalf("%d %s: %v", bad.status, bad.body, err)
	}
	s := f.Message
	for _, d := range f.Details {
		s += " | " + d.Property + ": " + d.Message
	}
	return s
}

func TestCheckMessages(t *testing.T) {
	t.Parallel()
	const errors1 = "The request body has 1 error(s) | "
	text := func(n int, s string) string { return `{"type":"text","text":"` + strings.Repeat(s, n) + `"}` }
	for _, c := range []struct{ name, messages, want string }{
		{"text", text(1, "hi"), ""},
		{"5,000 code units", text(2500, "😀"), ""},
		{"5,001 code units", text(2500, "😀") + "," + text(5001, "a"), errors1 + "messages[1].text: Length must be between 0 and 5000"},
		{"5,000 escapes", text(5000, `\u3042`), ""},
		{"5,001 escapes", text(5001, `\n`), errors1 + "messages[0].text: Length must be between 0 and 5000"},
		{"empty text", text(0, ""), errors1 + "messages[0].text: May not be empty"},
		{"no text", `{"type":"text"}`, errors1 + "messages[0].text: May not be empty"},
		{"text is a number", `{"type":"text","text":5}`, errors1 + "messages[0].text: Length must be between 0 and 5000"},
		{"type last, key escaped", `{"text":"hi","t\u0079pe":"text"}`, ""},
		{"unknown type", `{"type":"hologram"}`, errors1 + "messages[0].type: Must be one of the following values: " + typeNames()},
		{"no type", `{}`, errors1 + "messages[0].type: Must be one of the following values: " + typeNames()},
		{"no object", `"hi"`, errors1 + "messages[0].type: Must be one of the following values: " + typeNames()},
		{"type is a number", `{"type":1}`, errors1 + "messages[0].type: Must be one of the following values: " + typeNames()},
		{"unknown properties", `{"type":"text","text":"hi","new":{"a":[1]}}`, ""},
		{"none", ``, errors1 + "messages: Size must be between 1 and 5"},
		{"six", strings.TrimSuffix(strings.Repeat(text(1, "a")+",", 6), ","), errors1 + "messages: Size must be between 1 and 5"},
		{"sticker", `{"type":"sticker","packageId":"446","stickerId":"1988"}`, ""},
		{"sticker without id", `{"type":"sticker","packageId":"446"}`, errors1 + "messages[0].stickerId: May not be empty"},
		{"image", `{"type":"image","originalContentUrl":"https://example.com/a.jpg","previewImageUrl":"https://example.com/b.jpg"}`, ""},
		{"image by http", `{"type":"image","originalContentUrl":"http://example.com/a.jpg","previewImageUrl":"https://example.com/b.jpg"}`,
			errors1 + "messages[0].originalContentUrl: Must be a valid HTTPS URL"},
		{"image without host", `{"type":"image","originalContentUrl":"https:///a.jpg","previewImageUrl":"https://example.com/b.jpg"}`,
			errors1 + "messages[0].originalContentUrl: Must be a valid HTTPS URL"},
		{"a URL too long", `{"type":"image","previewImageUrl":"https://example.com/b.jpg","originalContentUrl":"https://example.com/` + strings.Repeat("a", 2000) + `"}`,
			errors1 + "messages[0].originalContentUrl: Must be a valid HTTPS URL"},
		{"audio", `{"type":"audio","originalContentUrl":"https://example.com/a.m4a","duration":60000}`, ""},
		{"audio, duration as text", `{"type":"audio","originalContentUrl":"https://example.com/a.m4a","duration":"60000"}`, errors1 + "messages[0].duration: Must be a number"},
		{"location", `{"type":"location","title":"t","address":"a","latitude":35.6,"longitude":-139.7}`, ""},
		{"template", `{"type":"template","altText":"a","template":{"type":"confirm"}}`, ""},
		{"template of no type", `{"type":"template","altText":"a","template":{}}`,
			errors1 + "messages[0].template: Must be one of the following values: [buttons confirm carousel image_carousel]"},
		{"template as text", `{"type":"template","altText":"a","template":"confirm"}`, errors1 + "messages[0].template: Must be an object"},
		{"altText too long", `{"type":"template","altText":"` + strings.Repeat("a", 1501) + `","template":{"type":"confirm"}}`,
			errors1 + "messages[0].altText: Length must be between 0 and 1500"},
		{"imagemap", `{"type":"imagemap","baseUrl":"https://example.com/i","altText":"a","baseSize":{},"actions":[{}]}`, ""},
		{"imagemap without actions", `{"type":"imagemap","baseUrl":"https://example.com/i","altText":"a","baseSize":{},"actions":[]}`,
			errors1 + "messages[0].actions: Size must be between 1 and 50"},
		{"quick reply", `{"type":"text","text":"hi","quickReply":{"items":[` + strings.TrimSuffix(strings.Repeat("{},", 13), ",") + `]}}`, ""},
		{"quick reply too long", `{"type":"text","text":"hi","quickReply":{"items":[` + strings.TrimSuffix(strings.Repeat("{},", 14), ",") + `]}}`,
			errors1 + "messages[0].quickReply.items: Size must be between 0 and 13"},
		{"flex", strings.TrimSuffix(strings.SplitN(flexBody, `"messages":[`, 2)[1], "]}"), ""},
		{"flex by http", `{"type":"flex","altText":"a","contents":{"type":"bubble","hero":{"type":"image","url":"http://example.com/"}}}`,
			"A message (messages[0])\u00a0in the request body is invalid | /hero/url: invalid uri scheme"},
		{"unknown component", text(1, "a") + `,{"type":"flex","altText":"a","contents":{"type":"bubble","footer":{"type":"box","contents":[{"type":"text"},{"type":"spacer"}]}}}`,
			"A message (messages[1])\u00a0in the request body is invalid | /footer/contents/1: invalid property"},
		{"carousel of 30 KB and more", `{"type":"flex","altText":"a","contents":{"type":"carousel","contents":[["a"],"` + strings.Repeat("a", 30<<10) + `"]}}`, ""},
		{"a carousel of 50 KB and more", `{"type":"flex","altText":"a","contents":{"type":"carousel","x":"` + strings.Repeat("a", 50<<10) + `"}}`,
			"A message (messages[0])\u00a0in the request body is invalid | /: size must be between 0 and 51200"},
		{"contents of no type", `{"type":"flex","altText":"a","contents":{}}`, errors1 + "messages[0].contents: Must be one of the following values: [bubble carousel]"},
		{"a bubble of 30 KB and more", `{"type":"flex","altText":"a","contents":{"type":"bubble","x":"` + strings.Repeat("a", 30<<10) + `"}}`,
			"A message (messages[0])\u00a0in the request body is invalid | /: size must be between 0 and 30720"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := `{"to":"` + u1 + `","messages":[` + c.messages + `]}`
			if diff := cmp.Diff(c.want, complaintOf(t, false, body)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckRequest(t *testing.T) {
	t.Parallel()
	const hi = `"messages":[{"type":"text","text":"hi"}]`
	badTo := func(name string) string {
		return "The property, " + name + ", in the request body is invalid (line: -, column: -)"
	}
	many := func(n int) string {
		return `{"to":[` + strings.TrimSuffix(strings.Repeat(`"`+u1+`",`, n), ",") + `],` + hi + `}`
	}
	for _, c := range []struct {
		name      string
		multicast bool
		body      string
		want      string
	}{
		{"push", false, `{"to":"` + u1 + `",` + hi + `}`, ""},
		{"push to a group", false, `{"to":"` + c1 + `",` + hi + `}`, ""},
		{"push, all members", false, `{"to":"` + u1 + `","notificationDisabled":true,"customAggregationUnits":["Promotion_a"],` + hi + `}`, ""},
		{"no to", false, `{` + hi + `}`, "The request body has 1 error(s) | to: May not be empty"},
		{"malformed to", false, `{"to":"hanako",` + hi + `}`, badTo("'to'")},
		{"upper case", false, `{"to":"` + strings.ToUpper(u1) + `",` + hi + `}`, badTo("'to'")},
		{"to is a number", false, `{"to":5,` + hi + `}`, badTo("'to'")},
		{"to is a list", false, `{"to":["` + u1 + `"],` + hi + `}`, badTo("'to'")},
		{"no messages", false, `{"to":"` + u1 + `"}`, "The request body has 1 error(s) | messages: May not be empty"},
		{"messages is an object", false, `{"to":"` + u1 + `","messages":{}}`, "The request body has 1 error(s) | messages: Size must be between 1 and 5"},
		{"nothing", false, `{}`, "The request body has 2 error(s) | messages: May not be empty | to: May not be empty"},
		{"no JSON", false, `to=me`, "The request body could not be parsed as JSON (line: 1, column: 1)"},
		{"no body", false, ``, "The request body could not be parsed as JSON (line: 1, column: 1)"},
		{"two bodies", false, `{} {}`, "The request body could not be parsed as JSON (line: 1, column: 4)"},
		{"no UTF-8", false, "{\"to\":\"\xff\"}", "The request body could not be parsed as JSON (line: 1, column: 1)"},
		{"two units", false, `{"to":"` + u1 + `","customAggregationUnits":["a","b"],` + hi + `}`, "The request body has 1 error(s) | customAggregationUnits: Size must be between 0 and 1"},
		{"a unit with hyphens", false, `{"to":"` + u1 + `","customAggregationUnits":["new-item"],` + hi + `}`,
			"The request body has 1 error(s) | customAggregationUnits: Must match the regular expression: ^[a-zA-Z0-9_]{1,30}$"},
		{"units are no list", false, `{"to":"` + u1 + `","customAggregationUnits":"a",` + hi + `}`, "The request body has 1 error(s) | customAggregationUnits: Size must be between 0 and 1"},
		{"notificationDisabled is text", false, `{"to":"` + u1 + `","notificationDisabled":"yes",` + hi + `}`,
			"The request body has 1 error(s) | notificationDisabled: Must be one of the following values: [true, false]"},
		{"multicast", true, many(500), ""},
		{"multicast to 501", true, many(501), "The request body has 1 error(s) | to: Size must be between 1 and 500"},
		{"multicast to nobody", true, many(0), "The request body has 1 error(s) | to: Size must be between 1 and 500"},
		{"multicast to a group", true, `{"to":["` + u1 + `","` + c1 + `"],` + hi + `}`, badTo("to[1]")},
		{"multicast to one text", true, `{"to":"` + u1 + `",` + hi + `}`, badTo("'to'")},
		{"multicast, malformed", true, `{"to":["` + u1 + `","x","y"],` + hi + `}`, badTo("to[1]")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, complaintOf(t, c.multicast, c.body)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Validation looks at the messages alone, and nothing comes of it.
func TestValidate(t *testing.T) {
	t.Parallel()
	s := newTest(t, nil)
	for _, kind := range []string{"push", "multicast", "narrowcast", "broadcast", "reply"} {
		path := "/v2/bot/message/validate/" + kind
		s.ask("POST", path, `{"messages":[{"type":"text","text":"hi"}]}`).want(t, 200, "{}")
		s.ask("POST", path, `{"messages":[{"type":"text","text":""}]}`).want(t, 400, "May not be empty")
		s.ask("POST", path, `{}`).want(t, 400, `"property":"messages"`)
	}
	for _, a := range s.Accounts() {
		if got := a.Stats(); got.Received != 0 || got.QuotaUsed != 0 {
			t.Errorf("%+v", got)
		}
	}
}

// Any bytes get an answer: 200, or a 400 whose body is JSON with a message.
// What is accepted is JSON, is recorded once and conflicts the second time.
func FuzzPush(f *testing.F) {
	f.Add([]byte(textBody))
	f.Add([]byte(flexBody))
	f.Add([]byte(`{"to":"` + u1 + `","messages":[{"type":"imagemap","actions":[[]],"quickReply":{"items":{}}}]}`))
	f.Add([]byte(`{"to":"` + u1 + `","to":"` + c1 + `","messages":[],"messages":[{"type":"text","text":"\ud83d"}]}`))
	s := newTest(f, nil)
	n := 0
	f.Fuzz(func(t *testing.T, body []byte) {
		n++
		send := func() answer {
			return s.ask("POST", "/v2/bot/message/push", string(body), retryKeyHeader, testKey(n))
		}
		before := s.account().Stats().Received
		switch got := send(); got.Status {
		case 200:
			if after := s.account().Stats().Received; !json.Valid(body) || after != before+1 {
				t.Errorf("accepted %q, record %d to %d", body, before, after)
			}
			send().want(t, 409, textConflict)
		case 400:
			if got.Message() == "" {
				t.Errorf("%q: no message in %q", body, got.Body)
			}
		default:
			t.Errorf("%q: status %d", body, got.Status)
		}
	})
}

// The table of types is in LINE's words.
func TestTypeNames(t *testing.T) {
	t.Parallel()
	want := "[text, textV2, sticker, image, video, audio, location, coupon, imagemap, template, flex]"
	if got := typeNames(); got != want {
		t.Error(got)
	}
	for _, row := range messageTypes {
		if row.name == "" || len(row.fields) == 0 {
			t.Error(fmt.Sprint("a row without name or rules: ", row))
		}
	}
}
