package web_test

import (
	"cmp"
	"context"
	"encoding/base64"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/uuid"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/channel"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/web"
)

// noon is the time at which every test looks at the pages, unless it says
// otherwise: 14:03:20 in Tokyo.
var noon = time.Date(2026, 11, 22, 5, 3, 20, 0, time.UTC)

func at(offset time.Duration) *time.Time {
	t := noon.Add(offset)
	return &t
}

// memory is a Store that holds what a test puts into it.
type memory struct {
	mu         sync.Mutex
	channels   []channel.Channel
	campaigns  []campaign.Campaign
	templates  map[ref.Template][]library.Version // the first version first
	progress   map[ref.Run]delivery.Progress
	deliveries map[ref.Run][]delivery.Delivery
	reads      int   // of progress
	err        error // of every method
}

var _ web.Store = (*memory)(nil)

func (m *memory) ListChannels(context.Context) ([]channel.Channel, error) { return m.channels, m.err }

func (m *memory) ListCampaigns(_ context.Context, status campaign.Status, before ref.Campaign, limit int) ([]campaign.Campaign, error) {
	var list []campaign.Campaign
	for _, c := range slices.SortedFunc(slices.Values(m.campaigns), func(a, b campaign.Campaign) int { return cmp.Compare(b.ID, a.ID) }) {
		if (status == c.Status || status == "" && c.Status != campaign.Archived) && (before == 0 || c.ID < before) && len(list) < limit {
			list = append(list, c)
		}
	}
	return list, m.err
}

func (m *memory) Campaign(_ context.Context, id ref.Campaign) (campaign.Campaign, error) {
	for _, c := range m.campaigns {
		if c.ID == id {
			return c, m.err
		}
	}
	return campaign.Campaign{}, errs.New("campaign.not_found", id)
}

func (m *memory) TemplateSummaries(ctx context.Context, before ref.Template, limit int) ([]library.Summary, error) {
	var list []library.Summary
	for id := range m.templates {
		if t, _ := m.Template(ctx, id); before == 0 || id < before {
			uses, _ := m.TemplateUses(ctx, id, 0, len(m.campaigns))
			list = append(list, library.Summary{ID: id, Name: t.Name, Version: t.Version, UpdatedBy: t.UpdatedBy, UpdatedAt: t.UpdatedAt, Campaigns: int64(len(uses))})
		}
	}
	slices.SortFunc(list, func(a, b library.Summary) int { return cmp.Compare(b.ID, a.ID) })
	return list[:min(limit, len(list))], m.err
}

func (m *memory) Template(_ context.Context, id ref.Template) (library.Template, error) {
	versions := m.templates[id]
	if len(versions) == 0 {
		return library.Template{}, cmp.Or(m.err, error(errs.New("template.not_found", id)))
	}
	first, last := versions[0], versions[len(versions)-1]
	return library.Template{ID: id, Name: last.Name, Body: last.Body, Version: last.Version,
		CreatedBy: first.CreatedBy, UpdatedBy: last.CreatedBy, CreatedAt: first.CreatedAt, UpdatedAt: last.CreatedAt}, m.err
}

func (m *memory) TemplateVersion(_ context.Context, id ref.Template, version int) (library.Version, error) {
	versions := m.templates[id]
	if version > len(versions) {
		return library.Version{}, errs.New("template.no_version", id, version, len(versions))
	}
	return versions[version-1], m.err
}

func (m *memory) TemplateVersions(_ context.Context, id ref.Template, before, limit int) ([]library.Version, error) {
	var list []library.Version
	for _, v := range slices.Backward(m.templates[id]) {
		if (before == 0 || v.Version < before) && len(list) < limit {
			list = append(list, v)
		}
	}
	return list, m.err
}

func (m *memory) TemplateUses(_ context.Context, id ref.Template, before ref.Campaign, limit int) ([]library.Use, error) {
	var list []library.Use
	for _, c := range slices.SortedFunc(slices.Values(m.campaigns), func(a, b campaign.Campaign) int { return cmp.Compare(b.ID, a.ID) }) {
		if c.Content.Template == id && (before == 0 || c.ID < before) && len(list) < limit {
			list = append(list, library.Use{Campaign: c.ID, Name: c.Name, Status: c.Status, Version: c.Content.Version})
		}
	}
	return list, m.err
}

func (m *memory) ListRuns(_ context.Context, id ref.Campaign, before ref.Run, limit int) ([]delivery.Run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []delivery.Run
	for _, p := range m.progress {
		if (id == 0 || p.Campaign == id) && (before == 0 || p.ID < before) {
			list = append(list, p.Run)
		}
	}
	slices.SortFunc(list, func(a, b delivery.Run) int { return cmp.Compare(b.ID, a.ID) })
	return list[:min(limit, len(list))], m.err
}

