package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/api"
	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/line/simulator"
	"github.com/linecast/linecast/ref"
)

// draftOf is a campaign to everybody; more are members of its JSON object.
func draftOf(name string, more ...string) string {
	members := []string{fmt.Sprintf(`"name": %q, "channel": "ch_1", "kind": "one_time", "schedule": {"now": true}`, name)}
	if !slices.ContainsFunc(more, func(m string) bool { return strings.HasPrefix(m, `"content"`) }) {
		more = append(more, `"content": {"body": {"messages": [{"type": "text", "text": "Hi <<UserAttribute['name']|default('there')>>"}]}}`)
	}
	return "{" + strings.Join(append(members, more...), ", ") + "}"
}

// draft stores a campaign and returns its path.
func (s *stage) draft(body string) string {
	s.t.Helper()
	w := s.expect(http.StatusCreated, "POST", "/api/v1/campaigns", body)
	return w.Header().Get("Location")
}

// run waits for a campaign's only run and returns its path.
func (s *stage) run(campaign string) string {
	s.t.Helper()
	var runs struct{ Data []delivery.Run }
	s.await("a run of "+campaign, func() bool {
		runs = read[struct{ Data []delivery.Run }](s, campaign+"/runs")
		return len(runs.Data) == 1
	})
	return "/api/v1/runs/" + runs.Data[0].ID.String()
}

// ended waits until a run has ended and its campaign has moved on.
func (s *stage) ended(run string) (p delivery.Progress) {
	s.t.Helper()
	s.await("the end of "+run, func() bool {
		p = read[delivery.Progress](s, run)
		return p.FinishedAt != nil && s.status("/api/v1/campaigns/"+p.Campaign.String()) != campaign.Running
	})
	if problem := p.Check(); problem != "" {
		s.t.Error(problem)
	}
	return p
}

func (s *stage) status(campaignPath string) campaign.Status {
	s.t.Helper()
	return read[campaign.Campaign](s, campaignPath).Status
}

// From nothing to the ledger: people whom LINE knows and does not know, who
// lack what the message prints, have no line_id or blocked the account, each
// end with one outcome, and list, filters, cursor and export agree on it.
func TestCampaignToTheLedger(t *testing.T) {
	t.Parallel()
	const users, unknown, nameless = 30, 3, 4
	s := newStage(t, stageOptions{channel: true, users: users, change: func(c *simulator.Channel) {
		c.Unknown = func(id string) bool {
			return slices.Contains([]string{simulator.UserID(0), simulator.UserID(1), simulator.UserID(2)}, id)
		}
	}})
	for i := range nameless {
		s.expect(200, "POST", "/api/v1/users", fmt.Sprintf(`{"user_id": "c-%d", "attributes": {"name": null}}`, unknown+i))
	}
	s.expect(201, "POST", "/api/v1/users", `{"user_id": "=cmd", "attributes": {"name": "No LINE"}}`)
	c := s.draft(draftOf("Songkran", `"content": {"body": "{\"messages\": [{\"type\": \"text\", \"text\": \"สวัสดี <<UserAttribute['name']>>\"}]}"}`))
	s.expect(200, "POST", c+"/publish?force=true", "") // a sample may be one that LINE does not know
	s.work()
	run := s.run(c)
	p := s.ended(run)
	want := delivery.Counts{Accepted: users - unknown - nameless, Skipped: nameless, Rejected: unknown}
	if diff := cmp.Diff(want, p.Counts); diff != "" {
		t.Errorf("counts: %s", diff)
	}
	if p.Matched != users+1 || p.Frozen != users || p.Excluded["no_line_id"] != 1 || p.Reasons["missing_attribute"] != nameless || p.Reasons["bad_recipient"] != unknown {
		t.Errorf("%+v", p)
	}
	if got := s.status(c); got != campaign.Finished {
		t.Errorf("the campaign is %s", got)
	}
	s.checkLedger(run, p)
}

// checkLedger compares pages, filters and exports with each other and with the
// run's counts.
func (s *stage) checkLedger(run string, p delivery.Progress) {
	s.t.Helper()
	all := s.pages(run+"/deliveries", 7)
	if len(all) != int(p.Frozen) || !slices.IsSortedFunc(all, func(a, b ledgerRow) int { return int(a.id(s.t) - b.id(s.t)) }) {
		s.t.Errorf("%d rows for %d recipients, or not by user", len(all), p.Frozen)
	}
	for query, n := range map[string]int64{
		"state=accepted": p.Counts.Accepted, "state=skipped": p.Counts.Skipped, "state=rejected": p.Counts.Rejected, "state=unknown": 0,
		"reason=missing_attribute": p.Reasons["missing_attribute"], "state=rejected&reason=missing_attribute": 0,
		"user=" + all[0].User: 1, "user=usr_999": 0,
	} {
		listed := s.pages(run+"/deliveries?"+query, 5)
		exported := s.export(run + "/deliveries.csv?raw=true&" + query)
		if len(listed) != int(n) || len(exported) != int(n)+1 {
			s.t.Errorf("%s: %d listed and %d exported with the header, want %d", query, len(listed), len(exported), n)
		}
	}
	exported := s.export(run + "/deliveries.csv")
	if exported[0][0] != "\ufeffuser" {
		s.t.Errorf("made for spreadsheets, it begins with %q", exported[0][0])
	}
	for i, row := range all {
		if cells := exported[i+1]; cells[0] != row.User || cells[3] != row.State || cells[4] != row.Reason {
			s.t.Errorf("row %d is exported as %v and listed as %+v", i, cells, row)
		}
	}
}

