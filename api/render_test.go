package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/client"
	"github.com/linecast/linecast/line/simulator"
)

// rehearsals are the lines of a rehearsal's answer.
func (s *stage) rehearsals(campaign string) (lines []delivery.Rehearsal) {
	s.t.Helper()
	w := s.expect(200, "POST", campaign+"/rehearse", "")
	for line := range strings.Lines(w.Body.String()) {
		var r delivery.Rehearsal
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			s.t.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, r)
	}
	return lines
}

func answer[T any](s *stage, path, body string) (v T) {
	s.t.Helper()
	w := s.expect(200, "POST", path, body)
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return v
}

// sent is how many messages LINE took.
func (s *stage) sent() (n int) {
	for range s.account.All() {
		n++
	}
	return n
}

// What a preview, a test send, a rehearsal and the run itself make for a
// person is the same, byte for byte: of a kept template that was changed after
// publishing, with a name that has to be escaped, links, dates in a zone and the
// campaign's attributes.
func TestEverythingMakesTheSameBytes(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{channel: true})
	s.expect(201, "POST", "/api/v1/users", fmt.Sprintf(`{"user_id": "c-0", "line_id": %q,
		"attributes": {"name": "Aki \"Ace\" \\ 😀\n</script>", "since": "2026-11-22T23:30:00Z", "city": "ก ข/?&"}}`, simulator.UserID(0)))
	const body = `{"messages": [{"type": "text", "text": "<<UserAttribute['name']>> {{ UserAttribute['since']|dateTimeFormatter(toFormat='%d %B %H:%M', timeZone='Asia/Bangkok') }} {{ CampaignAttribute['Flow Name'] }} {{ CampaignAttribute['shops']|tojson }}",
		"quickReply": {"items": [{"type": "action", "action": {"type": "uri", "label": "Go", "uri": "https://example.com/?c={{ UserAttribute['city']|urlencode }}"}}]}}]}`
	s.expect(201, "POST", "/api/v1/templates", `{"name": "Greeting", "body": `+body+`}`)
	c := s.draft(draftOf("Same", `"content": {"template": "tpl_1", "attributes": {"Flow Name": "Spring \"<<1>>\"", "shops": [{"z": 2.50, "a": "ก"}]}}`, `"delivery": {"language": "th"}`))

	made := map[string]string{}
	made["render"] = answer[delivery.Preview](s, "/api/v1/render", `{"campaign": "cmp_1", "user": "user:c-0"}`).Body
	tested := answer[struct{ Results []delivery.TestResult }](s, c+"/test", `{"users": ["user:c-0"]}`)
	made["test"] = tested.Results[0].Body
	rehearsed := s.rehearsals(c)
	made["rehearse"] = rehearsed[len(rehearsed)-1].Reasons[0].First.Body
	valid := answer[delivery.Validation](s, "/api/v1/validate", `{"campaign": "cmp_1"}`)
	made["validate"] = valid.Samples[len(valid.Samples)-1].Body
	s.expect(200, "POST", c+"/publish", "")
	s.expect(200, "PUT", "/api/v1/templates/tpl_1", `{"name": "Greeting", "body": {"messages": [{"type": "text", "text": "changed"}]}}`)
	made["render, published"] = answer[delivery.Preview](s, "/api/v1/render", `{"campaign": "cmp_1", "user": "user:c-0"}`).Body
	s.work()
	s.ended(s.run(c))

	var posted []string
	for r := range s.account.All() {
		posted = append(posted, string(r.Body))
	}
	if len(posted) != 2 || posted[0] != posted[1] || !strings.Contains(posted[0], `"to":"`+simulator.UserID(0)) || !strings.Contains(posted[0], `Aki \"Ace\" \\ 😀\n`) ||
		!strings.Contains(posted[0], ` Spring \"<<1>>\" [{\"a\": \"ก\", \"z\": 2.5}]"`) {
		t.Fatalf("LINE got %q", posted)
	}
	for name, got := range made {
		if diff := cmp.Diff(posted[0], got); diff != "" {
			t.Errorf("%s (+) is not what was sent (-): %s", name, diff)
		}
	}
}