func (m *memory) RunProgress(_ context.Context, id ref.Run) (delivery.Progress, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	p, ok := m.progress[id]
	if !ok {
		return p, errs.New("run.not_found", id)
	}
	return p, m.err
}

func (m *memory) Deliveries(ctx context.Context, run delivery.Run, f delivery.LedgerFilter, after ref.User, limit int) ([]delivery.Delivery, error) {
	var list []delivery.Delivery
	err := m.EachDelivery(ctx, run, f, func(d delivery.Delivery) error {
		if d.Recipient > after && len(list) < limit {
			list = append(list, d)
		}
		return nil
	})
	return list, err
}

func (m *memory) EachDelivery(_ context.Context, run delivery.Run, f delivery.LedgerFilter, visit func(delivery.Delivery) error) error {
	for _, d := range m.deliveries[run.ID] {
		if (f.State == 0 || f.State == d.State) && (f.Reason == "" || f.Reason == d.Reason) && (f.User == 0 || f.User == d.Recipient) {
			if err := visit(d); err != nil {
				return err
			}
		}
	}
	return m.err
}

// count is how often a progress was read.
func (m *memory) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.reads
}

// set replaces a run's progress.
func (m *memory) set(p delivery.Progress) {
	p.Summarize(noon)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.progress[p.ID] = p
}

// The keys that memory's sites know.
const (
	adminKey  = "lcs_admin"
	reportKey = "lcs_report" // reads reports and no users
	weakKey   = "lcs_weak"   // may not read pages
)

// keyring is an Authenticator whose keys can be revoked.
type keyring struct {
	mu   sync.Mutex
	keys map[string][]access.Scope
	err  error
}

func newKeyring() *keyring {
	return &keyring{keys: map[string][]access.Scope{
		adminKey: {access.Admin}, reportKey: {access.ReportsRead}, weakKey: {access.ImportsWrite}}}
}

func (k *keyring) Authenticate(_ context.Context, key string) (string, []access.Scope, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return "", nil, k.err
	}
	scopes, ok := k.keys[key]
	if !ok {
		return "", nil, errs.New("auth.unknown")
	}
	return strings.TrimPrefix(key, "lcs_"), scopes, nil
}

func (k *keyring) revoke(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, key)
}

// zeros is randomness that is the same in every test.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// site is a Web to ask in a test, with the cookies of its readers.
type site struct {
	*web.Web
	keys  *keyring
	links *web.OneTimeLinks
}

func (*site) logger() *slog.Logger { return slog.New(slog.DiscardHandler) }

// newSite makes a site of store that changes may change.
func newSite(t testing.TB, store web.Store, changes ...func(*web.Deps)) *site {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.NewRing(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := &site{keys: newKeyring()}
	d := web.Deps{
		Store: store, Auth: s.keys, Sealer: ring, Zone: zone,
		Log: s.logger(), Now: func() time.Time { return noon }, Random: zeros{},
	}
	for _, change := range changes {
		change(&d)
	}
	s.links = web.NewOneTimeLinks(d.Now)
	d.Links = s.links
	s.Web = web.New(d)
	t.Cleanup(s.Stop)
	return s
}

// ask sends a request. Headers come in pairs of name and value.
func (s *site) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// signIn gives the Cookie header of a session with key.
func (s *site) signIn(t testing.TB, key string) string {
	t.Helper()
	w := s.ask("POST", "/signin", "key="+key)
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("sign in with %s: %d\n%s", key, w.Code, w.Body)
	}
	return cookies[0].Name + "=" + cookies[0].Value
}