type ledgerRow struct {
	User   string
	State  string
	Reason string
}

func (r ledgerRow) id(t *testing.T) ref.User {
	var id ref.User
	if err := id.UnmarshalText([]byte(r.User)); err != nil {
		t.Fatal(err)
	}
	return id
}

// pages reads a list to its end.
func (s *stage) pages(path string, limit int) (rows []ledgerRow) {
	s.t.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	for cursor := ""; ; {
		p := read[struct {
			Data []ledgerRow
			Next *string `json:"next_cursor"`
		}](s, fmt.Sprintf("%s%slimit=%d%s", path, join, limit, cursor))
		rows = append(rows, p.Data...)
		if p.Next == nil {
			return rows
		}
		cursor = "&cursor=" + *p.Next
	}
}

func (s *stage) export(path string) [][]string {
	s.t.Helper()
	w := s.expect(200, "GET", path, "")
	if !strings.Contains(w.Header().Get("Content-Disposition"), "-deliveries.csv") {
		s.t.Errorf("it is saved as %q", w.Header().Get("Content-Disposition"))
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	return rows
}

func TestRunsThatAreNot(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{})
	for path, want := range map[string]string{
		"/api/v1/runs/run_1":                              "404 run.not_found",
		"/api/v1/runs/run_1/events":                       "404 run.not_found",
		"/api/v1/runs/run_1/deliveries":                   "404 run.not_found",
		"/api/v1/runs/run_1/deliveries.csv":               "404 run.not_found",
		"/api/v1/runs/1":                                  "400 request.bad_id",
		"/api/v1/runs/run_1/deliveries?state=acepted":     `422 request.bad_value state: "acepted" is unknown, did you mean "accepted"?`,
		"/api/v1/runs/run_1/deliveries.csv?reason=expird": `422 request.bad_value reason: "expird" is unknown, did you mean "expired"?`,
		"/api/v1/runs/run_1/deliveries?user=c-1":          "400 request.bad_id",
		"/api/v1/runs/run_1/deliveries?stat=accepted":     `422 request.unknown_parameter unknown query parameter "stat", did you mean "state"?`,
	} {
		w := s.call("GET", path, "")
		if got := fmt.Sprintf("%d %s %s", w.Code, problemCode(w), detailOf(w)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func detailOf(w *httptest.ResponseRecorder) string {
	var p struct{ Detail string }
	_ = json.Unmarshal(w.Body.Bytes(), &p)
	return p.Detail
}

// A slow campaign is paused, goes on and is cancelled. While it is paused
// nothing is sent, and in the end nobody is lost.
func TestPauseResumeCancel(t *testing.T) {
	t.Parallel()
	const users = 200
	s := newStage(t, stageOptions{channel: true, users: users})
	c := s.draft(draftOf("Slow", `"delivery": {"max_per_second": 20}`))
	s.expect(200, "POST", c+"/publish", "")
	s.work()
	run := s.run(c)
	progress := func() delivery.Progress { return read[delivery.Progress](s, run) }
	s.await("messages", func() bool { return s.account.Stats().Recipients > 10 })
	s.expect(200, "POST", c+"/pause", "")
	s.await("the batches to be given back", func() bool {
		var held int
		err := s.pool.QueryRow(t.Context(), `select count(*) from batches where state = 'sending'`).Scan(&held)
		return err == nil && held == 0
	})
	paused := progress()
	if sent := s.account.Stats().Recipients; paused.State != delivery.RunPaused || int(paused.Counts.Accepted) != sent || !strings.Contains(paused.WaitingFor, "paused by key_") {
		t.Errorf("%d sent, and paused it says %+v", sent, paused)
	}
	if q := read[struct{ Planned int }](s, "/api/v1/channels/ch_1/quota"); q.Planned != int(paused.Remaining) {
		t.Errorf("%d planned and %d remaining", q.Planned, paused.Remaining)
	}
	s.expect(200, "POST", c+"/resume", "")
	s.await("more messages", func() bool { return s.account.Stats().Recipients > int(paused.Counts.Accepted) })
	s.expect(200, "POST", c+"/cancel", "")
	p := s.ended(run)
	if sent := s.account.Stats(); p.State != delivery.RunCancelled || p.Counts.Cancelled == 0 || int(p.Counts.Accepted) != sent.Recipients || sent.MaxPerRecipient != 1 {
		t.Errorf("%+v of %+v", p, sent)
	}
}

// One hundred requests with one Idempotency-Key publish once: the others get
// the same answer, or are told that the first still runs.
func TestPublishOnce(t *testing.T) {
	t.Parallel()
	// The worker's clock: it forgets answers that are a day old.
	s := newStage(t, stageOptions{channel: true, users: 20, deps: func(_ *stage, d *api.Deps) { d.Now = time.Now }})
	c := s.draft(draftOf("Once"))
	s.work()
	answers := make([]*httptest.ResponseRecorder, 100)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			r := httptest.NewRequest("POST", c+"/publish", http.NoBody)
			r.Header.Set("Idempotency-Key", "publish-1")
			answers[i] = s.do(r, nil)
		})
	}
	group.Wait()
	var first []byte
	replayed := 0
	for _, w := range answers {
		switch {
		case w.Code == 200 && w.Header().Get("Idempotent-Replayed") == "" && first == nil:
			first = w.Body.Bytes()
		case w.Code == 200 && w.Header().Get("Idempotent-Replayed") == "true":
			replayed++
		case problemCode(w) != "idempotency.running":
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	again := s.call("POST", c+"/publish", "", "Idempotency-Key: publish-1")
	if first == nil || !bytes.Equal(again.Body.Bytes(), first) {
		t.Errorf("the answer was %s and is %s", first, again.Body)
	}
	p := s.ended(s.run(c))
	if sent := s.account.Stats(); p.Counts.Accepted != 20 || sent.MaxPerRecipient != 1 {
		t.Errorf("%+v, at most %d for each", p.Counts, sent.MaxPerRecipient)
	}
	t.Logf("%d of 100 replayed", replayed)
}

// Deleting a channel cancels what is open, also what is being sent, and leaves
// drafts and what has ended alone.
func TestDeletedChannel(t *testing.T) {
	t.Parallel()
	const users = 100
	s := newStage(t, stageOptions{channel: true, users: users})
	draft := s.draft(draftOf("Draft"))
	later := s.draft(draftOf("Later"))
	s.expect(200, "POST", later+"/schedule", `{"at": "2036-04-13T09:00:00"}`)
	sending := s.draft(draftOf("Sending", `"delivery": {"max_per_second": 10}`))
	s.expect(200, "POST", sending+"/publish", "")
	s.work()
	run := s.run(sending)
	s.await("messages", func() bool { return s.account.Stats().Recipients > 3 })
	if w := s.call("DELETE", "/api/v1/channels/ch_1", ""); !strings.Contains(detailOf(w), "this cancels 2 campaigns") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.expect(204, "DELETE", "/api/v1/channels/ch_1?confirm=Coffee%20Club", "")
	p := s.ended(run)
	if p.State != delivery.RunCancelled || int(p.Counts.Accepted) != s.account.Stats().Recipients || p.Counts.Cancelled == 0 || !strings.HasPrefix(p.Reason, "channel deleted by key_") {
		t.Errorf("%+v", p)
	}
	for path, want := range map[string]campaign.Status{draft: campaign.StatusDraft, later: campaign.StatusCancelled, sending: campaign.StatusCancelled} {
		if got := s.status(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if w := s.call("POST", draft+"/publish?force=true", ""); w.Code != 404 || problemCode(w) != "channel.not_found" {
		t.Errorf("publishing on a deleted channel: %d %s", w.Code, w.Body)
	}
	var secrets int
	if err := s.pool.QueryRow(t.Context(), `select count(*) from channels where secret_sealed <> '' or token_sealed <> ''`).Scan(&secrets); err != nil || secrets != 0 {
		t.Errorf("%d channels keep their secrets, %v", secrets, err)
	}
}

// A campaign that is published while its channel is being deleted is either
// refused or cancelled: it never stays open.
func TestPublishWhileDeleting(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{})
	for i := range 10 {
		made := s.expect(201, "POST", "/api/v1/channels", `{"name": "X", "channel_secret": "simulator-secret", "channel_access_token": "simulator-token"}`)
		ch := made.Header().Get("Location")
		c := s.draft(strings.Replace(draftOf(fmt.Sprint(i)), "ch_1", ch[strings.LastIndex(ch, "/")+1:], 1))
		var group sync.WaitGroup
		group.Go(func() { s.call("POST", c+"/publish?force=true", "") })
		group.Go(func() { s.call("DELETE", ch+"?confirm=X", "") })
		group.Wait()
		if got := s.status(c); got != campaign.StatusDraft && got != campaign.StatusCancelled {
			t.Errorf("the campaign is %s", got)
		}
	}
}