// A validation finds the extremes of an audience, shows them, and asks LINE.
func TestValidate(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{channel: true})
	for i, attributes := range []string{`{"name": "A", "tier": "gold"}`, `{"name": "A longer name", "tier": "g"}`, `{"tier": "gold"}`, `{"name": "Bo", "tier": "platinum"}`} {
		s.expect(201, "POST", "/api/v1/users", fmt.Sprintf(`{"user_id": "c-%d", "line_id": %q, "attributes": %s}`, i, simulator.UserID(i), attributes))
	}
	s.expect(201, "POST", "/api/v1/segments", `{"name": "all", "definition": {"attribute": "tier", "is": "exists"}}`)
	// Nobody's message is too long, and one with both of the longest values is.
	const body = `{"messages": [{"type": "text", "text": "{{ UserAttribute['name'] * 250 }}{{ UserAttribute['tier'] * 250 }}"}]}`
	v := answer[delivery.Validation](s, "/api/v1/validate", `{"body": `+body+`, "segment": "seg_1", "channel": "ch_1"}`)
	if v.OK || v.Reach != 4 || v.Matched != 4 {
		t.Errorf("%+v", v)
	}
	var extremes, samples []string
	for _, e := range v.Attributes {
		extremes = append(extremes, fmt.Sprintf("%s %d missing, %d long: %s %s %s", e.Name, e.Missing, e.Length, e.Longest, e.Shortest, e.Lacking))
	}
	for _, sample := range v.Samples {
		line := "not asked"
		if sample.Line != nil {
			line = fmt.Sprint(sample.Line.Status)
		}
		samples = append(samples, fmt.Sprintf("%s: %s: %s, LINE %s", strings.Join(sample.Why, ", "), sample.User, sample.Becomes, line))
	}
	if diff := cmp.Diff([]string{"name 1 missing, 13 long: usr_2 usr_1 usr_3", "tier 0 missing, 8 long: usr_4 usr_2 usr_0"}, extremes); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"made up, with the longest value of each attribute: : rejected, LINE 400",
		"shortest name, one of the audience: usr_1: sent, LINE 200",
		"longest name, shortest tier, one of the audience: usr_2: sent, LINE 200",
		"lacks name, one of the audience: usr_3: skipped, LINE not asked",
		"longest tier: usr_4: sent, LINE 200",
	}
	if diff := cmp.Diff(want, samples); diff != "" {
		t.Error(diff)
	}
	if n := s.sent(); n > 0 {
		t.Errorf("%d were sent", n)
	}
}

// Without an audience two people are made up; without a channel nobody asks
// LINE. An audience is shown to those who may see users.
func TestValidateWithoutAnAudience(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{channel: true, users: 1})
	const body = `{"body": {"messages": [{"type": "text", "text": "{{ UserAttribute['name'] }}"}]}`
	v := answer[delivery.Validation](s, "/api/v1/validate", body+"}")
	if len(v.Samples) != 2 || v.Samples[0].Becomes != "sent" || v.Samples[1].Becomes != "skipped" || v.Samples[0].Line != nil || !v.OK {
		t.Errorf("%+v", v)
	}
	if v = answer[delivery.Validation](s, "/api/v1/validate", body+`, "channel": "ch_1"}`); v.Samples[0].Line == nil || !v.Samples[0].Line.OK {
		t.Errorf("%+v", v)
	}
	must(s, s.account.SetFaults(simulator.Faults{Revoked: true}))
	if v = answer[delivery.Validation](s, "/api/v1/validate", body+`, "channel": "ch_1"}`); v.OK || v.Samples[0].Line.Status != 401 || v.Samples[0].Line.Message == "" {
		t.Errorf("%+v", v)
	}
	for audience, code := range map[string]string{`"segment": "seg_9"`: "segment.not_found", `"campaign": "cmp_9"`: "campaign.not_found", `"channel": "ch_9"`: "channel.not_found"} {
		w := s.call("POST", "/api/v1/validate", body+", "+audience+"}")
		if w.Code != 422 || problemCode(w) != code {
			t.Errorf("%s: %d %s", audience, w.Code, w.Body)
		}
	}
	w := s.call("POST", "/api/v1/validate", body+`, "segment": "seg_1"}`, "Authorization: Bearer "+s.tokens[access.ReportsRead])
	if problemCode(w) != "auth.scope" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A rehearsal counts everybody by what would become of them, shows one of each