// get is a page as the admin sees it.
func (s *site) get(t testing.TB, target string) string {
	t.Helper()
	w := s.ask("GET", target, "", "Cookie", s.signIn(t, adminKey))
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d\n%s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

const songkran = `{
  "to": "<<UserAttribute['line_id']>>",
  "messages": [{"type": "text", "text": "สวัสดี <<UserAttribute['name']|default('คุณ')>> & friends 🎉"}]
}`

// sample is a store with something of everything: channels of which one
// waits, campaigns of several kinds, runs in several states.
func sample() *memory {
	no := false
	m := &memory{
		channels: []channel.Channel{
			{ID: 1, Name: "ร้านกรุงเทพ", DisplayName: "Bangkok Shop", BasicID: "@bkkshop", State: channel.Active, TokenLast4: "x9Qz",
				PushPerSecond: 1000, MulticastPerSecond: 100},
			{ID: 2, Name: "東京ストア", DisplayName: "東京ストア 公式", BasicID: "@tokyo", State: channel.Active, TokenLast4: "77aB",
				CircuitReason: "LINE does not accept the channel's token", CircuitUntil: at(5 * time.Minute)},
			{ID: 3, Name: "Outlet", DisplayName: "Outlet", BasicID: "@outlet", State: channel.Suspended, TokenLast4: "0000", PushPerSecond: 20},
		},
		campaigns: []campaign.Campaign{
			{ID: 11, Name: "Songkran coupon คูปองสงกรานต์", Channel: 1, Kind: campaign.Recurring, Status: campaign.Running, Version: 3,
				TestedAt: at(-2 * time.Hour), NextDueAt: at(7 * 24 * time.Hour), Missed: 1, CreatedBy: "marketing", UpdatedBy: "mali",
				CreatedAt: *at(-72 * time.Hour), UpdatedAt: *at(-3 * time.Hour), Definition: campaign.Definition{
					Audience: campaign.Audience{Segment: 4, Exclude: []ref.Segment{5, 6}, MaxRecipients: 60_000},
					Content:  campaign.Content{Body: songkran},
					Schedule: campaign.Schedule{Cron: "0 9 * * MON", TimeZone: "Asia/Bangkok", Until: "2027-04-13T09:00:00"},
					Delivery: campaign.Options{MaxPerSecond: 1500, Multicast: &no, OnMissing: "empty", Language: "th", GraceMinutes: 90},
				}},
			{ID: 12, Name: "新年のご挨拶", Channel: 2, Kind: campaign.OneTime, Status: campaign.Scheduled, Version: 1, NextDueAt: at(39 * 24 * time.Hour),
				CreatedAt: *at(-time.Hour), UpdatedAt: *at(-time.Hour), Definition: campaign.Definition{
					Content:  campaign.Content{Template: 1, Version: 2, Body: greetings[1]},
					Schedule: campaign.Schedule{At: "2027-01-01T00:00:00"},
				}},
			{ID: 13, Name: "Draft of a flash sale", Channel: 9, Kind: campaign.OneTime, Status: campaign.StatusDraft, Version: 1,
				CreatedAt: *at(-time.Minute), UpdatedAt: *at(-time.Minute), Definition: campaign.Definition{Schedule: campaign.Schedule{Now: true}}},
			{ID: 14, Name: "Last year", Channel: 1, Kind: campaign.OneTime, Status: campaign.Archived, Version: 2, CreatedAt: *at(-9000 * time.Hour), UpdatedAt: *at(-8000 * time.Hour),
				Definition: campaign.Definition{Content: campaign.Content{Template: 9, Version: 1, Body: greetings[0]}}},
			{ID: 15, Name: "Greeting of new friends", Channel: 1, Kind: campaign.OneTime, Status: campaign.StatusDraft, Version: 1,
				CreatedAt: *at(-time.Minute), UpdatedAt: *at(-time.Minute), Definition: campaign.Definition{Content: campaign.Content{Template: 1}, Schedule: campaign.Schedule{Now: true}}},
		},
		templates:  sampleTemplates(),
		progress:   map[ref.Run]delivery.Progress{},
		deliveries: map[ref.Run][]delivery.Delivery{},
	}
	for _, p := range sampleRuns() {
		m.set(p)
	}
	m.deliveries[7] = sampleDeliveries(120)
	return m
}

// greetings are the versions of a template. The last one has a placeholder that
// will be text.
var greetings = [...]campaign.Body{`{"messages":[{"type":"text","text":"あけましておめでとう"}]}`,
	`{
  "to": "<<UserAttribute['line_id']>>",
  "messages": [
    {
      "type": "text",
      "text": "あけましておめでとう <<UserAttribute['name']|default('お客様')>> & ご家族 🎍"
    }
  ]
}
`,
	`{
  "to": "<<UserAttribute['line_id']>>",
  "messages": [
    {
      "type": "text",
      "text": "สวัสดีปีใหม่ <<first_name>> 🎉"
    }
  ]
}
`}

// sampleTemplates are a template that changed, also its name, and one that did
// not and that LINE would refuse by now.
func sampleTemplates() map[ref.Template][]library.Version {
	return map[ref.Template][]library.Version{
		1: {
			{Version: 1, Name: "新年", Body: greetings[0], CreatedBy: "marketing", CreatedAt: *at(-9500 * time.Hour)},
			{Version: 2, Name: "新年", Body: greetings[1], CreatedAt: *at(-700 * time.Hour)},
			{Version: 3, Name: "New year 新年", Body: greetings[2], CreatedBy: "mali", CreatedAt: *at(-2 * time.Hour)},
		},
		2: {{Version: 1, Name: "Coupon คูปอง", Body: `{"messages":[{"type":"text"}]}`, CreatedAt: *at(-800 * time.Hour)}},
		3: {{Version: 1, Name: "Thanks", Body: `{"messages":[{"type":"text","text":"ขอบคุณ"}]}`, CreatedBy: "mali", CreatedAt: *at(-time.Hour)}},
	}
}

func sampleRuns() []delivery.Progress {
	run := func(id ref.Run, c ref.Campaign, state delivery.RunState, frozen int64) delivery.Progress {
		return delivery.Progress{Run: delivery.Run{ID: id, Campaign: c, Channel: 1, Version: 3, State: state, Matched: frozen, Frozen: frozen,
			DueAt: *at(-time.Duration(id) * time.Hour), StartedAt: at(-time.Duration(id) * time.Hour)}, Limit: 1000}
	}
	sending := run(7, 11, delivery.Sending, 50_000)
	sending.StartedAt, sending.DueAt = at(-45*time.Second), *at(-50 * time.Second)
	sending.Matched, sending.Excluded = 53_214, map[string]int64{"no_line_id": 1_203, "blocked": 1_877, "excluded_segment": 134}
	sending.Counts = delivery.Counts{Accepted: 28_412, Skipped: 611, Rejected: 97, Unknown: 3, Conflicts: 12}
	sending.Reasons = map[string]int64{"missing_attribute": 600, "not_send": 11, "bad_recipient": 90, "bad_message": 7, "expired": 3}
	sending.PerSecond = 812.4

	halted := run(6, 12, delivery.Halted, 1_000)
	halted.Channel, halted.Reason, halted.WaitingFor = 2, "LINE refused 20 messages in a row: The property, 'text', must not be empty", "a person"
	halted.Counts = delivery.Counts{Accepted: 4, Rejected: 20}
	halted.Reasons = map[string]int64{"rejected": 19, "new_at_line": 1}
	halted.WaitUntil = at(30 * time.Second)

	finished := run(5, 11, delivery.RunFinished, 48_900)
	finished.Counts = delivery.Counts{Accepted: 48_712, Skipped: 100, Rejected: 88}
	finished.Reasons = map[string]int64{"missing_attribute": 100, "bad_recipient": 88}
	finished.FinishedAt, finished.CheckedAt = at(-4*time.Hour), at(-4*time.Hour)

	cancelled := run(4, 11, delivery.RunCancelled, 300)
	cancelled.Counts, cancelled.FinishedAt = delivery.Counts{Accepted: 120, Cancelled: 180}, at(-3*time.Hour)

	freezing := run(3, 14, delivery.Freezing, 0)
	freezing.StartedAt, freezing.Limit = nil, 0
	return []delivery.Progress{sending, halted, finished, cancelled, freezing}
}

// sampleDeliveries are n rows of a ledger, in every state.
func sampleDeliveries(n int) []delivery.Delivery {
	random := rand.New(rand.NewPCG(1, 2))
	list := make([]delivery.Delivery, n)
	for i := range list {
		request := uuid.NewSHA1(uuid.Nil, []byte{byte(i)})
		message := int64(500_000_000_000 + i)
		d := delivery.Delivery{
			Recipient: ref.User(1000 + i), UserID: "客-" + ref.User(i+1).String(), LineID: "U" + strings.Repeat("4af0718c", 4),
			State: delivery.Accepted, HTTPStatus: 200, Attempts: 1, LineRequestID: &request, MessageID: &message,
			FirstAttemptAt: at(-time.Duration(random.IntN(60_000)) * time.Millisecond), FinishedAt: *at(-time.Duration(i) * time.Second),
		}
		switch i % 10 {
		case 3:
			d.State, d.Reason, d.Detail, d.HTTPStatus, d.Attempts, d.LineRequestID, d.MessageID = delivery.Skipped, "missing_attribute", "name", 0, 0, nil, nil
		case 5:
			d.State, d.Reason, d.Detail, d.HTTPStatus = delivery.Rejected, "bad_recipient", "The property, 'to', in the request body is invalid", 400
		case 8:
			d.HTTPStatus, d.Attempts = 409, 3
		case 9:
			d.State, d.Reason, d.LineID, d.UserID = delivery.Unknown, "expired", "", ""
		}
		list[i] = d
	}
	return list
}