// and the largest, and sends nothing.
func TestRehearse(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{channel: true, users: 1000})
	s.expect(200, "POST", "/api/v1/users", `{"user_id": "c-7", "attributes": {"name": null}}`)
	s.expect(200, "POST", "/api/v1/users", `{"user_id": "c-8", "attributes": {"name": "`+strings.Repeat("x", 5001)+`"}}`)
	s.expect(200, "POST", "/api/v1/users", `{"user_id": "c-9", "attributes": {"name": "`+strings.Repeat("x", 4000)+`"}}`)
	s.expect(201, "POST", "/api/v1/users", `{"user_id": "no line"}`)
	c := s.draft(draftOf("x", `"content": {"body": {"messages": [{"type": "text", "text": "{{ UserAttribute['name'] }}", "colour": "red"}]}}`))
	lines := s.rehearsals(c)
	r := lines[len(lines)-1]
	if !r.Done || r.Matched != 1001 || r.Recipients != 1000 || r.Rendered != 1000 || r.Excluded["no_line_id"] != 1 || r.Version != 1 {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff(map[string]int64{"sent": 998, "skipped": 1, "rejected": 1}, r.Counts); diff != "" {
		t.Error(diff)
	}
	var reasons []string
	for _, reason := range r.Reasons {
		reasons = append(reasons, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", reason.Count, reason.Becomes, reason.Reason, reason.Detail))+" "+reason.First.UserID)
	}
	want := []string{"998 sent c-0", "1 rejected bad_message too_long /messages/0/text c-8", "1 skipped missing_attribute name c-7"}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Error(diff)
	}
	if len(r.Warnings) != 1 || r.Warnings[0].Count != 999 || r.Warnings[0].Path != "/messages/0/colour" {
		t.Errorf("%+v", r.Warnings)
	}
	if len(r.Largest) != 3 || r.Largest[0].UserID != "c-8" || r.Largest[1].UserID != "c-9" {
		t.Errorf("%+v", r.Largest)
	}
	if n := s.sent(); n > 0 {
		t.Errorf("%d were sent", n)
	}
	if w := s.call("POST", "/api/v1/campaigns/cmp_9/rehearse", ""); w.Code != 404 || problemCode(w) != "campaign.not_found" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// One campaign is rehearsed once at a time, and a rehearsal ends with the
// connection that asked for it.
func TestRehearsalsEndWithTheirReader(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{channel: true, users: 3})
	c := s.draft(draftOf("x"))
	tx, err := s.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `select pg_advisory_xact_lock(hashtextextended('linecast.rehearse.cmp_1', 0))`); err != nil {
		t.Fatal(err)
	}
	if w := s.call("POST", c+"/rehearse", ""); w.Code != 409 || problemCode(w) != "campaign.rehearsing" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Somebody else's lock on the users' table keeps a rehearsal from going on.
	if tx, err = s.pool.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `lock table users in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	api := client.New(client.Options{URL: s.serve(), APIKey: s.tokens[access.Admin]})
	go func() {
		gone <- api.Stream(ctx, c+"/rehearse", func(json.RawMessage) error { return nil })
	}()
	const waiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%audience%'`
	count := func() (n int) {
		if err := s.pool.QueryRow(t.Context(), waiting).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	s.await("the rehearsal to wait", func() bool { return count() == 1 })
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	s.await("the rehearsal's end", func() bool { return count() == 0 })
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lines := s.rehearsals(c); !lines[len(lines)-1].Done {
		t.Errorf("%+v", lines)
	}
}
